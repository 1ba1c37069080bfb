import { ScimError } from './errors.ts'
import type { Filter } from './filter/filter.ts'
import { parseElementFilter } from './filter/parse.ts'
import { checkElementFilter, elementAttribute } from './filter/resolve.ts'
import { MAX_FILTER_LENGTH } from './filter/scan.ts'
import { quoted } from './json.ts'
import type { Attribute, ResourceType } from './schema/attribute.ts'
import { containerOf, cutUrn, locate } from './schema/lookup.ts'
import { LENIENT, type ToleranceSink, tolerates } from './tolerances.ts'

/** Where an operation points, by the schema's own definitions. */
export interface AttributePath {
  /** The extension that defines the attribute, as declared; undefined for core and common attributes. */
  readonly urn?: string
  readonly attribute: Attribute
  readonly sub?: Attribute
  /** The filter in the brackets of a value path; its names are sub-attributes. */
  readonly filter?: Filter
}

/** A path that leads nowhere: `malformed` breaks the grammar, `unknown` names what no schema has. */
export interface PathFault {
  readonly fault: 'malformed' | 'unknown'
  readonly detail: string
}

const NAME = /^([a-z$][\w$-]*)(?:\.([a-z$][\w$-]*))?$/i

/**
 * Reads the path of a PATCH operation (RFC 7644 §3.5.2): `attribute`, `attribute.sub`, `attribute[filter]` or
 * `attribute[filter].sub`, each with or without its schema's URN. An extension's URN alone leads to its object,
 * as an attribute of that name.
 *
 * @throws {ScimError} `invalidPath`; `invalidFilter` when what stands in the brackets is at fault.
 */
export function parsePath(text: string, type: ResourceType, tolerances: ToleranceSink = LENIENT): AttributePath {
  const path = readPath(text, type, tolerances)
  if ('fault' in path) throw new ScimError('invalidPath', path.detail)
  return path
}

/**
 * As {@link parsePath}, but answers a fault of the path as a value: what is unknown may be ignored by its caller.
 *
 * @throws {ScimError} `invalidFilter` when what stands in the brackets is at fault.
 */
export function readPath(text: string, type: ResourceType, tolerances: ToleranceSink): AttributePath | PathFault {
  const malformed = (why: string): PathFault => ({ fault: 'malformed', detail: `The path ${quoted(text)} ${why}.` })
  const unknown: PathFault = {
    fault: 'unknown',
    detail: `The path ${quoted(text)} names no attribute of ${type.name}.`,
  }
  if (text.length > MAX_FILTER_LENGTH) return malformed('is too long')

  const parts = cutBrackets(text)
  if (!parts) return malformed('has a bracket that does not close, or something after it')
  const known = cutUrn(type, parts.head)
  if (known?.rest === '' && parts.filter === undefined) {
    const isExtension = known.schema !== type.schema && parts.head.length === known.schema.id.length
    return isExtension ? { attribute: containerOf(known.schema) } : malformed('ends with its schema URN')
  }
  const colon = parts.head.lastIndexOf(':')
  const names = NAME.exec(known ? known.rest : parts.head.slice(colon + 1))
  if (!names?.[1]) return malformed('is not a path')
  if (!known && colon >= 0) return unknown
  const located = locate(type, known?.schema.id, names[1])
  if (!located) return unknown
  if (located.unprefixed && !tolerates(tolerances, 'unprefixed-extension-attribute')) return unknown

  const { urn, attribute } = located
  const place = { ...(urn === undefined ? {} : { urn }), attribute }
  if (parts.filter === undefined) return withSub(place, names[2]) ?? unknown
  if (names[2] !== undefined) return malformed('filters a sub-attribute')
  if (!attribute.multiValued) return malformed(`filters ${attribute.name}, which has a single value`)
  // `emails[0]`: SCIM has no array index.
  if (/^\s*\d*\s*$/.test(parts.filter)) return malformed('has no filter in its brackets')
  const filter = checkElementFilter(parseElementFilter(parts.filter, tolerances), attribute, tolerances)
  return withSub({ ...place, filter }, parts.sub) ?? unknown
}

function withSub(path: AttributePath, name: string | undefined): AttributePath | undefined {
  if (name === undefined) return path
  const sub = elementAttribute(path.attribute, name)
  if (!sub) return undefined
  return sub === path.attribute ? path : { ...path, sub }
}

/** Cuts `head[filter].sub` at the bracket that closes the first one, outside quoted literals. */
function cutBrackets(text: string): { head: string; filter?: string; sub?: string } | undefined {
  const open = text.indexOf('[')
  if (open < 0) return { head: text }
  let close = open + 1
  for (let inQuotes = false; close < text.length; close += 1) {
    const character = text[close]
    if (character === ']' && !inQuotes) break
    if (character === '"') inQuotes = !inQuotes
    if (character === '\\' && inQuotes) close += 1
  }
  if (close >= text.length) return undefined
  const head = text.slice(0, open)
  const filter = text.slice(open + 1, close)
  const tail = text.slice(close + 1)
  if (tail === '') return { head, filter }
  const sub = NAME.exec(tail.slice(1))
  return tail.startsWith('.') && sub?.[1] !== undefined && sub[2] === undefined
    ? { head, filter, sub: sub[1] }
    : undefined
}
