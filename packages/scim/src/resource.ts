import { withReadOnlyParts } from './elements.ts'
import { ScimError } from './errors.ts'
import { isObject, type Json, type JsonObject, own, quoted, sameState } from './json.ts'
import { lacking, lackingParts } from './required.ts'
import type { Attribute, ResourceType, Schema } from './schema/attribute.ts'
import { baseAttribute, extensionOf, findAttribute } from './schema/lookup.ts'
import { withSchemas } from './schema/urn-list.ts'
import { LENIENT, type ToleranceSink, tolerates } from './tolerances.ts'
import { ignoreUnknown, type Reading, readValue } from './value.ts'

/**
 * Reads the body of a POST or PUT (RFC 7644 §3.3, §3.5.1): names in the schema's spelling, values in their types, what
 * is unassigned left out, read-only attributes ignored, at most one primary value, `schemas` listing the base URN and
 * the extensions of which there is something. A `password` is kept, for the server to hash and drop.
 *
 * @throws {ScimError} `invalidSyntax` when the body is no resource of this type, else `invalidValue` naming the path.
 */
export function readResource(body: unknown, type: ResourceType, tolerances: ToleranceSink = LENIENT): JsonObject {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  const reading: Reading = { tolerances, body: 'resource' }
  const declared = readSchemas(member(body, 'schemas'), type, tolerances)

  const resource: JsonObject = {}
  const put = (name: string, value: Json | undefined): void => {
    if (Object.hasOwn(resource, name)) throw new ScimError('invalidValue', `${name} is given twice.`)
    if (value !== undefined) resource[name] = value
  }
  for (const [key, value] of Object.entries(body)) {
    const attribute = baseAttribute(type, key)
    const extension = attribute ? undefined : extensionOf(type, key)
    if (attribute) {
      const isServers = attribute.mutability === 'readOnly' || attribute.name === 'schemas'
      if (!isServers) put(attribute.name, readValue(value, attribute, attribute.name, reading))
    } else if (extension) {
      put(extension.id, readExtension(value, extension, reading))
      if (!declared.has(extension.id) && own(resource, extension.id) !== undefined)
        demandDeclared(extension, tolerances)
    } else {
      ignoreUnknown(key, reading)
    }
  }
  requireAttributes(resource, type.schema.attributes, '')
  for (const { schema, required } of type.schemaExtensions) requireExtension(resource, schema, required)
  return withSchemas(resource, type)
}

/**
 * What a resource becomes when a body replaces it (RFC 7644 §3.5.1). What the body leaves out is unassigned, save for
 * what the client cannot write or see: read-only attributes stay, and so do write-only ones. The body is as
 * {@link readResource} answers it.
 *
 * @throws {ScimError} `mutability` when an immutable attribute that is set would change.
 */
export function replaceResource(before: JsonObject, body: JsonObject, type: ResourceType): JsonObject {
  const after = carryOver(before, body, (name) => (name === 'schemas' ? undefined : baseAttribute(type, name)))
  for (const { schema } of type.schemaExtensions) {
    const [was, is] = [own(before, schema.id), own(body, schema.id)]
    if (!isObject(was)) continue
    after[schema.id] = carryOver(was, isObject(is) ? is : {}, (name) => findAttribute(schema.attributes, name))
  }
  return withSchemas(after, type)
}

/** `given`, with what may not change taken from `before`: read-only parts only where it is still the same value. */
function carryOver(
  before: JsonObject,
  given: JsonObject,
  find: (name: string) => Attribute | undefined,
  isSame = true,
): JsonObject {
  const after: JsonObject = { ...given }
  for (const [name, was] of Object.entries(before)) {
    const attribute = find(name)
    const is = own(given, name)
    if (!attribute) continue
    if (attribute.mutability === 'readOnly') {
      if (isSame) after[name] = was
    } else if (is === undefined && attribute.mutability !== 'readWrite') after[name] = was
    else if (attribute.mutability === 'immutable' && is !== undefined && !sameState(was, is)) {
      throw new ScimError('mutability', `${name} is immutable and already set.`)
    } else if (Array.isArray(was) && Array.isArray(is)) {
      after[name] = withReadOnlyParts(was, is, attribute)
    } else if (isObject(was) && !Array.isArray(is)) {
      const whole = carryOverSubs(was, isObject(is) ? is : {}, attribute, isObject(is))
      if (Object.keys(whole).length > 0) after[name] = whole
    }
  }
  return after
}

