import { isPrimary } from './elements.ts'
import { ScimError } from './errors.ts'
import { comparandOf, foldFor } from './filter/compare.ts'
import { valuesAt } from './filter/evaluate.ts'
import { type ResolvedName, resolveText } from './filter/resolve.ts'
import { compareTexts } from './fold.ts'
import { compareInstants, parseInstant } from './instant.ts'
import { isObject, type Json, type JsonObject, own, quoted } from './json.ts'
import { type Query, queryValues } from './query.ts'
import { type Attribute, isSecret, type ResourceType } from './schema/attribute.ts'

/** The order a client asked for. */
export interface Sort {
  /** What to sort by: never complex, unless it is a list of plain values. */
  readonly by: ResolvedName
  readonly order: 'ascending' | 'descending'
}

/**
 * Reads `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). A complex attribute named alone stands for its `value`. Undefined
 * when no order is asked for; `sortOrder` alone asks for none.
 *
 * @throws {ScimError} `invalidValue` for a name that no schema has, for a complex attribute without `value`, and for an
 *   order that is neither; `sensitive` for an attribute that is never returned, which the order would give away.
 */
export function readSort(query: Query, type: ResourceType): Sort | undefined {
  const name = queryValues(query, 'sortBy').at(-1)?.trim()
  const order = readOrder(queryValues(query, 'sortOrder').at(-1))
  return name ? { by: sortTarget(name, type), order } : undefined
}

function readOrder(text: string | undefined): Sort['order'] {
  const folded = text?.trim().toLowerCase() || 'ascending'
  if (folded === 'ascending' || folded === 'descending') return folded
  throw new ScimError('invalidValue', `sortOrder must be "ascending" or "descending", not ${quoted(text ?? '')}.`)
}

function sortTarget(name: string, type: ResourceType): ResolvedName {
  const place = resolveText(name, type)
  if (!place)
    throw new ScimError('invalidValue', `sortBy names ${quoted(name)}, which is no attribute of ${type.name}.`)
  const { attribute, sub } = place
  const value = sub ?? comparandOf(attribute)
  if (isSecret(attribute) || (value && isSecret(value))) {
    throw new ScimError('sensitive', `${quoted(name)} cannot be sorted by.`)
  }
  if (sub || attribute.type !== 'complex') return place
  if (!value)
    throw new ScimError('invalidValue', `sortBy names ${quoted(name)}, which is complex: name one of its parts.`)
  return { ...place, sub: value }
}

/**
 * Compares two resources by an attribute (RFC 7644 §3.4.2.3), for `Array.prototype.sort`: text by code points, without
 * letter case unless the attribute is `caseExact`; times as instants; numbers by value; false before true. Of a
 * multi-valued attribute the primary value counts, else the first. What has no value comes last when ascending and
 * first when descending. Resources that tie answer 0, so that a server can append its own order, such as by `id`.
 */
export function compareForSort({ by, order }: Sort): (a: JsonObject, b: JsonObject) => number {
  const direction = order === 'ascending' ? 1 : -1
  return (a, b) => {
    const [left, right] = [sortValue(a, by), sortValue(b, by)]
    if (left === undefined || right === undefined) {
      return direction * (Number(left === undefined) - Number(right === undefined))
    }
    return direction * compareValues(left, right, by.sub ?? by.attribute)
  }
}

/** The one value that places a resource in an order. */
function sortValue(resource: JsonObject, { urn, attribute, sub }: ResolvedName): string | number | boolean | undefined {
  const values = valuesAt(resource, { ...(urn === undefined ? {} : { urn }), attribute })
  const chosen = values.find(isPrimary) ?? values[0]
  const value = sub && isObject(chosen) ? own(chosen, sub.name) : chosen
  return isPlain(value) && value !== '' ? value : undefined
}

function isPlain(value: Json | undefined): value is string | number | boolean {
  return value !== undefined && value !== null && typeof value !== 'object'
}

function compareValues(a: string | number | boolean, b: string | number | boolean, attribute: Attribute): number {
  if (typeof a !== 'string' || typeof b !== 'string') return Number(a) - Number(b)
  if (attribute.type === 'dateTime') {
    const [left, right] = [parseInstant(a), parseInstant(b)]
    if (left && right) return compareInstants(left, right)
  }
  return compareTexts(foldFor(attribute, a), foldFor(attribute, b))
}
