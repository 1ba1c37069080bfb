import type { Json, JsonObject } from '@muster/scim'

/**
 * A target attribute as mappings write it: `userName`, `name.givenName`, `emails[type eq "work"].value`,
 * `urn:…:2.0:User:department`.
 */
export interface TargetPath {
  /** As written: what goes into a PATCH operation's `path`. */
  readonly text: string
  /** The extension that holds the attribute. */
  readonly urn: string | undefined
  readonly attribute: string
  /** Which element of a multi-valued attribute: `[type eq "work"]`. */
  readonly element: { readonly attribute: string; readonly value: string } | undefined
  readonly sub: string | undefined
}

const PATH = /^(?:(urn:[^[\]"]+):)?([\w$-]+)(?:\[(\w+) eq "([^"]*)"\])?(?:\.([\w$-]+))?$/i

/** @throws {Error} when the text is no such path: a mapping that was never checked. */
export function parseTargetPath(text: string): TargetPath {
  const parts = PATH.exec(text)
  if (!parts) throw new Error(`"${text}" is not a target attribute.`)
  const [, urn, attribute = '', key, value, sub] = parts
  return {
    text,
    urn,
    attribute,
    element: key === undefined ? undefined : { attribute: key, value: value ?? '' },
    sub,
  }
}

/** What a resource holds at the path; undefined when it holds nothing. Names are compared without letter case (RFC 7643 §2.1). */
export function readAt(resource: JsonObject, path: TargetPath): Json | undefined {
  const container = path.urn === undefined ? resource : member(resource, path.urn)
  let value = member(container, path.attribute)
  if (path.element && Array.isArray(value)) {
    const { attribute, value: wanted } = path.element
    value = value.find((element) => {
      const has = member(element, attribute)
      return typeof has === 'string' && has.toLowerCase() === wanted.toLowerCase()
    })
  }
  if (path.sub !== undefined) value = member(value, path.sub)
  return value === null ? undefined : value
}

function member(of: Json | undefined, name: string): Json | undefined {
  if (typeof of !== 'object' || of === null || Array.isArray(of)) return undefined
  if (Object.hasOwn(of, name)) return of[name]
  const folded = name.toLowerCase()
  const key = Object.keys(of).find((candidate) => candidate.toLowerCase() === folded)
  return key === undefined ? undefined : of[key]
}

/** Puts a value into a resource under construction. Several paths of one element meet in the same element. */
export function writeAt(resource: JsonObject, path: TargetPath, value: Json): void {
  const container = path.urn === undefined ? resource : objectAt(resource, path.urn)
  if (path.element) {
    const { attribute, value: type } = path.element
    const list = Array.isArray(container[path.attribute]) ? (container[path.attribute] as JsonObject[]) : []
    container[path.attribute] = list
    let element = list.find((candidate) => candidate[attribute] === type)
    if (!element) {
      // Entra marks the work e-mail, phone and address as primary, though nothing maps it.
      element = type === 'work' ? { primary: true, [attribute]: type } : { [attribute]: type }
      list.push(element)
    }
    element[path.sub ?? 'value'] = value
  } else if (path.sub !== undefined) objectAt(container, path.attribute)[path.sub] = value
  else container[path.attribute] = value
}

function objectAt(of: JsonObject, name: string): JsonObject {
  const found = of[name]
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found
  const made: JsonObject = {}
  of[name] = made
  return made
}
