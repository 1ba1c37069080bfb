import { ENTERPRISE_USER_URN, GROUP_URN, type JsonObject, USER_URN } from '@muster/scim'
import type { MappedValue, ObjectType } from './mapping.ts'
import { writeAt } from './target-path.ts'

/** The order in which Entra's own creates name their attributes; others follow. */
const ORDER = [
  'schemas',
  'externalId',
  'userName',
  'active',
  'displayName',
  'title',
  'preferredLanguage',
  'emails',
  'addresses',
  'phoneNumbers',
  'name',
]

/**
 * The body of a POST. Only attributes with a value are there, booleans are JSON booleans, references are never there.
 * An extension of the administrator's own is sent, but not listed in `schemas`, as Entra does it.
 */
export function createBody(objectType: ObjectType, mapped: readonly MappedValue[]): JsonObject {
  const values: JsonObject = {}
  for (const { path, value } of mapped) writeAt(values, path, value)
  const schemas = [objectType === 'User' ? USER_URN : GROUP_URN]
  if (Object.hasOwn(values, ENTERPRISE_USER_URN)) schemas.push(ENTERPRISE_USER_URN)
  const all: JsonObject = { schemas, ...values }
  const names = [
    ...ORDER.filter((name) => Object.hasOwn(all, name)),
    ...Object.keys(all).filter((name) => !ORDER.includes(name)),
  ]
  const body: JsonObject = {}
  for (const name of names) body[name] = all[name] ?? null
  body.meta = { resourceType: objectType }
  return body
}
