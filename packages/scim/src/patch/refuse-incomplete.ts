import { ScimError } from '../errors.ts'
import { isObject, type JsonObject, own } from '../json.ts'
import { lacking, lackingParts } from '../required.ts'
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts'
import { findAttribute } from '../schema/lookup.ts'
import { pathText } from './operate.ts'
import type { PatchOperation } from './operation.ts'

/**
 * Refuses a patch that leaves what it touched without something required (RFC 7643 §7). What was lacking before is no
 * fault of the patch: an attribute may have become required since.
 *
 * @throws {ScimError} `mutability` when a required attribute or extension is gone, `invalidValue` when a value or an
 *   extension came without what it must have.
 */
export function refuseIncomplete(
  before: JsonObject,
  after: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
): void {
  const seen = new Set<Attribute>()
  for (const { path } of operations) {
    if (seen.has(path.attribute)) continue
    seen.add(path.attribute)
    refuseBareValues(before, after, path)
  }
  refuseLack(before, after, type.schema.attributes, '')
  for (const { schema, required } of type.schemaExtensions) {
    const [was, is] = [contentOf(before, schema), contentOf(after, schema)]
    if (is) refuseLack(was ?? {}, is, schema.attributes, `${schema.id}:`, was === undefined)
    else if (was && required) throw new ScimError('mutability', `${schema.id} is required and cannot be removed.`)
  }
}

function refuseLack(
  before: JsonObject,
  after: JsonObject,
  attributes: readonly Attribute[],
  prefix: string,
  isNew = false,
): void {
  const known = new Set(isNew ? [] : lacking(before, attributes))
  const name = lacking(after, attributes).find((item) => !known.has(item))
  if (name === undefined) return
  if (isNew) throw new ScimError('invalidValue', `${prefix}${name} is required.`)
  throw new ScimError('mutability', `${prefix}${name} is required and cannot be removed.`)
}

/** Values of a complex attribute that the patch made or changed, and that lack a required sub-attribute. */
function refuseBareValues(before: JsonObject, after: JsonObject, { urn, attribute }: PatchOperation['path']): void {
  if (attribute.type !== 'complex') return
  const at = (resource: JsonObject) => {
    const container = urn === undefined ? resource : own(resource, urn)
    return isObject(container) ? own(container, attribute.name) : undefined
  }
  const [was, is] = [at(before), at(after)]
  const made = Array.isArray(is) && Array.isArray(was) ? withoutThose(is, new Set(was)) : is
  const known = attribute.multiValued ? [] : lackingParts(was, attribute)
  const name = lackingParts(made, attribute).find((item) => !known.includes(item))
  if (name === undefined) return
  throw new ScimError(
    'invalidValue',
    `${pathText({ ...(urn === undefined ? {} : { urn }), attribute })}.${name} is required.`,
  )
}

function withoutThose<T>(values: readonly T[], known: ReadonlySet<T>): T[] {
  return values.filter((value) => !known.has(value))
}

/** An extension's object, when the client has anything in it. */
function contentOf(resource: JsonObject, schema: Schema): JsonObject | undefined {
  const container = own(resource, schema.id)
  if (!isObject(container)) return undefined
  const isClients = (name: string): boolean => findAttribute(schema.attributes, name)?.mutability !== 'readOnly'
  return Object.keys(container).some(isClients) ? container : undefined
}
