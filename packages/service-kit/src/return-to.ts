/** Longest address that is led back to. */
const LONGEST = 2_000

/**
 * Where a sign-in leads back to, as an absolute address of ours: anything that a browser could take for another origin
 * becomes the front page. Absolute, since a path may itself begin with two slashes once it is resolved
 * (`/.//elsewhere`); without control characters and backslashes, which browsers drop or turn into slashes.
 */
export function readReturnTo(given: string | undefined, publicUrl: string): string {
  const front = new URL('/', publicUrl)
  if (given === undefined || given.length > LONGEST || !/^\/[^\p{Cc}\\]*$/u.test(given)) return front.href
  if (!URL.canParse(given, front.href)) return front.href
  const address = new URL(given, front)
  return address.origin === front.origin ? address.href : front.href
}
