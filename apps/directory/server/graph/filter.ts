import { Refusal } from '@muster/service-kit/refusals.ts'

/** One comparison of a `$filter`. */
export interface Comparison {
  readonly property: string
  readonly operator: 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'startswith' | 'endswith' | 'contains'
  readonly value: string | number | boolean | null
}

/** A whole `$filter`: comparisons under `and`, `or` and `not`. */
export type Filter =
  | ({ readonly kind: 'comparison' } & Comparison)
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | { readonly kind: 'not'; readonly part: Filter }

/** Longest `$filter` that is read, in characters, and deepest nesting of its parentheses. */
const LONGEST = 2_000
const DEEPEST = 20
const NAME = '[A-Za-z_][\\w./]*'
const TEXT = "'(?:[^']|'')*'"
const LITERAL = `${TEXT}|[^\\s()',]+`
const CALL = new RegExp(`^(startswith|endswith|contains)\\(\\s*(${NAME})\\s*,\\s*(${TEXT})\\s*\\)`, 'i')
const ANY = new RegExp(`^(${NAME})/any\\(\\s*(\\w+)\\s*:\\s*\\2/(${NAME})\\s+eq\\s+(${LITERAL})\\s*\\)`, 'i')
const COMPARE = new RegExp(`^(${NAME})\\s+(eq|ne|gt|ge|lt|le)\\s+(${LITERAL})`, 'i')
const IN = new RegExp(`^(${NAME})\\s+in\\s*\\(\\s*((?:${LITERAL})(?:\\s*,\\s*(?:${LITERAL}))*)\\s*\\)`, 'i')

/**
 * Reads an OData `$filter` (OData 4.01 part 2 §5.1.1): comparisons, `in`, `startswith`, `endswith` and `contains` under `and`, `or`,
 * `not` and parentheses, `and` binding closer than `or`. `name/any(x:x/part eq 'value')` is read as an equality of the
 * property that `anyOf` names. The rest of the language is refused, never answered unfiltered.
 *
 * @throws {Refusal} `invalid` at the first place that isn't understood.
 */
export function parseFilterTree(text: string): Filter {
  if (text.length > LONGEST) throw new Refusal('invalid', `$filter is longer than ${LONGEST} characters.`)
  let rest = text.trim()
  const fail = (): never => {
    throw new Refusal('invalid', `Invalid or unsupported filter clause at '${rest.slice(0, 60)}'.`)
  }
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const found = pattern.exec(rest) ?? undefined
    if (found) rest = rest.slice(found[0].length).trimStart()
    return found
  }
  const joined = (kind: 'and' | 'or', word: RegExp, next: () => Filter): Filter => {
    const first = next()
    const parts = [first]
    while (take(word)) parts.push(next())
    return parts.length === 1 ? first : { kind, parts }
  }
  const any = (depth: number): Filter => joined('or', /^or\b/i, () => joined('and', /^and\b/i, () => one(depth)))
  const one = (depth: number): Filter => {
    if (depth > DEEPEST) return fail()
    if (take(/^not\b/i)) return { kind: 'not', part: one(depth + 1) }
    if (take(/^\(/)) {
      const inner = any(depth + 1)
      return take(/^\)/) ? inner : fail()
    }
    return readComparison(take) ?? fail()
  }
  const filter = any(0)
  return rest === '' ? filter : fail()
}

/** How the property is called that a part of any element of a list is compared as. No plain name is like it. */
export function anyOf(list: string, part: string): string {
  return `${list}/any/(${part})`
}

function readComparison(take: (pattern: RegExp) => RegExpExecArray | undefined): Filter | undefined {
  const call = take(CALL)
  const comparison = (property: string, operator: string, literal: string): Filter => ({
    kind: 'comparison',
    property,
    operator: operator.toLowerCase() as Comparison['operator'],
    value: readLiteral(literal),
  })
  if (call) return comparison(call[2] ?? '', call[1] ?? '', call[3] ?? '')
  const some = take(ANY)
  if (some) return comparison(anyOf(some[1] ?? '', some[3] ?? ''), 'eq', some[4] ?? '')
  const oneOf = take(IN)
  if (oneOf) {
    const literals = (oneOf[2] ?? '').match(new RegExp(LITERAL, 'g')) ?? []
    return { kind: 'or', parts: literals.map((literal) => comparison(oneOf[1] ?? '', 'eq', literal)) }
  }
  const compare = take(COMPARE)
  return compare && comparison(compare[1] ?? '', compare[2] ?? '', compare[3] ?? '')
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
