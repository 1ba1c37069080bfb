import { ScimError } from '../errors.ts'
import { quoted } from '../json.ts'
import { type Attribute, isSecret, type ResourceType } from '../schema/attribute.ts'
import { containerOf, extensionOf, findAttribute, locate } from '../schema/lookup.ts'
import { LENIENT, type ToleranceSink, tolerates } from '../tolerances.ts'
import { comparandOf, readComparand } from './compare.ts'
import type { AttributeName, Filter } from './filter.ts'
import { readAttributeName } from './parse.ts'

/** What a name in a filter stands for. `urn` is the extension's, as declared; undefined for core and common attributes. */
export interface ResolvedName {
  readonly urn?: string
  readonly attribute: Attribute
  readonly sub?: Attribute
}

/**
 * Looks a name up in a resource type, without regard to letter case: common attributes, the base schema, extensions
 * by URN. An extension's attribute is also found without its URN where no base attribute has its name: Entra asks
 * for `manager eq "…"`. An extension's URN alone stands for its object. Undefined when nothing has that name.
 */
export function resolveName(name: AttributeName, type: ResourceType): ResolvedName | undefined {
  const extension = name.urn !== undefined && name.sub === undefined && extensionOf(type, `${name.urn}:${name.name}`)
  if (extension) return { attribute: containerOf(extension) }
  const found = locate(type, name.urn, name.name)
  if (!found) return undefined
  const { urn, attribute } = found
  const place = { ...(urn === undefined ? {} : { urn }), attribute }
  if (name.sub === undefined) return place
  const sub = elementAttribute(attribute, name.sub)
  if (!sub) return undefined
  return sub === attribute ? place : { ...place, sub }
}

/**
 * The same for a name as `attributes` and `sortBy` have it (RFC 7644 §3.10). An extension's URN may end in anything,
 * as `urn:example:badge:1.0`, so that it is looked for before the text is cut at dots.
 */
export function resolveText(text: string, type: ResourceType): ResolvedName | undefined {
  const extension = extensionOf(type, text)
  if (extension) return { attribute: containerOf(extension) }
  const name = readAttributeName(text)
  return name && resolveName(name, type)
}

/** A sub-attribute; for a list of plain values, `value` is the value itself (RFC 7643 §2.4). */
export function elementAttribute(attribute: Attribute, name: string): Attribute | undefined {
  const sub = findAttribute(attribute.subAttributes, name)
  const plain = attribute.multiValued && attribute.subAttributes === undefined && name.toLowerCase() === 'value'
  return sub ?? (plain ? attribute : undefined)
}

/**
 * Holds a filter against a resource type: every name must be known and every comparison possible. Answers the same
 * filter with its literals brought to their attributes' types, so that a server can turn it into a query as it is.
 *
 * @throws {ScimError} `invalidFilter` naming what is at fault; `sensitive` for an attribute that is never returned,
 *   whose value a filter would otherwise give away bit by bit (RFC 7644 §7.5.2).
 */
export function checkFilter(filter: Filter, type: ResourceType, tolerances: ToleranceSink = LENIENT): Filter {
  return check(filter, tolerances, (name) => {
    const found = resolveName(name, type)
    if (!found) throw unknown(name)
    if (found.urn !== undefined && name.urn === undefined) {
      if (!tolerates(tolerances, 'unprefixed-extension-attribute')) throw unknown(name)
    }
    refuseSecret(found.attribute)
    return found.sub ?? found.attribute
  })
}

/**
 * The same for the filter in the brackets of `attribute[…]`, whose names are sub-attributes.
 *
 * @throws {ScimError} `invalidFilter`; `sensitive` as {@link checkFilter}.
 */
export function checkElementFilter(filter: Filter, attribute: Attribute, tolerances: ToleranceSink = LENIENT): Filter {
  return check(filter, tolerances, (name) => {
    const plain = name.urn === undefined && name.sub === undefined
    const sub = plain ? elementAttribute(attribute, name.name) : undefined
    if (!sub) throw unknown(name, attribute)
    return sub
  })
}

function refuseSecret(attribute: Attribute): Attribute {
  if (!isSecret(attribute)) return attribute
  throw new ScimError('sensitive', `${attribute.name} cannot be asked for in a filter.`)
}

function check(filter: Filter, tolerances: ToleranceSink, find: (name: AttributeName) => Attribute): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return {
        kind: filter.kind,
        left: check(filter.left, tolerances, find),
        right: check(filter.right, tolerances, find),
      }
    case 'not':
      return { kind: 'not', operand: check(filter.operand, tolerances, find) }
    case 'present':
      refuseSecret(find(filter.path))
      return filter
    case 'compare': {
      const attribute = find(filter.path)
      const comparand = comparandOf(attribute)
      if (!comparand) {
        throw new ScimError('invalidFilter', `${attribute.name} is complex: compare one of its sub-attributes.`)
      }
      refuseSecret(comparand)
      return { ...filter, value: readComparand(filter.operator, comparand, filter.value, tolerances) }
    }
    case 'valuePath': {
      const attribute = find(filter.path)
      if (!attribute.multiValued) {
        throw new ScimError('invalidFilter', `${attribute.name} has a single value: it takes no filter in brackets.`)
      }
      return { ...filter, filter: checkElementFilter(filter.filter, attribute, tolerances) }
    }
    default:
      return filter satisfies never
  }
}

function unknown({ urn, name, sub }: AttributeName, attribute?: Attribute): ScimError {
  const text = `${urn === undefined ? '' : `${urn}:`}${name}${sub === undefined ? '' : `.${sub}`}`
  const where = attribute === undefined ? '' : ` of ${attribute.name}`
  return new ScimError('invalidFilter', `The filter names ${quoted(text)}, which is no attribute${where}.`)
}