/** Read-only parts of a complex value stay with it: a manager's name, while it names the same manager. */
function carryOverSubs(was: JsonObject, is: JsonObject, attribute: Attribute, isGiven: boolean): JsonObject {
  const [before, after] = [own(was, 'value'), own(is, 'value')]
  const isSame = isGiven && (before === after || after === undefined)
  return carryOver(was, is, (name) => findAttribute(attribute.subAttributes, name), isSame)
}

/** The extensions that `schemas` lists. */
function readSchemas(schemas: Json | undefined, type: ResourceType, tolerances: ToleranceSink): ReadonlySet<string> {
  if (schemas === undefined || schemas === null || (Array.isArray(schemas) && schemas.length === 0)) {
    if (!tolerates(tolerances, 'missing-schemas')) throw new ScimError('invalidSyntax', 'schemas is missing.')
    return new Set()
  }
  if (!Array.isArray(schemas) && !tolerates(tolerances, 'value-not-in-list')) {
    throw new ScimError('invalidSyntax', 'schemas must be a list of URIs.')
  }
  const names = Array.isArray(schemas) ? schemas : [schemas]
  const seen = new Set<string>()
  const declared = new Set<string>()
  const base = type.schema.id.toLowerCase()
  for (const urn of names) {
    if (typeof urn !== 'string') throw new ScimError('invalidSyntax', 'schemas must be a list of URIs.')
    const folded = urn.toLowerCase()
    if (seen.has(folded)) throw new ScimError('invalidValue', `schemas lists ${quoted(urn)} twice.`)
    seen.add(folded)
    const extension = extensionOf(type, urn)
    if (extension) declared.add(extension.id)
    else if (folded !== base && !tolerates(tolerances, 'unknown-schema')) {
      throw new ScimError('invalidValue', `schemas lists ${quoted(urn)}, which ${type.name} does not have.`)
    }
  }
  if (!seen.has(base)) throw new ScimError('invalidSyntax', `schemas must list ${type.schema.id}.`)
  return declared
}

function readExtension(value: Json, extension: Schema, reading: Reading): JsonObject | undefined {
  if (value === null) return undefined
  if (!isObject(value)) throw new ScimError('invalidValue', `${extension.id} must be an object.`)
  const result: JsonObject = {}
  for (const [key, item] of Object.entries(value)) {
    const attribute = findAttribute(extension.attributes, key)
    const where = `${extension.id}:${attribute?.name ?? key}`
    if (!attribute) {
      ignoreUnknown(where, reading)
      continue
    }
    if (attribute.mutability === 'readOnly') continue
    if (Object.hasOwn(result, attribute.name)) throw new ScimError('invalidValue', `${where} is given twice.`)
    const read = readValue(item, attribute, where, reading)
    if (read !== undefined) result[attribute.name] = read
  }
  return Object.keys(result).length > 0 ? result : undefined
}

function demandDeclared(extension: Schema, tolerances: ToleranceSink): void {
  if (tolerates(tolerances, 'undeclared-extension')) return
  throw new ScimError('invalidValue', `schemas must list ${extension.id}, since the body holds it.`)
}

function requireAttributes(container: JsonObject, attributes: readonly Attribute[], prefix: string): void {
  const parts = attributes.flatMap((attribute) =>
    lackingParts(own(container, attribute.name), attribute).map((part) => `${attribute.name}.${part}`),
  )
  const [first] = [...lacking(container, attributes), ...parts]
  if (first !== undefined) throw new ScimError('invalidValue', `${prefix}${first} is required.`)
}

function requireExtension(resource: JsonObject, schema: Schema, required: boolean): void {
  const container = own(resource, schema.id)
  if (isObject(container)) requireAttributes(container, schema.attributes, `${schema.id}:`)
  else if (required) throw new ScimError('invalidValue', `${schema.id} is required.`)
}

function member(object: JsonObject, name: string): Json | undefined {
  return own(object, name) ?? Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1]
}
