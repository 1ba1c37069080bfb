import { staysToKeep } from './leave-guard.ts'

/**
 * Lets plain links move inside the console without loading the page again: parts of the kit link by `href` and need not
 * know the router. New tabs, downloads and other sites stay the browser's.
 *
 * @returns what takes it away again.
 */
export function followLinks(navigate: (href: string) => void, isOurs: (path: string) => boolean): () => void {
  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('a[href]') : null
    if (!link || link.target || link.hasAttribute('download')) return
    const url = new URL(link.href)
    if (url.origin !== window.location.origin || !isOurs(url.pathname)) return
    // A place within the page is the browser's to go to: it moves the focus there as well.
    const { pathname, search } = window.location
    if (url.hash !== '' && url.pathname === pathname && url.search === search) return
    event.preventDefault()
    if (staysToKeep()) return
    navigate(url.pathname + url.search)
  }
  document.addEventListener('click', onClick)
  return () => document.removeEventListener('click', onClick)
}
