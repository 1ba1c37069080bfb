/** Longest address that is led back to. */
const LONGEST = 2000

/**
 * Where to lead after sign-in: a path of ours, or `/`. Anything that a browser would take for another origin
 * (`//host`, `/\\host`, `https:…`, control characters in between) is dropped: no open redirect.
 */
export function safeReturnTo(text: string | undefined, publicUrl: string): string {
  if (
    text === undefined ||
    text.length > LONGEST ||
    !/^\/(?![/\\])[^\p{Cc}\\]*$/u.test(text) ||
    !URL.canParse(text, publicUrl)
  )
    return '/'
  const url = new URL(text, publicUrl)
  return url.origin === new URL(publicUrl).origin ? url.pathname + url.search + url.hash : '/'
}
