import { Refusal } from '@muster/service-kit/refusals.ts'

/** One quoted clause of a `$search`: a property and what a word of it begins with. */
export interface SearchTerm {
  readonly property: string
  readonly text: string
}

const LONGEST = 500
const CLAUSE = /^"([A-Za-z]+):((?:[^"\\]|\\.)+)"/

/**
 * Reads a `$search` of directory objects: `"displayName:text"` clauses joined by `AND` and `OR`, `AND` binding closer
 * (Graph, search-query-parameter). Parentheses and `NOT` are refused.
 *
 * @returns Alternatives, each of terms that must all hold.
 * @throws {Refusal} `invalid` at the first place that isn't understood.
 */
export function parseSearch(text: string): SearchTerm[][] {
  if (text.length > LONGEST) throw new Refusal('invalid', `$search is longer than ${LONGEST} characters.`)
  const alternatives: SearchTerm[][] = [[]]
  let rest = text.trim()
  for (;;) {
    const clause = CLAUSE.exec(rest)
    const value = clause?.[2]?.replaceAll(/\\(.)/g, '$1').trim()
    if (!clause?.[1] || !value)
      throw new Refusal('invalid', `Syntax error in $search at '${rest.slice(0, 60)}': write "displayName:text".`)
    alternatives.at(-1)?.push({ property: clause[1], text: value })
    rest = rest.slice(clause[0].length).trimStart()
    if (rest === '') return alternatives
    const join = /^(AND|OR)\s+/.exec(rest)
    if (!join) throw new Refusal('invalid', `Syntax error in $search at '${rest.slice(0, 60)}'.`)
    if (join[1] === 'OR') alternatives.push([])
    rest = rest.slice(join[0].length)
  }
}
