import { Refusal } from '@muster/service-kit/refusals.ts'

/** One comparison of a `$filter`. A filter is several of them, all of which must hold. */
export interface Comparison {
  readonly property: string
  readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'startswith'
  readonly value: string | number | boolean | null
}

/** Longest `$filter` that is read, in characters. */
const LONGEST = 2_000

const NAME = '[A-Za-z_][\\w./]*'
const TEXT = "'(?:[^']|'')*'"
const STARTS_WITH = new RegExp(`^startswith\\(\\s*(${NAME})\\s*,\\s*(${TEXT})\\s*\\)`, 'i')
const COMPARE = new RegExp(`^(${NAME})\\s+(eq|ne|gt|ge|lt|le)\\s+(${TEXT}|[^\\s()']+)`, 'i')

/**
 * Reads an OData `$filter` (OData 4.01 part 2 §5.1.1): comparisons and `startswith`, joined by `and`. The rest of the
 * language is refused, never answered unfiltered.
 *
 * @throws {Refusal} `invalid` at the first place that isn't understood.
 */
export function parseFilter(text: string): Comparison[] {
  if (text.length > LONGEST) throw new Refusal('invalid', `$filter is longer than ${LONGEST} characters.`)
  const comparisons: Comparison[] = []
  let rest = text.trim()
  for (;;) {
    const call = STARTS_WITH.exec(rest)
    const compare = call ? undefined : COMPARE.exec(rest)
    if (call) comparisons.push({ property: call[1] ?? '', operator: 'startswith', value: readLiteral(call[2] ?? '') })
    else if (compare)
      comparisons.push({
        property: compare[1] ?? '',
        operator: (compare[2] ?? '').toLowerCase() as Comparison['operator'],
        value: readLiteral(compare[3] ?? ''),
      })
    else throw new Refusal('invalid', `Invalid or unsupported filter clause at '${rest.slice(0, 60)}'.`)
    rest = rest.slice((call ?? compare)?.[0].length ?? 0).trimStart()
    if (rest === '') return comparisons
    const and = /^and\s+/i.exec(rest)
    if (!and)
      throw new Refusal(
        'invalid',
        `Invalid or unsupported filter clause at '${rest.slice(0, 60)}': only 'and' joins comparisons.`,
      )
    rest = rest.slice(and[0].length)
  }
}

function readLiteral(text: string): Comparison['value'] {
  if (text.startsWith("'")) return text.slice(1, -1).replaceAll("''", "'")
  if (text === 'null') return null
  if (text === 'true' || text === 'false') return text === 'true'
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text)
  // Dates and GUIDs stand without quotes in OData.
  if (/^[0-9A-Fa-f][\w:.+-]*$/.test(text)) return text
  throw new Refusal('invalid', `Invalid filter clause: '${text.slice(0, 60)}' is no literal.`)
}
