import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { AuditTarget } from '../../audit/record.ts'
import { groupTarget, userTarget } from '../../audit/target.ts'
import { type NewChange, type ObjectType, recordChanges } from '../../changes/record.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { noSuchResource } from '../no-such.ts'
import { findUser, holdUsers } from '../users/repository.ts'
import type { User, UserKey } from '../users/user.ts'
import type { Group, GroupKey } from './group.ts'
import { holdGroups } from './repository.ts'

const ADD = hot(`insert into directory.group_members (tenant_id, group_id, member_id, member_type, added_at)
  select $1, $2, m.id, m.type, $4 from jsonb_to_recordset($3::jsonb) as m(id uuid, type text)
  on conflict do nothing returning member_id`)
const REMOVE = hot(
  'delete from directory.group_members where tenant_id = $1 and group_id = $2 and member_id = $3 returning member_id',
)
const EMPTY = hot('delete from directory.group_members where tenant_id = $1 and group_id = $2 returning member_id')
const DROP = hot('delete from directory.group_members where tenant_id = $1 and member_id = $2 returning group_id')

/**
 * Adds members, all or none. Each is a row, so that two requests never lose each other's, and each is a change of its own.
 *
 * @throws {Refusal} `notFound` for a group or member that doesn't exist, `invalid` for one that is a member already.
 */
export async function addMembers(tx: Tx, act: Act, groupId: string, references: readonly string[]): Promise<void> {
  const { tenantId, now } = act
  const members = await holdMembers(tx, tenantId, references)
  const [group] = await holdGroups(tx, tenantId, [groupId])
  if (!group || group.deletedAt) throw noSuchResource(groupId)
  if (members.some(({ id }) => id === groupId)) throw new Refusal('invalid', 'A group cannot be a member of itself.')
  const added = await run(tx, ADD, [tenantId, groupId, JSON.stringify(members), now])
  if (added.length < members.length)
    throw new Refusal(
      'invalid',
      "One or more added object references already exist for the following modified properties: 'members'.",
    )
  for (const member of members) await auditMember(tx, act, 'Add member to group', group, member)
  await recordChanges(
    tx,
    tenantId,
    now,
    members.map(({ id }) => memberChange('add', groupId, id)),
  )
}

interface Member {
  readonly id: string
  readonly type: ObjectType
  readonly target: AuditTarget
}

/** Finds who is named, by id or user principal name, and holds them as they are until the transaction ends. */
async function holdMembers(tx: Tx, tenantId: string, references: readonly string[]): Promise<Member[]> {
  const ids: string[] = []
  for (const reference of references) {
    const id = isUuid(reference) ? reference.toLowerCase() : (await findUser(tx, tenantId, reference))?.id
    if (id === undefined) throw noSuchResource(reference)
    if (ids.includes(id)) throw new Refusal('invalid', `'${id}' is named twice.`)
    ids.push(id)
  }
  const users = await holdUsers(tx, tenantId, ids)
  const groups = await holdGroups(tx, tenantId, ids)
  const found = new Map<string, Member>()
  for (const user of users) if (!user.deletedAt) found.set(user.id, memberUser(user))
  for (const group of groups) if (!group.deletedAt) found.set(group.id, memberGroup(group))
  return ids.map((id) => {
    const member = found.get(id)
    if (!member) throw noSuchResource(id)
    return member
  })
}

const memberUser = (user: User): Member => ({ id: user.id, type: 'User', target: userTarget(user) })
const memberGroup = (group: Group): Member => ({ id: group.id, type: 'Group', target: groupTarget(group) })

/** @throws {Refusal} `notFound` when the group doesn't exist or they are no member of it. */
export async function removeMember(tx: Tx, act: Act, groupId: string, memberId: string): Promise<void> {
  const { tenantId, now } = act
  if (!isUuid(memberId)) throw noSuchResource(memberId)
  // Whoever deletes or purges the person at the same time waits, or is waited for.
  const [user] = await holdUsers(tx, tenantId, [memberId])
  const groups = await holdGroups(tx, tenantId, [groupId, memberId])
  const group = groups.find(({ id }) => id === groupId)
  if (!group || group.deletedAt) throw noSuchResource(groupId)
  const child = groups.find(({ id }) => id === memberId)
  const member = user ? memberUser(user) : child && memberGroup(child)
  const removed = await run(tx, REMOVE, [tenantId, groupId, memberId])
  if (!member || removed.length === 0) throw noSuchResource(memberId)
  await auditMember(tx, act, 'Remove member from group', group, member)
  await recordChanges(tx, tenantId, now, [memberChange('remove', groupId, memberId)])
}

/** Takes someone out of every group; answers which groups those were. The caller records the changes. */
export async function dropMembershipsOf(tx: Tx, { tenantId, id }: UserKey): Promise<string[]> {
  const rows = await run<{ group_id: string }>(tx, DROP, [tenantId, id])
  return rows.map((row) => row.group_id).sort()
}

/** Empties a group that goes for good: each member's way in through it ends, so each is a change of its own. */
export async function dropMembersOf(tx: Tx, { tenantId, id }: GroupKey): Promise<NewChange[]> {
  const rows = await run<{ member_id: string }>(tx, EMPTY, [tenantId, id])
  return rows.map((row) => memberChange('remove', id, row.member_id))
}

function memberChange(operation: 'add' | 'remove', objectId: string, targetId: string): NewChange {
  return { kind: 'reference', operation, objectType: 'Group', objectId, attribute: 'members', targetId }
}

/** As in Entra, the member is what the entry is about first, and then the group. */
async function auditMember(tx: Tx, act: Act, activity: string, group: Group, { target }: Member): Promise<void> {
  await auditAct(tx, act, { category: 'GroupManagement', activity, target, related: [groupTarget(group)] })
}
