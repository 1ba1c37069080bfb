type Schema = Readonly<Record<string, unknown>>

/**
 * A value that a schema allows: its own example where it has one, else made of its properties' examples, first choices
 * and least values.
 *
 * @returns undefined when nothing in the schema says what a value looks like.
 */
export function exampleOf(schema: unknown, components: Schema): unknown {
  if (typeof schema !== 'object' || schema === null) return undefined
  const {
    $ref,
    example,
    examples,
    default: usual,
    const: only,
    enum: words,
    anyOf,
    oneOf,
    type,
    ...rest
  } = schema as Schema
  if (typeof $ref === 'string') return exampleOf(components[$ref.slice($ref.lastIndexOf('/') + 1)], components)
  const [first] = [[example], examples, [usual], [only], words].flatMap((some) =>
    Array.isArray(some) && some[0] !== undefined ? [some[0] as unknown] : [],
  )
  if (first !== undefined) return first
  const choices = anyOf ?? oneOf
  if (Array.isArray(choices)) return exampleOf(choices[0], components)
  if (type === 'boolean') return true
  if (type === 'array') return []
  if (type === 'integer' || type === 'number') return rest.minimum ?? 1
  if (type === 'string') return rest.format === undefined && rest.pattern === undefined ? 'Example' : undefined
  if (type !== 'object') return undefined
  const required = Array.isArray(rest.required) ? (rest.required as string[]) : []
  return Object.fromEntries(
    Object.entries((rest.properties ?? {}) as Schema)
      .filter(([name]) => required.includes(name))
      .map(([name, inner]) => [name, exampleOf(inner, components)]),
  )
}
