const LONGEST = 100

/** The identifier that a name suggests, as the API would make it: `Release managers (EU)` → `release-managers-eu`. */
export const tagOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, LONGEST)

/** What is wrong with an identifier, or null. */
export function tagProblem(tag: string, taken: readonly string[]): string | null {
  if (tag === '') return 'An identifier is needed: letters, digits and hyphens'
  if (!/^[A-Za-z0-9-]+$/.test(tag)) return 'Only letters, digits and hyphens'
  if (tag.length > LONGEST) return `At most ${LONGEST} characters`
  if (taken.includes(tag)) return 'Another role has this identifier'
  return null
}
