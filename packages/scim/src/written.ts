import { isObject, type Json, type JsonObject } from './json.ts'
import { pathText } from './patch/operate.ts'
import type { PatchOperation } from './patch/operation.ts'
import type { ResourceType } from './schema/attribute.ts'
import { extensionOf } from './schema/lookup.ts'

/**
 * The attributes that a PATCH wrote, as paths in the schema's spelling: those with `returned: request` are part of its
 * answer (RFC 7643 §7).
 */
export function writtenByPatch(operations: readonly PatchOperation[]): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const { op, path, value } of operations) {
    if (op === 'remove') continue
    paths.add(pathText({ ...(path.urn === undefined ? {} : { urn: path.urn }), attribute: path.attribute }))
    paths.add(pathText(path))
    if (value !== undefined) addParts(paths, pathText(path), value)
  }
  return paths
}

/** The same for the body of a POST or PUT, as `readResource` answers it. */
export function writtenByBody(body: JsonObject, type: ResourceType): ReadonlySet<string> {
  const paths = new Set<string>()
  for (const [name, value] of Object.entries(body)) {
    if (extensionOf(type, name) && isObject(value)) {
      for (const [inner, item] of Object.entries(value)) addAll(paths, `${name}:${inner}`, item)
    } else {
      addAll(paths, name, value)
    }
  }
  return paths
}

function addAll(paths: Set<string>, path: string, value: Json): void {
  paths.add(path)
  addParts(paths, path, value)
}

/** The sub-attributes of a complex value, or of each in a list. */
function addParts(paths: Set<string>, path: string, value: Json): void {
  for (const item of Array.isArray(value) ? value : [value]) {
    if (isObject(item)) for (const name of Object.keys(item)) paths.add(`${path}.${name}`)
  }
}
