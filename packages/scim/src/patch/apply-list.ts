import { distinctElements, elementKey, isPrimary, readOnlyParts, withReadOnlyParts } from '../elements.ts'
import { ScimError } from '../errors.ts'
import { matchesElement } from '../filter/evaluate.ts'
import type { Filter } from '../filter/filter.ts'
import { elementAttribute } from '../filter/resolve.ts'
import { isObject, type Json, type JsonObject, own, sameState } from '../json.ts'
import type { AttributePath } from '../path.ts'
import type { Attribute } from '../schema/attribute.ts'
import { findAttribute } from '../schema/lookup.ts'
import { type ToleranceSink, tolerates } from '../tolerances.ts'
import type { PatchOperation } from './operation.ts'

/**
 * Applies one operation to the values of a multi-valued attribute. Undefined when none is left. At most one value of
 * the result is primary: the one that the operation made so takes it from the others (RFC 7644 §3.5.2).
 */
export function changeList(
  before: readonly Json[],
  operation: PatchOperation,
  tolerances: ToleranceSink,
): Json[] | undefined {
  const { path } = operation
  const after =
    path.filter === undefined && path.sub === undefined
      ? changeWhole(before, operation)
      : changeMatches(before, operation, tolerances)
  return after.length === 0 ? undefined : withOnePrimary(before, after)
}

/** `emails`: add appends what is not there, replace puts the new list, remove takes all or the values listed. */
function changeWhole(before: readonly Json[], { op, path, value }: PatchOperation): Json[] {
  const given = Array.isArray(value) ? value : value === undefined ? [] : [value]
  if (op === 'replace') return withReadOnlyParts(before, given, path.attribute)
  if (op === 'add') return append(before, given, path.attribute)
  if (value === undefined) return []
  const gone = new Set(given.map((element) => elementKey(element, path.attribute)))
  return before.filter((element) => {
    // `{"value": "x"}` in a remove means x of whichever type.
    return !gone.has(elementKey(element, path.attribute)) && !gone.has(valueKey(element, path.attribute))
  })
}

/**
 * A sub-attribute's new value; undefined when none is left. One that holds several grows by an add and shrinks by a
 * remove with values, as a list of its own.
 */
export function changePart(before: Json | undefined, sub: Attribute, operation: PatchOperation): Json | undefined {
  const { op, value } = operation
  if (!sub.multiValued) return op === 'remove' ? undefined : value
  const list = Array.isArray(before) ? before : before === undefined || before === null ? [] : [before]
  const after = changeWhole(list, { op, path: { attribute: sub }, ...(value === undefined ? {} : { value }) })
  return after.length === 0 ? undefined : after
}

/** The key of an element as if it had no type. */
function valueKey(element: Json, attribute: Attribute): string {
  const value = isObject(element) ? own(element, 'value') : undefined
  return elementKey(value === undefined ? element : { value }, attribute)
}

/** Adds values; one that is there already only takes up what the new one says besides. */
function append(before: readonly Json[], given: readonly Json[], attribute: Attribute): Json[] {
  const after = [...before]
  const places = new Map(after.map((element, index) => [elementKey(element, attribute), index]))
  for (const element of given) {
    const key = elementKey(element, attribute)
    const place = places.get(key)
    if (place === undefined) {
      places.set(key, after.length)
      after.push(element)
      continue
    }
    const there = after[place]
    if (isObject(there) && isObject(element)) after[place] = takeUp(there, element, attribute)
  }
  return after
}

/** Letter case is the first writer's, and what is immutable stays: only what else is said of the value changes. */
function takeUp(there: JsonObject, element: JsonObject, attribute: Attribute): JsonObject {
  const result: JsonObject = { ...there }
  for (const [name, item] of Object.entries(element)) {
    const isFixed = findAttribute(attribute.subAttributes, name)?.mutability === 'immutable'
    const isIdentity = isFixed || name === 'value' || name === 'type'
    if (!isIdentity || own(there, name) === undefined) result[name] = item
  }
  return result
}

