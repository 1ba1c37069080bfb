import { distinctElements, isPrimary } from './elements.ts'
import { ScimError } from './errors.ts'
import { booleanOf } from './filter/compare.ts'
import { parseInstant } from './instant.ts'
import { isObject, type Json, type JsonObject, own } from './json.ts'
import type { Attribute } from './schema/attribute.ts'
import { findAttribute } from './schema/lookup.ts'
import { type ToleranceSink, tolerates } from './tolerances.ts'

/** How values from the wire are read. */
export interface Reading {
  readonly tolerances: ToleranceSink
  /** A resource is a whole state (POST, PUT); a patch is a change, in which a null unassigns. */
  readonly body: 'resource' | 'patch'
}

/**
 * Reads the value of an attribute: brings names to the schema's spelling and values to their types, by tolerance
 * where a client sends them otherwise.
 *
 * @param where The path, for errors.
 * @returns undefined when the value unassigns: null, an empty list (RFC 7643 §2.5), by tolerance an empty text. Inside
 *   a single complex value of a patch a null stays, since it unassigns one sub-attribute.
 * @throws {ScimError} `invalidValue` naming the path.
 */
export function readValue(value: Json, attribute: Attribute, where: string, reading: Reading): Json | undefined {
  if (value === null) return undefined
  if (attribute.multiValued) return readList(value, attribute, where, reading)
  if (Array.isArray(value) && attribute.type === 'complex') {
    if (value.length === 0) return undefined
    const [only] = value
    if (value.length > 1 || only === undefined || !tolerates(reading.tolerances, 'manager-as-array')) {
      throw wrong(where, 'a single value, not a list')
    }
    return readValue(only, attribute, where, reading)
  }
  return attribute.type === 'complex'
    ? readComplex(value, attribute, where, reading, 'manager-as-string')
    : readSimple(value, attribute, where, reading)
}

/** Reads one value of a multi-valued attribute. Undefined when it holds nothing. */
export function readElement(value: Json, attribute: Attribute, where: string, reading: Reading): Json | undefined {
  if (value === null) return undefined
  if (attribute.type !== 'complex') return readSimple(value, attribute, where, reading)
  const plain = unwrapJsonText(value, attribute, reading)
  const element = readComplex(plain, attribute, where, { ...reading, body: 'resource' }, 'element-as-string')
  return element
}

function readList(value: Json, attribute: Attribute, where: string, reading: Reading): Json[] | undefined {
  if (!Array.isArray(value)) {
    if (value === '' && tolerates(reading.tolerances, 'empty-string-clears')) return undefined
    // The value of a PATCH operation may be one of the values (RFC 7644 §3.5.2.1); in a resource it is a list.
    if (reading.body === 'resource' && !tolerates(reading.tolerances, 'value-not-in-list')) {
      throw wrong(where, 'a list')
    }
    return readList([value], attribute, where, reading)
  }
  const elements = value.flatMap((item) => readElement(item, attribute, where, reading) ?? [])
  const distinct = singlePrimary(distinctElements(elements, attribute), where, reading.tolerances)
  return distinct.length === 0 ? undefined : distinct
}

function readComplex(
  value: Json,
  attribute: Attribute,
  where: string,
  reading: Reading,
  wrap: 'manager-as-string' | 'element-as-string',
): JsonObject | undefined {
  if (typeof value === 'string') {
    if (value === '' && tolerates(reading.tolerances, 'empty-string-clears')) return undefined
    const identity = findAttribute(attribute.subAttributes, 'value')
    if (!identity || !tolerates(reading.tolerances, wrap)) throw wrong(where, 'an object')
    const text = readSimple(value, identity, where, reading)
    return text === undefined ? undefined : { value: text }
  }
  if (!isObject(value)) throw wrong(where, 'an object')
  const result: JsonObject = {}
  for (const [name, item] of Object.entries(value)) {
    const sub = findAttribute(attribute.subAttributes, name)
    if (!sub) {
      ignoreUnknown(`${where}.${name}`, reading)
      continue
    }
    if (Object.hasOwn(result, sub.name)) throw new ScimError('invalidValue', `${where}.${sub.name} is given twice.`)
    const read = readSub(item, sub, `${where}.${sub.name}`, reading)
    if (read !== undefined) result[sub.name] = read
  }
  return reading.body === 'resource' && Object.keys(result).length === 0 ? undefined : result
}

/** Reads a sub-attribute inside an object. In a patch null stands for "unassign". */
function readSub(item: Json, sub: Attribute, where: string, reading: Reading): Json | undefined {
  if (sub.mutability === 'readOnly') {
    if (reading.body === 'patch' && !tolerates(reading.tolerances, 'read-only-in-value')) {
      throw new ScimError('mutability', `${where} is read-only.`)
    }
    return undefined
  }
  if (item === null && sub.name === '$ref' && !tolerates(reading.tolerances, 'ref-null')) {
    throw wrong(where, 'a reference, not null')
  }
  return readValue(item, sub, where, reading) ?? (reading.body === 'patch' && sub.name !== '$ref' ? null : undefined)
}

