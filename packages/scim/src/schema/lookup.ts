import { type Attribute, attribute, COMMON_ATTRIBUTES, type ResourceType, type Schema } from './attribute.ts'

/** Attribute lists by lower-case name. Schemas never change once made, so that an index is made once. */
const INDEXES = new WeakMap<readonly Attribute[], ReadonlyMap<string, Attribute>>()
const CONTAINERS = new WeakMap<Schema, Attribute>()

/** The attribute of that name. Names compare without regard to letter case (RFC 7643 §2.1). */
export function findAttribute(attributes: readonly Attribute[] | undefined, name: string): Attribute | undefined {
  if (attributes === undefined) return undefined
  let index = INDEXES.get(attributes)
  if (index === undefined) {
    index = new Map(attributes.map((item) => [item.name.toLowerCase(), item]))
    INDEXES.set(attributes, index)
  }
  return index.get(name.toLowerCase())
}

/** An attribute and where it stands: at top level, or in the extension object named by `urn`. */
export interface Located {
  readonly urn?: string
  readonly attribute: Attribute
  /** True when an extension's attribute was named without the extension's URN. */
  readonly unprefixed?: boolean
}

/** An attribute of the resource itself: common (RFC 7643 §3.1) or of the base schema. */
export function baseAttribute(type: ResourceType, name: string): Attribute | undefined {
  return findAttribute(type.schema.attributes, name) ?? findAttribute(COMMON_ATTRIBUTES, name)
}

/** The extension of that URN, compared without regard to letter case. */
export function extensionOf(type: ResourceType, urn: string): Schema | undefined {
  const folded = urn.toLowerCase()
  return type.schemaExtensions.find(({ schema }) => schema.id.toLowerCase() === folded)?.schema
}

/** Finds an attribute by name, in the schema of `urn` when that is given. */
export function locate(type: ResourceType, urn: string | undefined, name: string): Located | undefined {
  if (urn === undefined) {
    const base = baseAttribute(type, name)
    if (base) return { attribute: base }
    for (const { schema } of type.schemaExtensions) {
      const found = findAttribute(schema.attributes, name)
      if (found) return { urn: schema.id, attribute: found, unprefixed: true }
    }
    return undefined
  }
  if (urn.toLowerCase() === type.schema.id.toLowerCase()) {
    const base = baseAttribute(type, name)
    return base && { attribute: base }
  }
  const extension = extensionOf(type, urn)
  const found = extension && findAttribute(extension.attributes, name)
  return extension && found && { urn: extension.id, attribute: found }
}

/** An extension's object as an attribute: complex, named by the URN, its sub-attributes the extension's attributes. */
export function containerOf(extension: Schema): Attribute {
  let container = CONTAINERS.get(extension)
  if (container === undefined) {
    container = attribute(extension.id, extension.description, {
      type: 'complex',
      subAttributes: extension.attributes,
    })
    CONTAINERS.set(extension, container)
  }
  return container
}

/** Whether an attribute is an extension's object. */
export function isContainer(type: ResourceType, candidate: Attribute): Schema | undefined {
  return type.schemaExtensions.find(({ schema }) => schema.id === candidate.name)?.schema
}

/**
 * Cuts a known schema URN off the front of a path: the longest that fits, so that the dots and colons inside
 * it are never taken for separators. `rest` is empty when the text is the URN alone.
 */
export function cutUrn(type: ResourceType, text: string): { schema: Schema; rest: string } | undefined {
  const folded = text.toLowerCase()
  let best: { schema: Schema; rest: string } | undefined
  for (const schema of [type.schema, ...type.schemaExtensions.map((extension) => extension.schema)]) {
    const urn = schema.id.toLowerCase()
    const fits = folded === urn || folded.startsWith(`${urn}:`)
    if (fits && urn.length > (best?.schema.id.length ?? 0)) best = { schema, rest: text.slice(urn.length + 1) }
  }
  return best
}
