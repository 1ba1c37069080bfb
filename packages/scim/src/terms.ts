import { booleanOf, comparandOf, foldFor } from './filter/compare.ts'
import type { ResolvedName } from './filter/resolve.ts'
import { foldText } from './fold.ts'
import { instantText, parseInstant } from './instant.ts'
import { isObject, type Json, type JsonObject, own } from './json.ts'
import { type Attribute, isSecret, type ResourceType } from './schema/attribute.ts'
import { baseAttribute, extensionOf, findAttribute } from './schema/lookup.ts'

/**
 * A value of a resource as an index knows it. `path` in the schema's spelling: `userName`, `name.familyName`,
 * `emails.value`, `emails[work].value`, `urn:…:User:department`. `value` as text: folded unless the attribute is
 * `caseExact`, `true` or `false`, a number in its shortest form, an instant in UTC.
 */
export interface Term {
  readonly path: string
  readonly value: string
}

/**
 * Every term of a resource that an equality filter may ask for, each once. A value with a `type` has two: any of its
 * attribute, and that type's. What is never returned has none.
 */
export function* valueTerms(resource: JsonObject, type: ResourceType): Iterable<Term> {
  const seen = new Set<string>()
  for (const term of termsOf(resource, type)) {
    const key = `${term.path}\0${term.value}`
    if (seen.has(key)) continue
    seen.add(key)
    yield term
  }
}

/** A value that no other resource may have: none of this server, or none anywhere (RFC 7643 §7). */
export interface UniqueTerm extends Term {
  readonly uniqueness: 'server' | 'global'
}

/**
 * The values of a resource whose attributes are unique, for the server to hold against all others and refuse with
 * `uniqueness` (RFC 7644 §3.3). Those that the server gives itself, such as `id`, are left out.
 */
export function* uniqueTerms(resource: JsonObject, type: ResourceType): Iterable<UniqueTerm> {
  for (const { place, value, kind } of valuesOf(resource, type)) {
    const { uniqueness, mutability } = place.sub ?? place.attribute
    if (kind !== undefined || uniqueness === 'none' || mutability === 'readOnly') continue
    yield { ...termOf(place, value), uniqueness }
  }
}

function* termsOf(resource: JsonObject, type: ResourceType): Iterable<Term> {
  for (const { place, value, kind } of valuesOf(resource, type)) yield termOf(place, value, kind)
}

/** A plain value and where it stands; `kind` is the type of the element that holds it. */
interface PlacedValue {
  readonly place: ResolvedName
  readonly value: string | number | boolean
  readonly kind?: string
}

function* valuesOf(resource: JsonObject, type: ResourceType): Iterable<PlacedValue> {
  for (const [name, value] of Object.entries(resource)) {
    const extension = extensionOf(type, name)
    if (extension && isObject(value)) {
      for (const [inner, item] of Object.entries(value)) {
        const attribute = findAttribute(extension.attributes, inner)
        if (attribute) yield* attributeValues({ urn: extension.id, attribute }, item)
      }
      continue
    }
    const attribute = baseAttribute(type, name)
    if (attribute) yield* attributeValues({ attribute }, value)
  }
}

function* attributeValues(place: ResolvedName, value: Json): Iterable<PlacedValue> {
  if (isSecret(place.attribute)) return
  for (const element of Array.isArray(value) ? value : [value]) {
    if (!isObject(element)) {
      yield* plainValues(place, element)
      continue
    }
    const kind = own(element, 'type')
    for (const [name, item] of Object.entries(element)) {
      const sub = findAttribute(place.attribute.subAttributes, name)
      if (!sub || isSecret(sub)) continue
      yield* plainValues({ ...place, sub }, item)
      if (typeof kind === 'string') yield* plainValues({ ...place, sub }, item, kind)
    }
  }
}

function* plainValues(place: ResolvedName, value: Json, kind?: string): Iterable<PlacedValue> {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (item === null || item === '' || typeof item === 'object') continue
    yield { place, value: item, ...(kind === undefined ? {} : { kind }) }
  }
}

/**
 * The term that a comparison `path eq value` asks for, in the spelling of {@link valueTerms}. A complex attribute named
 * alone stands for its `value`.
 *
 * @param elementType The `type` in `emails[type eq "work" and value eq "…"]`.
 */
export function termOf(path: ResolvedName, value: string | number | boolean, elementType?: string): Term {
  const { urn, attribute } = path
  const sub = path.sub ?? (attribute.type === 'complex' ? comparandOf(attribute) : undefined)
  const typeSub = findAttribute(attribute.subAttributes, 'type')
  const kind = elementType === undefined ? '' : `[${typeSub ? foldFor(typeSub, elementType) : foldText(elementType)}]`
  return {
    path: `${urn === undefined ? '' : `${urn}:`}${attribute.name}${kind}${sub ? `.${sub.name}` : ''}`,
    value: textOf(sub ?? attribute, value),
  }
}

function textOf(attribute: Attribute, value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  if (attribute.type === 'boolean') return String(booleanOf(value) ?? value)
  const instant = attribute.type === 'dateTime' ? parseInstant(value) : undefined
  return instant ? instantText(instant) : foldFor(attribute, value)
}