/** `emails[type eq "work"]`, with or without `.value`; or `emails.value`, which means every value. */
function changeMatches(
  before: readonly Json[],
  { op, path, value }: PatchOperation,
  tolerances: ToleranceSink,
): Json[] {
  const { attribute, sub, filter } = path
  const operation = { op, path, ...(value === undefined ? {} : { value }) }
  const isMatch = (element: Json): boolean => filter === undefined || matchesElement(filter, element, attribute)
  if (op === 'remove') {
    return before.flatMap((element) =>
      isMatch(element) ? (sub ? withoutSub(element, sub, operation) : []) : [element],
    )
  }
  if (!before.some(isMatch)) return [...before, create(path, value ?? null, tolerances)]
  const after = before.map((element) => {
    if (!isMatch(element)) return element
    const was = isObject(element) ? element : {}
    const kept = op === 'replace' && !sub ? { ...readOnlyParts(was, attribute), ...equalities(filter, attribute) } : was
    const changed = sub
      ? { ...was, [sub.name]: changePart(own(was, sub.name), sub, operation) ?? null }
      : isObject(value)
        ? { ...kept, ...value }
        : (value ?? null)
    refuseImmutableSubs(path, was, changed)
    return changed
  })
  // One value written to several may have made them alike.
  return distinctElements(after, attribute)
}

/** An element without a sub-attribute; nothing at all when only its kind and its preference are left. */
function withoutSub(element: Json, sub: Attribute, operation: PatchOperation): Json[] {
  if (!isObject(element) || own(element, sub.name) === undefined) return [element]
  const rest: JsonObject = { ...element }
  const left = changePart(rest[sub.name], sub, operation)
  if (left === undefined) delete rest[sub.name]
  else rest[sub.name] = left
  refuseImmutableSubs(operation.path, element, rest)
  return Object.keys(rest).some((name) => name !== 'type' && name !== 'primary') ? [rest] : []
}

function refuseImmutableSubs(path: AttributePath, before: JsonObject, after: Json): void {
  for (const [name, was] of Object.entries(before)) {
    if (findAttribute(path.attribute.subAttributes, name)?.mutability !== 'immutable') continue
    const is = isObject(after) ? own(after, name) : undefined
    if (is === undefined || !sameState(was, is)) {
      throw new ScimError('mutability', `${path.attribute.name}.${name} is immutable and already set.`)
    }
  }
}

/**
 * The element that a write to a value path makes when none matches. The standard refuses (RFC 7644 §3.5.2.3); Entra
 * expects the element to be there afterwards, with what the filter says of it, and to be found by its next operation.
 */
function create(path: AttributePath, value: Json, tolerances: ToleranceSink): Json {
  const { attribute, sub, filter } = path
  if (filter === undefined) return sub ? { [sub.name]: value } : value
  const terms = equalities(filter, attribute)
  const isPlain = isConjunction(filter) && matchesElement(filter, terms, attribute)
  if (!isPlain || !tolerates(tolerances, 'value-path-creates')) {
    throw new ScimError('noTarget', `No value of ${attribute.name} matches the filter.`)
  }
  return sub ? { ...terms, [sub.name]: value } : isObject(value) ? { ...terms, ...value } : value
}

/** Whether a filter says all about an element: equalities joined by "and". One with "or", "not" or "co" does not. */
function isConjunction(filter: Filter): boolean {
  if (filter.kind === 'and') return isConjunction(filter.left) && isConjunction(filter.right)
  return filter.kind === 'compare' && filter.operator === 'eq' && filter.value !== null
}

/** What a filter says of an element by equality, in all its "and" terms. */
function equalities(filter: Filter | undefined, attribute?: Attribute): JsonObject {
  if (filter?.kind === 'and') return { ...equalities(filter.left, attribute), ...equalities(filter.right, attribute) }
  if (filter?.kind !== 'compare' || filter.operator !== 'eq' || filter.value === null) return {}
  const name = (attribute && elementAttribute(attribute, filter.path.name)?.name) ?? filter.path.name
  return { [name]: filter.value }
}

/** Keeps one primary value: one that became primary beats one that was; of several the first. */
function withOnePrimary(before: readonly Json[], after: readonly Json[]): Json[] {
  if (after.filter(isPrimary).length < 2) return [...after]
  const old = new Set(before.filter(isPrimary))
  const chosen = after.find((element) => isPrimary(element) && !old.has(element)) ?? after.find(isPrimary)
  return after.map((element) =>
    element !== chosen && isPrimary(element) && isObject(element) ? { ...element, primary: false } : element,
  )
}
