import type { Executor } from '@muster/service-kit/database.ts'
import type { ObjectType } from '../changes/record.ts'
import { selectFrom } from '../graph/odata.ts'
import {
  type DeltaObject,
  type DeltaReference,
  readObjects,
  readObjectsById,
  readReferences,
  readTouchedReferences,
  readTouchingChanges,
} from './repository.ts'
import type { DeltaState } from './token.ts'

/** A collection whose changes can be followed. */
export interface DeltaCollection {
  /** The segment of its address. */
  readonly of: 'users' | 'groups'
  readonly type: ObjectType
  /** The property that refers to other objects. */
  readonly reference: 'manager' | 'members'
  /** Every name that `$select` may hold. */
  readonly properties: readonly string[]
}

/** A page, and where the next one begins; `done` says that the round ends with this one. */
export interface DeltaPage {
  readonly value: readonly object[]
  readonly next: DeltaState
}

/** Most references on a page. An object with more comes again on the next page, with those that follow. */
const MOST_REFERENCES = 1_000

type Everything = Extract<DeltaState, { kind: 'everything' }>
type Changes = Extract<DeltaState, { kind: 'changes' }>

/** A page of everything there is now, by id. */
export async function readEverything(
  on: Executor,
  tenantId: string,
  collection: DeltaCollection,
  state: Everything,
): Promise<DeltaPage> {
  const { type } = collection
  const { position, ...rest } = state
  const found = await readObjects(on, tenantId, type, position, state.top + 1)
  const objects = found.slice(0, state.top)
  const [first, last] = [objects[0], objects.at(-1)]
  if (!first || !last) return { value: [], next: done(state) }
  const range = { from: position?.target ? position.owner : first.id, after: position?.target, to: last.id }
  const references = wantsReferences(collection, state)
    ? await readReferences(on, tenantId, type, range, MOST_REFERENCES + 1)
    : []
  const cut = cutReferences(references)
  const shown = cut.position ? objects.filter(({ id }) => id <= (cut.position?.owner ?? '')) : objects
  const next: DeltaState =
    cut.position || found.length > state.top ? { ...rest, position: cut.position ?? { owner: last.id } } : done(state)
  const value = shown.map((object) => toView(collection, state, object, cut.references))
  return { value, next }
}

/**
 * A page of what is about the changes after `state.after`, as it is now: what changes again while it is read is told
 * again in the next round.
 */
export async function readChanged(
  on: Executor,
  tenantId: string,
  collection: DeltaCollection,
  state: Changes,
): Promise<DeltaPage> {
  const { type } = collection
  const { position, to: endBefore, ...rest } = state
  const withReferences = wantsReferences(collection, state)
  const span = { after: state.after, to: endBefore ?? state.upTo, withReferences }
  const changes = await readTouchingChanges(on, tenantId, type, span, state.top)
  const to = endBefore ?? (changes.length < state.top ? state.upTo : (changes.at(-1)?.sequence ?? state.upTo))
  const moved = changes.filter(({ kind, operation }) => kind === 'object' && isMove(operation))
  const touched = { after: state.after, to, moved: [...new Set(moved.map(({ objectId }) => objectId))] }
  const references = withReferences
    ? await readTouchedReferences(on, tenantId, type, touched, position, MOST_REFERENCES + 1)
    : []
  const cut = cutReferences(references)
  const objects = position ? [] : changes.filter(({ kind, objectType }) => kind === 'object' && objectType === type)
  const changed = new Set(objects.map(({ objectId }) => objectId))
  const ids = [...new Set([...changed, ...cut.references.map(({ owner }) => owner)])]
  const found = await readObjectsById(on, tenantId, type, ids)
  const value = ids.flatMap((id) => {
    const object = found.get(id)
    if (object && !object.isDeleted) return toView(collection, state, object, cut.references)
    // Who only refers to what changed is told of when they are deleted or purged themselves.
    return changed.has(id) ? { id, '@removed': { reason: object ? 'changed' : 'deleted' } } : []
  })
  if (cut.position) return { value, next: { ...rest, to, position: cut.position } }
  return { value, next: to < state.upTo ? { ...rest, after: to } : done(state) }
}

/** Deleting and restoring say nothing to those who refer to the object, and yet it is gone or back for them. */
const isMove = (operation: string) => operation === 'softDelete' || operation === 'restore'

function cutReferences(references: readonly DeltaReference[]) {
  const kept = references.slice(0, MOST_REFERENCES)
  const last = kept.at(-1)
  return references.length > MOST_REFERENCES && last
    ? { references: kept, position: { owner: last.owner, target: last.target } }
    : { references: kept, position: undefined }
}

const wantsReferences = ({ reference }: DeltaCollection, { select }: DeltaState) =>
  select === undefined || select.includes(reference)

function done({ select, top, upTo, at }: DeltaState): DeltaState {
  return { kind: 'done', ...(select ? { select } : {}), top, upTo, at }
}

/** A living object with those of its references that are told of on this page (Graph's `members@delta`). */
function toView(
  { reference }: DeltaCollection,
  { select }: DeltaState,
  { id, body }: DeltaObject,
  references: readonly DeltaReference[],
): object {
  const own = references.filter(({ owner }) => owner === id).map(toReferenceView)
  return {
    ...selectFrom(body, select && ['id', ...select]),
    ...(own.length > 0 ? { [`${reference}@delta`]: own } : {}),
  }
}

function toReferenceView({ target, type, holds }: DeltaReference): object {
  return {
    '@odata.type': `#microsoft.graph.${type?.toLowerCase() ?? 'directoryObject'}`,
    id: target,
    ...(holds ? {} : { '@removed': { reason: 'deleted' } }),
  }
}
