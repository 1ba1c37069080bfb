import { isObject, type Json, type JsonObject, own } from '../json.ts'
import type { Attribute, ResourceType } from '../schema/attribute.ts'
import { LENIENT } from '../tolerances.ts'
import { comparandOf, compares, readComparand } from './compare.ts'
import type { AttributeName, Filter } from './filter.ts'
import { elementAttribute, type ResolvedName, resolveName } from './resolve.ts'

/**
 * Whether a resource answers a filter (RFC 7644 §3.4.2.2).
 *
 * Of a multi-valued attribute any value may answer. An attribute without value answers `ne`, as "not identical"
 * says, and `eq null`; an attribute that the type does not know is one without value (§3.4.2.1), so that a server
 * should hold the filter against its type first: {@link checkFilter}.
 *
 * @throws {ScimError} `invalidFilter` for a comparison that cannot be, such as `active gt true`.
 */
export function matches(filter: Filter, resource: JsonObject, type: ResourceType): boolean {
  return evaluate(filter, {
    find: (name) => resolveName(name, type),
    values: (place) => valuesAt(resource, place),
  })
}

/** Whether one value of a multi-valued attribute answers the filter in its brackets. */
export function matchesElement(filter: Filter, element: Json, attribute: Attribute): boolean {
  return evaluate(filter, {
    find: (name) => {
      const sub = name.urn === undefined && name.sub === undefined ? elementAttribute(attribute, name.name) : undefined
      return sub && { attribute: sub }
    },
    values: ({ attribute: sub }) => {
      const value = sub === attribute ? element : isObject(element) ? own(element, sub.name) : undefined
      return listed(value)
    },
  })
}

/** Where names lead and what stands there: a resource, or one value of it. */
interface Scope {
  find(name: AttributeName): ResolvedName | undefined
  values(place: ResolvedName): Json[]
}

function evaluate(filter: Filter, scope: Scope): boolean {
  switch (filter.kind) {
    case 'and':
      return evaluate(filter.left, scope) && evaluate(filter.right, scope)
    case 'or':
      return evaluate(filter.left, scope) || evaluate(filter.right, scope)
    case 'not':
      return !evaluate(filter.operand, scope)
    case 'present': {
      const place = scope.find(filter.path)
      return place !== undefined && scope.values(place).some(isPresent)
    }
    case 'compare':
      return answers(filter, scope)
    case 'valuePath': {
      const place = scope.find(filter.path)
      if (!place) return false
      const { attribute } = place
      return scope.values(place).some((element) => matchesElement(filter.filter, element, attribute))
    }
    default:
      return filter satisfies never
  }
}

function answers({ operator, path, value }: Filter & { kind: 'compare' }, scope: Scope): boolean {
  const place = scope.find(path)
  if (!place) return operator === 'ne' ? value !== null : operator === 'eq' && value === null
  const named = place.sub ?? place.attribute
  const comparand = comparandOf(named) ?? named
  const literal = readComparand(operator, comparand, value, LENIENT)
  const stored = scope
    .values(place)
    .flatMap((item) => (comparand !== named && isObject(item) ? listed(own(item, comparand.name)) : [item]))
    .filter(isPresent)
  if (literal === null) return operator === 'eq' ? stored.length === 0 : stored.length > 0
  if (stored.length === 0) return operator === 'ne'
  return stored.some((item) => compares(operator, comparand, item, literal))
}

/** Every value at a place; those of a multi-valued attribute one by one. */
export function valuesAt(resource: JsonObject, { urn, attribute, sub }: ResolvedName): Json[] {
  const container = urn === undefined ? resource : own(resource, urn)
  const value = isObject(container) ? own(container, attribute.name) : undefined
  if (!sub) return listed(value)
  return listed(value).flatMap((item) => (isObject(item) ? listed(own(item, sub.name)) : []))
}

/** A value as the list that it is, or is one of. */
function listed(value: Json | undefined): Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value]
}

/** Whether a value counts as one: not null, not empty, and for an object some content (RFC 7644 §3.4.2.2, `pr`). */
export function isPresent(value: Json): boolean {
  if (value === null || value === '') return false
  if (Array.isArray(value)) return value.some(isPresent)
  return isObject(value) ? Object.values(value).some(isPresent) : true
}
