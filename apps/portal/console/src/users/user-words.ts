import type { UserView } from './users-queries.ts'

/** Where an account came from. */
export const SOURCES: readonly { readonly value: UserView['source']; readonly label: string }[] = [
  { value: 'SCIM', label: 'SCIM' },
  { value: 'SIGN_IN', label: 'First sign-in' },
  { value: 'MANUAL', label: 'By hand' },
]

export const sourceName = (source: UserView['source']): string =>
  SOURCES.find(({ value }) => value === source)?.label ?? source

const LONGEST_FIRST_NAME = 24

/** What to call somebody on a button: "Remove Dana". */
export function firstName(name: string): string {
  const [first = name] = name.trim().split(/\s+/u)
  const letters = [...first]
  return letters.length > LONGEST_FIRST_NAME ? `${letters.slice(0, LONGEST_FIRST_NAME - 1).join('')}…` : first
}

export const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`

/** "Chrome on Windows"; what can't be read stays as it was sent. */
export function browserName(userAgent: string | undefined): string {
  if (userAgent === undefined || userAgent === '') return 'Unknown browser'
  const browser = BROWSERS.find(([, mark]) => mark.test(userAgent))?.[0]
  const system = SYSTEMS.find(([, mark]) => mark.test(userAgent))?.[0]
  if (browser === undefined) return userAgent.slice(0, 60)
  return system === undefined ? browser : `${browser} on ${system}`
}

// Browsers name the ones before them too, so that the order decides.
const BROWSERS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['Edge', /\bEdg(A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(HeadlessChrome|Chrome|CriOS)\//],
  ['Safari', /\bSafari\//],
]
const SYSTEMS: readonly (readonly [name: string, mark: RegExp])[] = [
  ['iOS', /iPhone|iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
]
