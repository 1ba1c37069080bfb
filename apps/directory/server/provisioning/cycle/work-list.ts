import { readChanges } from '../../changes/feed.ts'
import { dueEscrows, escrowedReferences } from '../memory/escrows.ts'
import { readLinks, readLinksTo } from '../memory/links.ts'
import { sentBy, unconfirmedReferences } from '../memory/references-sent.ts'
import { freshlyLinked, membershipsOf, membersOf, reportsOf } from '../source.ts'
import type { ObjectType } from '../steps/mapping.ts'
import type { CycleContext } from './context.ts'

/** References to compare, by the directory's ids. */
export interface ReferenceWork {
  /** Users whose manager is to be compared. */
  readonly managers: Set<string>
  /** Members to compare, by group; `all` of them where the group itself is new to the target. */
  readonly members: Map<string, Set<string> | 'all'>
}

/** What an incremental cycle looks at: what changed since the watermark, and what failed and is due. */
export interface WorkList extends ReferenceWork {
  readonly users: Set<string>
  readonly groups: Set<string>
}

const emptyWorkList = (): WorkList => ({ users: new Set(), groups: new Set(), managers: new Set(), members: new Map() })

export function addMember(work: ReferenceWork, groupId: string, memberId: string): void {
  const before = work.members.get(groupId)
  if (before === 'all') return
  if (before) before.add(memberId)
  else work.members.set(groupId, new Set([memberId]))
}

/** Changes read at once. */
const PAGE = 2_000

/** Reads the change feed from the watermark up to the number taken when the cycle began, and the escrows that are due. */
export async function readWorkList(context: CycleContext): Promise<WorkList> {
  const { deps, job, cycle, signal } = context
  const work = emptyWorkList()
  // Groups that give their members access to the app, or gave it: a change of them is a change of each member's scope.
  const scopeGroups = new Set<string>()
  let after = cycle.watermarkBefore ?? 0
  for (;;) {
    signal.throwIfAborted()
    const changes = await readChanges(deps.database, job.tenantId, after, cycle.watermarkAfter, PAGE)
    for (const change of changes) {
      after = change.sequence
      if (change.kind === 'object') {
        if (change.objectType === 'User') work.users.add(change.objectId)
        else {
          work.groups.add(change.objectId)
          if (change.operation !== 'add' && change.operation !== 'update') scopeGroups.add(change.objectId)
        }
      } else if (change.kind === 'assignment') {
        if (change.targetId !== job.servicePrincipalId) continue
        if (change.objectType === 'User') work.users.add(change.objectId)
        else {
          work.groups.add(change.objectId)
          scopeGroups.add(change.objectId)
        }
      } else if (change.attribute === 'manager') work.managers.add(change.objectId)
      else {
        // Membership may be what puts the user in scope.
        work.users.add(change.targetId)
        addMember(work, change.objectId, change.targetId)
      }
    }
    if (changes.length < PAGE) break
  }
  for (const id of await usersOfGroups(context, [...scopeGroups])) work.users.add(id)
  await addDueEscrows(context, work)
  return work
}

async function addDueEscrows({ deps, job, cycle }: CycleContext, work: WorkList): Promise<void> {
  // A job held back for its many failures is tried with all of them: only that shows whether the cause is gone.
  const upTo = job.quarantine ? Number.MAX_SAFE_INTEGER : cycle.number
  for (const { sourceType, sourceId, attribute, referenceId } of await dueEscrows(deps.database, job, upTo)) {
    if (attribute === 'manager') work.managers.add(sourceId)
    else if (attribute === 'members') addMember(work, sourceId, referenceId ?? '')
    else if (sourceType === 'User') work.users.add(sourceId)
    else work.groups.add(sourceId)
  }
}

/**
 * Users whose scope may hang on these groups: their members now, and those that the target was told of (a group that
 * was purged has no members any more).
 */
async function usersOfGroups({ deps, job }: CycleContext, groupIds: readonly string[]): Promise<string[]> {
  if (groupIds.length === 0) return []
  const { database } = deps
  const members = await membersOf(database, job.tenantId, groupIds)
  const groups = [...(await readLinks(database, job, 'Group', groupIds)).values()].flatMap(
    ({ targetId }) => targetId ?? [],
  )
  const sent = await sentBy(database, job, { ownerType: 'Group', attribute: 'members' }, groups)
  const targetIds = [...new Set([...sent.values()].flat().map(({ targetId }) => targetId))]
  const told = [...(await readLinksTo(database, job, 'User', targetIds)).values()].map(({ sourceId }) => sourceId)
  return [...new Set([...members, ...told])]
}

/** Adds what the object phase brought about: new links on either end, and what a dead worker left unconfirmed. */
export async function addReferencesOfNewLinks(context: CycleContext, work: ReferenceWork): Promise<void> {
  const { deps, job } = context
  const { database } = deps
  const fresh = await freshlyLinked(database, job)
  for (const id of fresh.User) work.managers.add(id)
  for (const id of await reportsOf(database, job.tenantId, fresh.User)) work.managers.add(id)
  const memberships = await membershipsOf(database, job.tenantId, fresh.User)
  const groups = await readLinks(database, job, 'Group', [...new Set(memberships.map(({ groupId }) => groupId))])
  for (const { groupId, memberId } of memberships) if (groups.has(groupId)) addMember(work, groupId, memberId)
  for (const id of fresh.Group) work.members.set(id, 'all')
  await addUnconfirmed(context, work)
}

/** References that failed are escrows and come back in their own time; the others are compared until they are settled. */
async function addUnconfirmed({ deps, job }: CycleContext, work: ReferenceWork): Promise<void> {
  const { database } = deps
  const unconfirmed = await unconfirmedReferences(database, job)
  if (unconfirmed.length === 0) return
  const ownersOf = (type: ObjectType) =>
    readLinksTo(
      database,
      job,
      type,
      unconfirmed.filter(({ ownerType }) => ownerType === type).map(({ ownerTargetId }) => ownerTargetId),
    )
  const owners = { User: await ownersOf('User'), Group: await ownersOf('Group') }
  const ends = await readLinksTo(
    database,
    job,
    'User',
    unconfirmed.map(({ targetId }) => targetId),
  )
  const ownerIds = [...owners.User.values(), ...owners.Group.values()].map(({ sourceId }) => sourceId)
  const waiting = new Set(
    (await escrowedReferences(database, job, ownerIds)).map(({ sourceId, attribute, referenceId }) =>
      attribute === 'manager' ? sourceId : `${sourceId} ${referenceId}`,
    ),
  )
  for (const { ownerType, ownerTargetId, attribute, targetId } of unconfirmed) {
    const ownerId = owners[ownerType].get(ownerTargetId)?.sourceId
    const memberId = ends.get(targetId)?.sourceId
    if (ownerId === undefined || memberId === undefined) continue
    if (attribute === 'manager' && !waiting.has(ownerId)) work.managers.add(ownerId)
    if (attribute === 'members' && !waiting.has(`${ownerId} ${memberId}`)) addMember(work, ownerId, memberId)
  }
}
