import { ScimError } from '../errors.ts'
import { isObject, type Json, type JsonObject, quoted } from '../json.ts'
import { readPath } from '../path.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { LENIENT, type ToleranceSink, tolerates } from '../tolerances.ts'
import { PATCH_OP_URN } from '../urns.ts'
import { ignoreUnknown, type Reading } from '../value.ts'
import { expandObject } from './expand.ts'
import { type OperationName, operationsAt } from './operate.ts'
import type { PatchOperation } from './operation.ts'

/** Most operations in one PATCH. Clients list thousands of members in one operation, not one in each of thousands. */
const MAX_OPERATIONS = 5_000

/**
 * Reads a PatchOp body (RFC 7644 §3.5.2) against a resource type. What comes out is plain: every operation has a
 * path, values have the schema's spelling and types, a value that unassigns has become a `remove`.
 *
 * @throws {ScimError} `invalidSyntax` for a body that is no PatchOp, `invalidPath`, `invalidFilter`, `invalidValue`,
 *   `mutability` for a read-only or required target, `noTarget` for a remove without path.
 */
export function parsePatch(
  body: unknown,
  type: ResourceType,
  tolerances: ToleranceSink = LENIENT,
): readonly PatchOperation[] {
  if (!isObject(body)) throw new ScimError('invalidSyntax', 'The body must be a JSON object.')
  readSchemas(member(body, 'schemas'), tolerances)
  const operations = member(body, 'Operations')
  if (!Array.isArray(operations)) throw new ScimError('invalidSyntax', 'Operations must be a list.')
  if (operations.length === 0 && !tolerates(tolerances, 'empty-operations')) {
    throw new ScimError('invalidSyntax', 'Operations must not be empty.')
  }
  if (operations.length > MAX_OPERATIONS)
    throw new ScimError('invalidValue', `A PATCH has at most ${MAX_OPERATIONS} operations, not ${operations.length}.`)
  const reading: Reading = { tolerances, body: 'patch' }
  return operations.flatMap((operation) => readOperation(operation, type, reading))
}

function readSchemas(schemas: Json | undefined, tolerances: ToleranceSink): void {
  if (schemas === undefined || schemas === null) {
    if (tolerates(tolerances, 'missing-schemas')) return
    throw new ScimError('invalidSyntax', `schemas must be ["${PATCH_OP_URN}"].`)
  }
  const single = !Array.isArray(schemas) && tolerates(tolerances, 'value-not-in-list')
  const names = Array.isArray(schemas) ? schemas : single ? [schemas] : []
  if (!names.some((urn) => typeof urn === 'string' && urn.toLowerCase() === PATCH_OP_URN.toLowerCase())) {
    throw new ScimError('invalidSyntax', `schemas must hold ${PATCH_OP_URN}.`)
  }
}

function readOperation(operation: Json, type: ResourceType, reading: Reading): PatchOperation[] {
  if (!isObject(operation)) throw new ScimError('invalidSyntax', 'Each of Operations must be an object.')
  const op = readName(member(operation, 'op'), reading.tolerances)
  const path = member(operation, 'path')
  const value = member(operation, 'value')
  if (path === undefined || path === null) return withoutPath(op, value, type, reading)
  if (typeof path !== 'string') throw new ScimError('invalidPath', 'path must be a text.')
  if (op !== 'remove' && value === undefined)
    throw new ScimError('invalidValue', `${quoted(path)}: "${op}" needs a value.`)
  const target = readPath(path, type, reading.tolerances)
  if (!('fault' in target)) return operationsAt(op, target, value, { type, reading, explicit: true })
  if (target.fault === 'malformed') throw new ScimError('invalidPath', target.detail)
  ignoreUnknown(path, reading, 'invalidPath')
  return []
}

function withoutPath(
  op: OperationName,
  value: Json | undefined,
  type: ResourceType,
  reading: Reading,
): PatchOperation[] {
  if (op === 'remove') throw new ScimError('noTarget', 'A remove needs a path.')
  if (!isObject(value))
    throw new ScimError('invalidValue', `"${op}" without a path needs an object of attributes as value.`)
  return expandObject(op, value, type, reading)
}

function readName(op: Json | undefined, tolerances: ToleranceSink): OperationName {
  const folded = typeof op === 'string' ? op.toLowerCase() : op
  if (folded !== 'add' && folded !== 'replace' && folded !== 'remove') {
    throw new ScimError('invalidSyntax', 'op must be "add", "replace" or "remove".')
  }
  if (folded !== op && !tolerates(tolerances, 'capitalised-operation')) {
    throw new ScimError('invalidSyntax', `op must be "${folded}", in lower case.`)
  }
  return folded
}

/** A member of a message. Attribute names compare without regard to letter case in messages too (RFC 7643 §2.1). */
function member(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name]
  const folded = name.toLowerCase()
  return Object.entries(object).find(([key]) => key.toLowerCase() === folded)?.[1]
}
