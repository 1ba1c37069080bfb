import { queryClient } from './console-root.tsx'
import { letGo } from './leave-guard.ts'

/** Leaves at once for the sign-in page, which says why; what was on screen is gone before the browser has left. */
export function leaveForSignIn(signInPath: string): void {
  const { pathname, search } = window.location
  letGo()
  document.getElementById('root')?.replaceChildren()
  queryClient.clear()
  window.location.replace(`${signInPath}?${new URLSearchParams({ returnTo: pathname + search, reason: 'ended' })}`)
}

/** Ends the session at the server, then leaves for the sign-in page. A session that is gone already has ended too. */
export async function signOut(signInPath: string): Promise<void> {
  await fetch('/auth/logout', { method: 'POST', headers: { accept: 'application/json' } }).catch(() => undefined)
  letGo()
  queryClient.clear()
  window.location.replace(`${signInPath}?reason=signed-out`)
}
