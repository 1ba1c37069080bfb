import { useEffect, useState } from 'react'

/**
 * Where the focus was when a panel, dialog or form came, it is again when that has gone. If that place has gone too, the
 * focus goes to what is on top now: a dialog that is still open, or the page.
 */
export function useFocusBack(): void {
  const [before] = useState(() => document.activeElement)
  useEffect(
    () => () => {
      const { activeElement, body } = document
      // Something else has taken the focus already.
      if (activeElement !== null && activeElement !== body) return
      const isThere = before instanceof HTMLElement && before !== body && before.isConnected
      const target = isThere ? before : [...document.querySelectorAll<HTMLElement>('#main, [role="dialog"]')].at(-1)
      target?.focus({ preventScroll: true })
    },
    [before],
  )
}
