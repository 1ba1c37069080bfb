import { ExpressionError } from './parse.ts'

/** What flows between functions: a text, several of them, or nothing. Booleans are the texts `True` and `False`. */
export type Value = string | readonly string[] | null

/** One function of the mapping language. `undefined` stands for an empty slot. */
export interface MappingFunction {
  /** What each parameter is called in Graph's schema document; the last one repeats when `repeats`. */
  readonly parameters: readonly string[]
  readonly fewest: number
  readonly repeats: boolean
  readonly apply: (values: readonly (Value | undefined)[]) => Value
}

const text = (value: Value | undefined, of: string): string => {
  if (typeof value === 'object' && value !== null) {
    if (value.length > 1) throw new ExpressionError(`${of} takes one value, it was given ${value.length}.`)
    return value[0] ?? ''
  }
  return value ?? ''
}

const isEmpty = (value: Value | undefined): value is null | undefined | '' | readonly [] =>
  value === null || value === undefined || value.length === 0

const fixed = (
  parameters: readonly string[],
  apply: MappingFunction['apply'],
  fewest = parameters.length,
): MappingFunction => ({
  parameters,
  fewest,
  repeats: false,
  apply,
})

/** The functions that the default mappings need, and the plain ones beside them, by their case-sensitive names. */
export const FUNCTIONS: Readonly<Record<string, MappingFunction>> = {
  Append: fixed(['source', 'suffix'], ([source, suffix]) =>
    isEmpty(source) ? null : text(source, 'Append') + text(suffix, 'Append'),
  ),

  // The first value that is there; the last parameter is the default.
  Coalesce: {
    parameters: ['source'],
    fewest: 1,
    repeats: true,
    apply: (values) => values.find((value) => !isEmpty(value)) ?? null,
  },

  // Values of several are flattened; what is missing leaves no separator behind.
  Join: {
    parameters: ['separator', 'source'],
    fewest: 2,
    repeats: true,
    apply: ([separator, ...sources]) => {
      const parts = sources.flatMap((value) => value ?? []).filter((part) => part !== '')
      return parts.length === 0 ? null : parts.join(text(separator, 'Join'))
    },
  },

  Not: fixed(['source'], ([source]) => {
    const value = text(source, 'Not')
    if (/^true$/i.test(value)) return 'False'
    if (/^false$/i.test(value)) return 'True'
    throw new ExpressionError(`Not takes "True" or "False", not "${value}".`)
  }),

  // Case-sensitive. An empty key stands for a source that is empty; an empty slot for no default.
  Switch: {
    parameters: ['source', 'defaultValue', 'key', 'value'],
    fewest: 2,
    repeats: true,
    apply: ([source, otherwise, ...pairs]) => {
      const wanted = text(source, 'Switch')
      for (let at = 0; at + 1 < pairs.length; at += 2)
        if (text(pairs[at], 'Switch') === wanted) return pairs[at + 1] ?? null
      return otherwise ?? null
    },
  },

  ToLower: fixed(
    ['source', 'culture'],
    ([source]) => (isEmpty(source) ? null : text(source, 'ToLower').toLowerCase()),
    1,
  ),
  ToUpper: fixed(
    ['source', 'culture'],
    ([source]) => (isEmpty(source) ? null : text(source, 'ToUpper').toUpperCase()),
    1,
  ),
}
