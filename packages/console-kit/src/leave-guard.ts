import { useEffect } from 'react'

/** What would be lost by leaving the page. Drafts that are kept need no guard; secrets and choices not saved do. */
const dirty = new Set<object>()

/** Whether the reader stays. Asked by links inside the console and by closing a panel. */
export const staysToKeep = (): boolean =>
  dirty.size > 0 && !window.confirm('Leave without saving? What you changed here is not saved.')

/** Lets the page be left without a word: what must go now, goes. */
export const letGo = (): void => dirty.clear()

/** Asks before the page is left while `isDirty`. */
export function useLeaveGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return
    const mark = {}
    dirty.add(mark)
    const onUnload = (event: BeforeUnloadEvent) => {
      if (dirty.size > 0) event.preventDefault()
    }
    window.addEventListener('beforeunload', onUnload)
    return () => {
      dirty.delete(mark)
      window.removeEventListener('beforeunload', onUnload)
    }
  }, [isDirty])
}
