import { ScimError } from '@muster/scim'

/**
 * Reads the body of a request. A name that stands twice in one object is refused: which of the two is meant is anybody's
 * guess (RFC 8259 §4), and what checked the one may act on the other.
 *
 * @throws {ScimError} `invalidSyntax`.
 */
export function readJson(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new ScimError('invalidSyntax', 'The body is not JSON.')
  }
  if (namesWritten(text) !== namesKept(value))
    throw new ScimError('invalidSyntax', 'The body has the same name twice in one object.')
  return value
}

/** How many names stand in a text that is JSON: its strings with a colon behind them. */
function namesWritten(text: string): number {
  let count = 0
  for (let open = text.indexOf('"'); open >= 0; ) {
    let close = text.indexOf('"', open + 1)
    while (isEscaped(text, close)) close = text.indexOf('"', close + 1)
    open = text.indexOf('"', close + 1)
    if (/^\s*:/.test(text.slice(close + 1, open < 0 ? undefined : open))) count += 1
  }
  return count
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let at = quote
  while (text[at - 1] === '\\') at -= 1
  return (quote - at) % 2 === 1
}

/** How many names a value holds; without recursion, for it may be as deep as the sender likes. */
function namesKept(value: unknown): number {
  let count = 0
  for (const left = [value]; left.length > 0; ) {
    const next = left.pop()
    if (typeof next !== 'object' || next === null) continue
    if (!Array.isArray(next)) count += Object.keys(next).length
    for (const inner of Object.values(next)) left.push(inner)
  }
  return count
}
