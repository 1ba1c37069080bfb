import { foldFor } from './filter/compare.ts'
import { canonical, isObject, type Json, type JsonObject, own } from './json.ts'
import type { Attribute } from './schema/attribute.ts'
import { findAttribute } from './schema/lookup.ts'

/** Whether the values of an attribute name other resources: `members`, `groups`, `manager`. Then `value` alone is what they are. */
export function namesResources(attribute: Attribute): boolean {
  return attribute.type === 'complex' && findAttribute(attribute.subAttributes, '$ref') !== undefined
}

/** Whether a value alone says which one it is. Entra sends a role with a type in POST and without one in PATCH. */
function isKnownByValue(attribute: Attribute): boolean {
  return namesResources(attribute) || attribute.name === 'roles' || attribute.name === 'entitlements'
}

/**
 * What makes two values of a multi-valued attribute the same one: their (type, value) pair (RFC 7643 §2.4), the value
 * alone where that says it, everything but the preference when there is no value.
 */
export function elementKey(element: Json, attribute: Attribute): string {
  if (!isObject(element)) return `=${fold(attribute, element)}`
  const value = own(element, 'value')
  if (value === undefined) return `=${canonical({ ...element, primary: false })}`
  const [valueSub, typeSub] = [
    findAttribute(attribute.subAttributes, 'value'),
    findAttribute(attribute.subAttributes, 'type'),
  ]
  const text = valueSub ? fold(valueSub, value) : canonical(value)
  const type = own(element, 'type')
  return isKnownByValue(attribute) || !typeSub || type === undefined ? `:${text}` : `${fold(typeSub, type)}:${text}`
}

function fold(attribute: Attribute, value: Json): string {
  return typeof value === 'string' ? JSON.stringify(foldFor(attribute, value)) : canonical(value)
}

/** Elements without repetitions: the first of its kind stays, and is the preferred one when any of its kind is. */
export function distinctElements(elements: readonly Json[], attribute: Attribute): Json[] {
  const seen = new Map<string, Json>()
  for (const element of elements) {
    const key = elementKey(element, attribute)
    const first = seen.get(key)
    if (first === undefined) seen.set(key, element)
    else if (isPrimary(element) && isObject(first)) seen.set(key, { ...first, primary: true })
  }
  return [...seen.values()]
}

/** Whether a value is marked as the preferred one. */
export function isPrimary(element: Json): boolean {
  return isObject(element) && own(element, 'primary') === true
}

/**
 * A list that replaces another, its values still knowing what the server alone writes: read-only parts stay with the
 * value that they were said of (RFC 7644 §3.5.1).
 */
export function withReadOnlyParts(before: readonly Json[], after: readonly Json[], attribute: Attribute): Json[] {
  if (!attribute.subAttributes?.some((sub) => sub.mutability === 'readOnly')) return [...after]
  const known = new Map(before.map((element) => [elementKey(element, attribute), element]))
  return after.map((element) => {
    const was = known.get(elementKey(element, attribute))
    return isObject(element) && isObject(was) ? { ...element, ...readOnlyParts(was, attribute) } : element
  })
}

/** What the server alone writes of a value. */
export function readOnlyParts(value: JsonObject, attribute: Attribute): JsonObject {
  const isReadOnly = (name: string): boolean => findAttribute(attribute.subAttributes, name)?.mutability === 'readOnly'
  return Object.fromEntries(Object.entries(value).filter(([name]) => isReadOnly(name)))
}
