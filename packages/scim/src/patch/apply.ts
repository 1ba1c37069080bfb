import { namesResources } from '../elements.ts'
import { ScimError } from '../errors.ts'
import { isObject, type Json, type JsonObject, own, sameState } from '../json.ts'
import type { AttributePath } from '../path.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { withSchemas } from '../schema/urn-list.ts'
import { LENIENT, type ToleranceSink } from '../tolerances.ts'
import { changeList, changePart } from './apply-list.ts'
import { pathText } from './operate.ts'
import type { PatchOperation } from './operation.ts'
import { refuseIncomplete } from './refuse-incomplete.ts'

/**
 * Most values of multi-valued attributes that the operations of one patch may visit. A body of 2 MB can hold 20,000
 * operations on a list of 20,000: that many visits would hold a core for minutes.
 */
const MAX_VISITS = 2_000_000

/**
 * Applies operations in order, each to the result of the one before (RFC 7644 §3.5.2). The resource handed in is
 * never changed: when an operation is refused, nothing has happened.
 *
 * @param tolerances Decides whether a write to a value path without a match makes the element.
 * @returns The resource as it now is, and whether its state differs (order-free, absent `primary` = false). When it
 *   does not, it is the very resource that was handed in.
 * @throws {ScimError} `noTarget` for a value path that matches nothing, `mutability` for an immutable that is set or
 *   something required that would be gone, `invalidValue` for a value without what it must have, `payloadTooLarge` for far more work than any client asks for.
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  tolerances: ToleranceSink = LENIENT,
): { resource: JsonObject; changed: boolean } {
  const draft: JsonObject = { ...resource }
  let visits = 0
  for (const operation of operations) {
    const { urn, attribute } = operation.path
    const container = urn === undefined ? draft : own(draft, urn)
    const before = isObject(container) ? own(container, attribute.name) : undefined
    visits += Array.isArray(before) ? before.length : 0
    if (visits > MAX_VISITS)
      throw new ScimError('payloadTooLarge', 'The patch holds too many operations on a long list.')
    const after = attribute.multiValued
      ? changeList(asList(before), operation, tolerances)
      : changeSingle(before, operation)
    refuseImmutable(operation.path, before, after)
    write(draft, operation.path, after)
  }
  refuseIncomplete(resource, draft, operations, type)
  const result = withSchemas(draft, type)
  const changed = !sameState({ ...result, schemas: [] }, { ...resource, schemas: [] })
  return changed ? { resource: result, changed } : { resource, changed }
}

function asList(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]
}

function changeSingle(before: Json | undefined, operation: PatchOperation): Json | undefined {
  const { path, value } = operation
  const { attribute, sub } = path
  if (operation.op === 'remove' && sub === undefined) return undefined
  if (attribute.type !== 'complex') return value
  const was = isObject(before) ? before : {}
  const given: JsonObject = sub
    ? { [sub.name]: changePart(own(was, sub.name), sub, operation) ?? null }
    : isObject(value)
      ? value
      : {}
  return mergeComplex(was, given, path)
}

/**
 * A complex value with some sub-attributes given: the others stay (RFC 7644 §3.5.2.3), null unassigns. Where the
 * value names a resource, naming another leaves nothing of the one before: its `$ref` and name would be wrong.
 */
function mergeComplex(before: JsonObject, given: JsonObject, path: AttributePath): Json | undefined {
  const names = namesResources(path.attribute)
  const value = own(given, 'value')
  if (names && value === null) return undefined
  const renamed = names && value !== undefined && value !== own(before, 'value')
  const after: JsonObject = renamed ? {} : { ...before }
  for (const [name, item] of Object.entries(given)) {
    if (item === null) delete after[name]
    else after[name] = item
  }
  return Object.keys(after).length === 0 ? undefined : after
}

/** An immutable attribute may be set once, and set again to what it is (RFC 7643 §7). */
function refuseImmutable(path: AttributePath, before: Json | undefined, after: Json | undefined): void {
  const { attribute } = path
  if (before === undefined || before === null) return
  if (attribute.mutability === 'immutable' && (after === undefined || !sameState(before, after))) {
    throw new ScimError('mutability', `${pathText(path)} is immutable and already set.`)
  }
  // The values of a list come and go whole (RFC 7643 §4.2); a single value keeps what is immutable in it.
  if (attribute.multiValued || !isObject(before)) return
  for (const sub of attribute.subAttributes ?? []) {
    const was = sub.mutability === 'immutable' ? own(before, sub.name) : undefined
    const is = isObject(after) ? own(after, sub.name) : undefined
    if (was !== undefined && (is === undefined || !sameState(was, is))) {
      throw new ScimError('mutability', `${pathText({ ...path, sub })} is immutable and already set.`)
    }
  }
}

/** Puts an attribute's new value where it belongs; a container without content goes away. */
function write(draft: JsonObject, { urn, attribute }: AttributePath, value: Json | undefined): void {
  if (urn === undefined) {
    if (value === undefined) delete draft[attribute.name]
    else draft[attribute.name] = value
    return
  }
  const before = own(draft, urn)
  const container: JsonObject = isObject(before) ? { ...before } : {}
  if (value === undefined) delete container[attribute.name]
  else container[attribute.name] = value
  if (Object.keys(container).length === 0) delete draft[urn]
  else draft[urn] = container
}