/** A URI, or a reference relative to the service's root (RFC 7643 §2.3.7): the characters of RFC 3986 §2. */
const URI = /^(?:[\w.~:/?#[\]@!$&'()*+,;=-]|%[\da-f]{2})*$/i

/** Base64 in either alphabet, with or without padding (RFC 7643 §2.3.6, RFC 4648 §4, §5). */
const BASE64 = /^(?:[\w+/-]{4})*(?:[\w+/-]{2}(?:==)?|[\w+/-]{3}=?)?$/

function readText(value: Json, where: string): string {
  if (typeof value !== 'string') throw wrong(where, 'a text')
  if (value.includes('\0') || !value.isWellFormed()) {
    throw new ScimError('invalidValue', `${where} holds a NUL or half of a surrogate pair, which cannot be stored.`)
  }
  return value
}

/** Reads a plain value. Undefined for an empty text that unassigns. */
export function readSimple(value: Json, attribute: Attribute, where: string, reading: Reading): Json | undefined {
  if (value === '' && tolerates(reading.tolerances, 'empty-string-clears')) return undefined
  switch (attribute.type) {
    case 'boolean': {
      if (typeof value === 'boolean') return value
      const read = typeof value === 'string' ? booleanOf(value) : undefined
      if (read === undefined || !tolerates(reading.tolerances, 'boolean-as-string')) throw wrong(where, 'true or false')
      return read
    }
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw wrong(where, 'a whole number')
      return value
    case 'decimal':
      // JSON has no infinity, but 1e999 is read as one.
      if (typeof value !== 'number' || !Number.isFinite(value)) throw wrong(where, 'a number')
      return value
    case 'dateTime':
      if (typeof value !== 'string' || !parseInstant(value))
        throw wrong(where, 'a date and time, as 2026-02-03T08:00:00Z')
      return value
    case 'string':
      return readText(value, where)
    case 'reference': {
      const text = readText(value, where)
      if (!URI.test(text) && !tolerates(reading.tolerances, 'reference-as-text')) throw wrong(where, 'a URI')
      return text
    }
    case 'binary': {
      const text = readText(value, where)
      if (!BASE64.test(text) && !tolerates(reading.tolerances, 'binary-as-text')) throw wrong(where, 'base64')
      return text
    }
    case 'complex':
      throw wrong(where, 'a plain value')
    default:
      return attribute.type satisfies never
  }
}

/** Reads a sub-attribute's value on a path of its own, as `roles[primary eq "True"].value`. */
export function readSubValue(
  value: Json,
  attribute: Attribute,
  sub: Attribute,
  where: string,
  reading: Reading,
): Json | undefined {
  if (sub.name !== 'value') return readValue(value, sub, where, reading)
  const plain = unwrapJsonText(value, attribute, reading)
  return readValue((isObject(plain) ? own(plain, 'value') : plain) ?? null, sub, where, reading)
}

/** Entra's SingleAppRoleAssignment sends a role's value as the text of a JSON object `{id, value, displayName}`. */
function unwrapJsonText(value: Json, attribute: Attribute, reading: Reading): Json {
  if (attribute.name !== 'roles' && attribute.name !== 'entitlements') return value
  const text = isObject(value) ? Object.entries(value).find(([name]) => name.toLowerCase() === 'value')?.[1] : value
  if (typeof text !== 'string' || !text.trimStart().startsWith('{')) return value
  const inner = parseObject(text)
  const role = inner && own(inner, 'value')
  if (!inner || typeof role !== 'string' || !tolerates(reading.tolerances, 'role-as-json-text')) return value
  const display = own(inner, 'displayName') ?? own(inner, 'display')
  const rest = isObject(value) ? Object.entries(value).filter(([name]) => name.toLowerCase() !== 'value') : []
  const named = rest.some(([name]) => name.toLowerCase() === 'display')
  return Object.fromEntries([
    ...rest,
    ['value', role],
    ...(typeof display === 'string' && display !== '' && !named ? [['display', display] as const] : []),
  ])
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** At most one value is primary (RFC 7643 §2.4): by tolerance the first that says so. */
function singlePrimary(elements: readonly Json[], where: string, tolerances: ToleranceSink): Json[] {
  const first = elements.findIndex(isPrimary)
  if (elements.filter(isPrimary).length > 1 && !tolerates(tolerances, 'several-primaries')) {
    throw new ScimError('invalidValue', `${where} has more than one primary value.`)
  }
  return elements.map((element, index) =>
    index !== first && isPrimary(element) && isObject(element) ? { ...element, primary: false } : element,
  )
}

/** An attribute that no schema names: ignored by tolerance. */
export function ignoreUnknown(
  where: string,
  reading: Reading,
  code: 'invalidValue' | 'invalidPath' = 'invalidValue',
): void {
  if (tolerates(reading.tolerances, 'unknown-attribute')) return
  const shown = where.length > 120 ? `${where.slice(0, 120)}…` : where
  throw new ScimError(code, `${shown.toWellFormed()} is no attribute of this resource type.`)
}

function wrong(where: string, wanted: string): ScimError {
  return new ScimError('invalidValue', `${where} must be ${wanted}.`)
}
