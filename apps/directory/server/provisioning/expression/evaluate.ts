import { FUNCTIONS, type Value } from './functions.ts'
import { type Expression, ExpressionError } from './parse.ts'

/** Source attributes by the names that mappings use (`userPrincipalName`, `IsSoftDeleted`, …). */
export type SourceAttributes = Readonly<Record<string, Value>>

/**
 * Works an expression out for one source object. A missing attribute is null.
 *
 * @throws {ExpressionError} for an unknown function or a value that a function cannot take.
 */
export function evaluate(expression: Expression, source: SourceAttributes): Value {
  switch (expression.kind) {
    case 'attribute':
      return Object.hasOwn(source, expression.name) ? (source[expression.name] ?? null) : null
    case 'text':
      return expression.value
    case 'empty':
      return null
    case 'call': {
      const called = findFunction(expression)
      return called.apply(
        expression.parameters.map((parameter) =>
          parameter.kind === 'empty' ? undefined : evaluate(parameter, source),
        ),
      )
    }
    default:
      return expression satisfies never
  }
}

/** The function that a call names, with as many parameters as it takes. @throws {ExpressionError} */
export function findFunction({ name, parameters }: Expression & { kind: 'call' }) {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined
  if (!found) throw new ExpressionError(`There is no function ${name}.`)
  const most = found.repeats ? Number.POSITIVE_INFINITY : found.parameters.length
  if (parameters.length < found.fewest || parameters.length > most)
    throw new ExpressionError(`${name} was given ${parameters.length} parameters.`)
  return found
}
