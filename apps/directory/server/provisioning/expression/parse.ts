/** A mapping expression, taken apart (facts: `Fn(arg, …)`, `[attribute]`, `"text"`, an empty slot). */
export type Expression =
  | { readonly kind: 'attribute'; readonly name: string }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] }

/** An expression that cannot be read or worked out. `position` counts characters from 0. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError'
  readonly position: number | undefined

  constructor(message: string, position?: number) {
    super(position === undefined ? message : `${message} (character ${position + 1})`)
    this.position = position
  }
}

/** Longest expression taken, in characters: Entra's own limit. */
const LONGEST = 10_000
/** Deepest nesting of calls: far beyond any real mapping, and far from exhausting the stack. */
const DEEPEST = 64

/**
 * Reads an expression of the mapping language: VB-like calls, `[attribute]`, `"text"` with `\` escaping `\` and `"`,
 * bare whole numbers, and empty slots (`Switch([a], , "k", "v")`). Names are case-sensitive.
 *
 * @throws {ExpressionError} saying what was expected, and where.
 */
export function parseExpression(text: string): Expression {
  if (text.length > LONGEST)
    throw new ExpressionError(`An expression may have ${LONGEST} characters, not ${text.length}.`)
  let at = 0

  const blanks = () => {
    while (/\s/.test(text[at] ?? '')) at += 1
  }

  const expression = (depth: number): Expression => {
    if (depth > DEEPEST) throw new ExpressionError(`Calls are nested more than ${DEEPEST} deep.`, at)
    blanks()
    const first = text[at]
    if (first === '[') return attribute()
    if (first === '"') return quoted()
    const word = /^(-?\d+|[A-Za-z_]\w*)/.exec(text.slice(at, at + 200))?.[0]
    if (word === undefined) throw new ExpressionError('Expected an attribute, a text or a function.', at)
    at += word.length
    if (/^-?\d/.test(word)) return { kind: 'text', value: word }
    blanks()
    if (text[at] !== '(') throw new ExpressionError(`Expected "(" after ${word}.`, at)
    at += 1
    return { kind: 'call', name: word, parameters: parameters(depth) }
  }

  const attribute = (): Expression => {
    const end = text.indexOf(']', at)
    const name = end < 0 ? '' : text.slice(at + 1, end).trim()
    if (name === '' || name.includes('[')) throw new ExpressionError('An attribute stands between "[" and "]".', at)
    at = end + 1
    return { kind: 'attribute', name }
  }

  const quoted = (): Expression => {
    const start = at
    let value = ''
    for (at += 1; at < text.length; at += 1) {
      if (text[at] === '"') {
        at += 1
        return { kind: 'text', value }
      }
      if (text[at] === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) at += 1
      value += text[at]
    }
    throw new ExpressionError('A text has no closing quote.', start)
  }

  const parameters = (depth: number): Expression[] => {
    const found: Expression[] = []
    blanks()
    if (text[at] === ')') {
      at += 1
      return found
    }
    for (;;) {
      blanks()
      found.push(text[at] === ',' || text[at] === ')' ? { kind: 'empty' } : expression(depth + 1))
      blanks()
      if (text[at] === ')') {
        at += 1
        return found
      }
      if (text[at] !== ',') throw new ExpressionError('Expected "," or ")".', at)
      at += 1
    }
  }

  const found = expression(0)
  blanks()
  if (at < text.length) throw new ExpressionError('Something follows the end of the expression.', at)
  return found
}

/** Every attribute that an expression reads. */
export function attributesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'attribute':
      return [expression.name]
    case 'call':
      return [...new Set(expression.parameters.flatMap(attributesOf))]
    case 'text':
    case 'empty':
      return []
    default:
      return expression satisfies never
  }
}

/** The expression as text, as an administrator would type it. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'attribute':
      return `[${expression.name}]`
    case 'text':
      return `"${expression.value.replaceAll(/["\\]/g, '\\$&')}"`
    case 'empty':
      return ''
    case 'call':
      return `${expression.name}(${expression.parameters.map(printExpression).join(', ')})`
    default:
      return expression satisfies never
  }
}
