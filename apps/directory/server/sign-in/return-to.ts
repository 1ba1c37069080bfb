/**
 * Where a sign-in leads back to, as an address of ours: anything that would lead elsewhere becomes the front page. The
 * answer is absolute, since a path may itself begin with two slashes once it has been resolved (`/.//elsewhere`).
 */
export function readReturnTo(given: string | undefined, publicUrl: string): string {
  const front = new URL('/', publicUrl)
  if (given === undefined || !given.startsWith('/') || !URL.canParse(given, front.href)) return front.href
  const address = new URL(given, front)
  return address.origin === front.origin ? address.href : front.href
}
