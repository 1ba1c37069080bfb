import { ScimError } from './errors.ts'
import { type ResolvedName, resolveText } from './filter/resolve.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { type Query, queryValues } from './query.ts'
import { type Attribute, isSecret, type ResourceType } from './schema/attribute.ts'
import { baseAttribute, containerOf, extensionOf, findAttribute } from './schema/lookup.ts'

/** Which attributes a client wants to see, as it named them. At most one of the two is given. */
export interface Projection {
  readonly attributes?: readonly string[]
  readonly excludedAttributes?: readonly string[]
}

/**
 * Reads `attributes` and `excludedAttributes` (RFC 7644 §3.4.2.5, §3.9): comma-separated on a URL, lists in a body.
 *
 * @throws {ScimError} `invalidValue` when both are given, since they exclude each other.
 */
export function readProjection(query: Query): Projection {
  const attributes = readNames(query, 'attributes')
  const excludedAttributes = readNames(query, 'excludedAttributes')
  if (attributes.length > 0 && excludedAttributes.length > 0) {
    throw new ScimError('invalidValue', 'attributes and excludedAttributes exclude each other.')
  }
  if (attributes.length > 0) return { attributes }
  return excludedAttributes.length > 0 ? { excludedAttributes } : {}
}

function readNames(query: Query, parameter: string): string[] {
  return queryValues(query, parameter)
    .flatMap((text) => text.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
}

/**
 * The resource as a client may see it (RFC 7644 §3.9). What is `returned: never` stays hidden even when named, what is
 * `always` stays even when excluded, `request` shows only when named, or when the request wrote it. Names that no
 * schema has are ignored. The resource handed in is not changed.
 *
 * @param written What the request that this answers wrote: see {@link writtenByBody} and {@link writtenByPatch}.
 */
export function project(
  resource: JsonObject,
  projection: Projection,
  type: ResourceType,
  written: ReadonlySet<string> = NOTHING,
): JsonObject {
  const selection = { ...select(projection, type), written }
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(resource)) {
    const extension = extensionOf(type, name)
    const attribute = extension ? containerOf(extension) : baseAttribute(type, name)
    const shown = attribute ? show(value, attribute, selection, attribute.name) : undefined
    if (shown !== undefined) result[name] = shown
  }
  return result
}

const NOTHING: ReadonlySet<string> = new Set()

/** Asks for what is always returned, alone. */
const UNASKED = { wanted: NOTHING, opened: NOTHING }

/** Whether a projection shows an attribute or any part of it, so that a server need not read what nobody will see. */
export function wantsAttribute(projection: Projection, name: string, type: ResourceType): boolean {
  const place = resolveText(name, type)
  if (!place) return false
  const selection = select(projection, type)
  const { urn, attribute } = place
  if (attribute.returned === 'always' && !isSecret(attribute)) return true
  const path = urn === undefined ? attribute.name : `${urn}:${attribute.name}`
  if (urn !== undefined && decide(containerNamed(type, urn), selection, urn) === 'hide') return false
  const inherited = urn !== undefined && decide(containerNamed(type, urn), selection, urn) === 'whole'
  return decide(attribute, inherited ? { ...selection, wanted: undefined } : selection, path) !== 'hide'
}

function containerNamed(type: ResourceType, urn: string): Attribute {
  const extension = extensionOf(type, urn)
  if (!extension) throw new RangeError(`No extension ${urn}`)
  return containerOf(extension)
}

/**
 * The paths named, in canonical spelling: `name`, `name.givenName`, the URN of an extension, `urn:…:department`,
 * `urn:…:manager.value`. `wanted` undefined: everything by default.
 */
interface Selection {
  readonly wanted: ReadonlySet<string> | undefined
  /** Every proper prefix of a wanted path: what must be opened to reach it. */
  readonly opened: ReadonlySet<string>
  readonly excluded: ReadonlySet<string>
  /** The paths that the request wrote. */
  readonly written: ReadonlySet<string>
}

function select({ attributes, excludedAttributes }: Projection, type: ResourceType): Selection {
  const opened = new Set<string>()
  const paths = (names: readonly string[] = []): Set<string> => {
    const places = names.flatMap((name) => resolveText(name, type) ?? [])
    return new Set(places.map((place) => pathOf(place, opened)))
  }
  const excluded = paths(excludedAttributes)
  opened.clear()
  return { wanted: attributes ? paths(attributes) : undefined, opened, excluded, written: NOTHING }
}

function pathOf({ urn, attribute, sub }: ResolvedName, opened: Set<string>): string {
  const path = urn === undefined ? attribute.name : `${urn}:${attribute.name}`
  if (urn !== undefined) opened.add(urn)
  if (sub) opened.add(path)
  return sub ? `${path}.${sub.name}` : path
}

/** What becomes of the attribute at a path: shown whole, shown in part, or not at all. */
function decide(
  attribute: Attribute,
  { wanted, opened, excluded, written }: Selection,
  path: string,
): 'whole' | 'part' | 'hide' {
  if (isSecret(attribute)) return 'hide'
  if (attribute.returned === 'always') return 'whole'
  if (excluded.has(path)) return 'hide'
  if (wanted === undefined) return attribute.returned === 'request' && !written.has(path) ? 'hide' : 'whole'
  if (wanted.has(path)) return 'whole'
  return opened.has(path) ? 'part' : 'hide'
}

function show(value: Json, attribute: Attribute, selection: Selection, path: string): Json | undefined {
  const decision = decide(attribute, selection, path)
  if (decision === 'hide') {
    // An extension's object is no attribute: what is always returned is, wherever it stands.
    return attribute.name.includes(':') ? showObject(value, attribute, { ...selection, ...UNASKED }, path) : undefined
  }
  if (attribute.type !== 'complex') return value
  // Inside what was named, the default holds again.
  const inside = decision === 'whole' ? { ...selection, wanted: undefined } : selection
  if (!Array.isArray(value)) return showObject(value, attribute, inside, path)
  const shown = value.flatMap((element) => showObject(element, attribute, inside, path) ?? [])
  return shown.length > 0 || value.length === 0 ? shown : undefined
}

function showObject(value: Json, attribute: Attribute, selection: Selection, path: string): Json | undefined {
  if (!isObject(value)) return value
  // An extension's attributes stand behind a colon, sub-attributes behind a dot.
  const separator = attribute.name.includes(':') ? ':' : '.'
  const result: JsonObject = {}
  for (const [name, item] of Object.entries(value)) {
    const sub = findAttribute(attribute.subAttributes, name)
    const shown = sub ? show(item, sub, selection, `${path}${separator}${sub.name}`) : undefined
    if (shown !== undefined) result[name] = shown
  }
  return Object.keys(result).length > 0 ? result : undefined
}
