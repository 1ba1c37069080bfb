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

/** The same within the objects that its examples show (facts §1.5). */
const INNER_ORDER: Readonly<Record<string, readonly string[]>> = {
  name: ['formatted', 'familyName', 'givenName'],
  [ENTERPRISE_USER_URN]: ['department', 'employeeNumber'],
}

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
  for (const [name, order] of Object.entries(INNER_ORDER)) {
    const inner = all[name]
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) all[name] = inOrder(inner, order)
  }
  return { ...inOrder(all, ORDER), meta: { resourceType: objectType } }
}

function inOrder(values: JsonObject, order: readonly string[]): JsonObject {
  const known = order.filter((name) => Object.hasOwn(values, name))
  const others = Object.keys(values).filter((name) => !order.includes(name))
  return Object.fromEntries([...known, ...others].map((name) => [name, values[name] ?? null]))
}
