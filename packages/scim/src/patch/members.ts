import { ScimError } from '../errors.ts'
import type { Filter } from '../filter/filter.ts'
import { isObject, type Json, own } from '../json.ts'
import { pathText } from './operate.ts'
import type { PatchOperation } from './operation.ts'

/** A change to who belongs to a group, by ids, each named once. */
export type MemberOperation =
  | { readonly op: 'add'; readonly ids: readonly string[] }
  | { readonly op: 'remove'; readonly ids: readonly string[] }
  | { readonly op: 'removeAll' }
  | { readonly op: 'replace'; readonly ids: readonly string[] }

/**
 * Parts a Group's operations into those on its attributes and those on its members, each in order. Members are
 * rows at the server, and a group is never read whole to change it: so only what can be told from the operation
 * alone is taken, which is all that clients send.
 *
 * @throws {ScimError} `invalidFilter` for a filter other than `value eq "…"`, or several of these with `or`;
 *   `mutability` for a write to a member's sub-attribute; `invalidValue` for a member without id.
 */
export function splitMemberOperations(operations: readonly PatchOperation[]): {
  attributes: readonly PatchOperation[]
  members: readonly MemberOperation[]
} {
  const isMembers = ({ path }: PatchOperation): boolean => path.urn === undefined && path.attribute.name === 'members'
  return {
    attributes: operations.filter((operation) => !isMembers(operation)),
    members: operations.filter(isMembers).map(memberOperation),
  }
}

function memberOperation({ op, path, value }: PatchOperation): MemberOperation {
  if (path.sub !== undefined) {
    throw new ScimError('mutability', `${pathText(path)} is immutable: add or remove the member instead.`)
  }
  if (path.filter !== undefined) {
    const ids = idsOf(path.filter)
    if (!ids || op !== 'remove') {
      throw new ScimError('invalidFilter', 'Members can be filtered by value eq "…" alone, in a remove.')
    }
    return { op, ids: distinct(ids) }
  }
  if (op === 'remove' && value === undefined) return { op: 'removeAll' }
  const elements = Array.isArray(value) ? value : value === undefined ? [] : [value]
  return { op, ids: distinct(elements.map(idOf)) }
}

function idOf(element: Json): string {
  const id = isObject(element) ? own(element, 'value') : undefined
  if (typeof id !== 'string' || id === '')
    throw new ScimError('invalidValue', 'Each of members must have a value: the member’s id.')
  return id
}

/** The ids in `value eq "a" or value eq "b"`; undefined for any other filter. */
function idsOf(filter: Filter): string[] | undefined {
  if (filter.kind === 'or') {
    const [left, right] = [idsOf(filter.left), idsOf(filter.right)]
    return left && right && [...left, ...right]
  }
  const isId = filter.kind === 'compare' && filter.operator === 'eq' && filter.path.name.toLowerCase() === 'value'
  return isId && typeof filter.value === 'string' ? [filter.value] : undefined
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}
