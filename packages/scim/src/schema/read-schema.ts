import { ScimError } from '../errors.ts'
import { isObject, type Json, type JsonObject, own, quoted } from '../json.ts'
import { type Attribute, attribute, type Schema } from './attribute.ts'

const TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'binary', 'reference', 'complex'] as const
const MUTABILITIES = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const
const RETURNS = ['always', 'never', 'default', 'request'] as const
const UNIQUENESSES = ['none', 'server', 'global'] as const

/** A URI without what would end it in a filter, a path or a list of attributes. */
const SCHEMA_URI = /^[a-z][a-z\d+.-]*:[^\s"()[\]\\,]*[^\s"()[\]\\,:.]$/i

/** RFC 7643 §2.1; `$ref` is none by that grammar, and yet the name of a sub-attribute. */
const NAME = /^(?:[a-z][\w$-]*|\$ref)$/i

/**
 * Reads a schema that came as data (RFC 7643 §7): a Schema resource as `/Schemas` shows it, or one that an admin wrote.
 * What is not stated takes the default of §2.2. The schema that is answered is sound: names that a path can hold, each
 * once in any letter case (§2.1); complex attributes with sub-attributes, which are plain (§2.3.8); reference types on
 * references alone; no uniqueness on binaries (§2.3.6); what is write-only, never returned.
 *
 * @throws {ScimError} `invalidValue` naming the attribute at fault.
 */
export function readSchema(document: unknown): Schema {
  if (!isObject(document)) throw new ScimError('invalidValue', 'A schema must be an object.')
  const id = textOf(document, 'id', 'The schema')
  if (!SCHEMA_URI.test(id) || !id.isWellFormed()) throw fault('The schema', `has the id ${quoted(id)}, which is no URI`)
  return {
    id,
    name: textOf(document, 'name', id),
    description: textOf(document, 'description', id, ''),
    attributes: readAttributes(own(document, 'attributes'), id, false),
  }
}

function readAttributes(list: Json | undefined, where: string, areSubs: boolean): Attribute[] {
  if (!Array.isArray(list) || list.length === 0) throw fault(where, 'must have a list of attributes')
  const seen = new Set<string>()
  return list.map((item) => {
    const read = readAttribute(item, where, areSubs)
    const folded = read.name.toLowerCase()
    if (seen.has(folded)) throw fault(`${where} ${read.name}`, 'is defined twice')
    seen.add(folded)
    return read
  })
}

function readAttribute(item: Json, schema: string, isSub: boolean): Attribute {
  if (!isObject(item)) throw fault(schema, 'has an attribute that is no object')
  const name = textOf(item, 'name', schema)
  const where = `${schema} ${quoted(name)}`
  if (!NAME.test(name) || (name.startsWith('$') && !isSub)) throw fault(where, 'is no name for an attribute')
  const type = oneOf(item, 'type', TYPES, 'string', where)
  const mutability = oneOf(item, 'mutability', MUTABILITIES, 'readWrite', where)
  const returned = oneOf(item, 'returned', RETURNS, mutability === 'writeOnly' ? 'never' : 'default', where)
  const uniqueness = oneOf(item, 'uniqueness', UNIQUENESSES, 'none', where)
  const [canonicalValues, referenceTypes] = [
    texts(item, 'canonicalValues', where),
    texts(item, 'referenceTypes', where),
  ]
  const subs = own(item, 'subAttributes')
  const isStated = (value: Json | undefined): boolean => Array.isArray(value) && value.length > 0

  if (type === 'complex' && isSub) throw fault(where, 'cannot be complex')
  if (type !== 'complex' && isStated(subs)) throw fault(where, 'cannot have subAttributes')
  if (type !== 'reference' && referenceTypes) throw fault(where, 'cannot have referenceTypes')
  if (type === 'binary' && uniqueness !== 'none') throw fault(where, 'cannot be unique')
  if (mutability === 'writeOnly' && returned !== 'never') throw fault(where, 'cannot be returned')
  return attribute(name, textOf(item, 'description', where, ''), {
    type,
    mutability,
    returned,
    uniqueness,
    multiValued: flag(item, 'multiValued', where),
    required: flag(item, 'required', where),
    caseExact: flag(item, 'caseExact', where),
    ...(canonicalValues && { canonicalValues }),
    ...(type === 'reference' && { referenceTypes: referenceTypes ?? ['uri'] }),
    ...(type === 'complex' && { subAttributes: readAttributes(subs, where, true) }),
  })
}

function textOf(object: JsonObject, name: string, where: string, otherwise?: string): string {
  const value = own(object, name) ?? otherwise
  if (typeof value === 'string' && (value !== '' || otherwise !== undefined)) return value
  throw fault(where, `must have a ${name}`)
}

function flag(object: JsonObject, name: string, where: string): boolean {
  const value = own(object, name) ?? false
  if (typeof value !== 'boolean') throw fault(where, `has ${name} that is no boolean`)
  return value
}

function texts(object: JsonObject, name: string, where: string): string[] | undefined {
  const value = own(object, name) ?? []
  if (!Array.isArray(value)) throw fault(where, `has ${name} that is no list`)
  const items = value.filter((item) => typeof item === 'string')
  if (items.length < value.length) throw fault(where, `has ${name} that is no list`)
  return items.length > 0 ? items : undefined
}

function oneOf<T extends string>(object: JsonObject, name: string, all: readonly T[], otherwise: T, where: string): T {
  const value = own(object, name) ?? otherwise
  const found = all.find((item) => item === value)
  if (found === undefined) throw fault(where, `must have as ${name} one of ${all.join(', ')}`)
  return found
}

function fault(where: string, what: string): ScimError {
  return new ScimError('invalidValue', `${where} ${what}.`)
}
