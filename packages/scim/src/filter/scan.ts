import { ScimError } from '../errors.ts'

/** A piece of a filter. `at` counts UTF-16 units from 0. */
export type Token =
  | { readonly kind: 'punctuation'; readonly text: '(' | ')' | '[' | ']'; readonly at: number }
  | { readonly kind: 'string'; readonly text: string; readonly at: number }
  | { readonly kind: 'word'; readonly text: string; readonly at: number }

/** Longest filter that is read, in UTF-16 units: room for some 600 comparisons with an id. */
export const MAX_FILTER_LENGTH = 32_768

const BLANK = /[ \t]+/y
const PUNCTUATION = /[()[\]]/y
const QUOTED = /"(?:[^"\\]|\\.)*"/sy
const WORD = /[^ \t()[\]"]+/y

/**
 * Cuts a filter into tokens, in one pass. A quoted literal is a JSON string (RFC 7644 §3.4.2.2): brackets and
 * keywords inside it are data.
 *
 * @throws {ScimError} `invalidFilter`.
 */
export function scan(text: string): Token[] {
  if (text.length > MAX_FILTER_LENGTH) {
    throw new ScimError('invalidFilter', `The filter is longer than ${MAX_FILTER_LENGTH} characters.`)
  }
  const tokens: Token[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    return pattern.exec(text)?.[0]
  }
  while (at < text.length) {
    const blank = take(BLANK)
    if (blank !== undefined) {
      at += blank.length
      continue
    }
    const punctuation = take(PUNCTUATION) as '(' | ')' | '[' | ']' | undefined
    const quoted = punctuation === undefined ? take(QUOTED) : undefined
    const word = punctuation === undefined && quoted === undefined ? take(WORD) : undefined
    if (punctuation !== undefined) tokens.push({ kind: 'punctuation', text: punctuation, at })
    else if (quoted !== undefined) tokens.push({ kind: 'string', text: readLiteral(quoted, at), at })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, at })
    else throw new ScimError('invalidFilter', `The filter has a quote at position ${at} that does not close.`)
    at += (punctuation ?? quoted ?? word ?? '').length
  }
  return tokens
}

function readLiteral(quoted: string, at: number): string {
  let text: string
  try {
    text = JSON.parse(quoted) as string
  } catch (cause) {
    throw new ScimError('invalidFilter', `The literal at position ${at} is not a JSON string.`, { cause })
  }
  // Neither can be stored, so that neither can match; a database would refuse the question.
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new ScimError('invalidFilter', `The literal at position ${at} holds a character that no value can hold.`)
  }
  return text
}
