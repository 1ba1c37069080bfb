import { ScimError } from '../errors.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { readPath } from '../path.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { cutUrn } from '../schema/lookup.ts'
import { tolerates } from '../tolerances.ts'
import { ignoreUnknown, type Reading } from '../value.ts'
import { type OperationName, operationsAt } from './operate.ts'
import type { PatchOperation } from './operation.ts'

/**
 * Turns an operation without a path into operations with one each: the object's members are the attributes to write
 * (RFC 7644 §3.5.2.1). Besides attribute names and extension objects, Entra's keys are paths: `name.givenName`,
 * `urn:…:User:department`.
 */
export function expandObject(
  op: Exclude<OperationName, 'remove'>,
  value: JsonObject,
  type: ResourceType,
  reading: Reading,
): PatchOperation[] {
  return Object.entries(value).flatMap(([key, item]) => expandMember(op, key, item, type, reading))
}

function expandMember(
  op: Exclude<OperationName, 'remove'>,
  key: string,
  item: Json,
  type: ResourceType,
  reading: Reading,
): PatchOperation[] {
  // The URNs follow from what the resource holds.
  if (key.toLowerCase() === 'schemas') return []
  const known = cutUrn(type, key)
  if (known?.rest === '' && known.schema === type.schema && isObject(item)) return expandObject(op, item, type, reading)

  const path = readPath(key, type, reading.tolerances)
  if ('fault' in path) {
    ignoreUnknown(key, reading, 'invalidPath')
    return []
  }
  const isPath = path.sub !== undefined || path.filter !== undefined
  if (isPath) demand(reading, 'dotted-key', key)
  if (known !== undefined && known.rest !== '') demand(reading, 'urn-key', key)
  return operationsAt(op, path, item, { type, reading, explicit: false })
}

function demand(reading: Reading, name: 'dotted-key' | 'urn-key', key: string): void {
  if (tolerates(reading.tolerances, name)) return
  const shown = key.length > 120 ? `${key.slice(0, 120)}…` : key
  throw new ScimError('invalidPath', `${shown.toWellFormed()} is a path where an attribute's name belongs.`)
}
