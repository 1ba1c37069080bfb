import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { GroupChange, GroupNew } from '../../../contract/group.ts'
import { dropAssignmentsOf } from '../../applications/assignments.ts'
import { modifiedProperties } from '../../audit/modified-properties.ts'
import { groupTarget } from '../../audit/target.ts'
import { type NewChange, recordChange, recordChanges } from '../../changes/record.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { noSuchResource } from '../no-such.ts'
import type { Group, GroupProperties } from './group.ts'
import { dropMembershipsOf, dropMembersOf } from './members.ts'
import { deleteGroupRow, insertGroup, lockGroup, updateGroup } from './repository.ts'

/** Makes a group without members. */
export async function createGroup(tx: Tx, act: Act, wanted: GroupNew): Promise<Group> {
  const group = await insertGroup(
    tx,
    {
      tenantId: act.tenantId,
      id: newId(act.now),
      displayName: wanted.displayName,
      mailNickname: wanted.mailNickname,
      mailEnabled: wanted.mailEnabled,
      securityEnabled: wanted.securityEnabled,
      properties: {
        ...(wanted.description ? { description: wanted.description } : {}),
        ...(wanted.groupTypes?.length ? { groupTypes: wanted.groupTypes } : {}),
      },
    },
    act.now,
  )
  await auditAct(tx, act, { category: 'GroupManagement', activity: 'Add group', target: groupTarget(group) })
  await recordChange(tx, act.tenantId, act.now, objectChange('add', group))
  return group
}

/**
 * Changes a living group's properties; members have verbs of their own. A change that changes nothing leaves no trace.
 *
 * @throws {Refusal} `notFound`.
 */
export async function changeGroup(tx: Tx, act: Act, id: string, change: GroupChange): Promise<Group> {
  const before = await lockGroup(tx, { tenantId: act.tenantId, id })
  if (!before || before.deletedAt) throw noSuchResource(id)
  const wanted: Group = {
    ...before,
    displayName: change.displayName ?? before.displayName,
    mailNickname: change.mailNickname ?? before.mailNickname,
    mailEnabled: change.mailEnabled ?? before.mailEnabled,
    securityEnabled: change.securityEnabled ?? before.securityEnabled,
    properties: withDescription(before.properties, change.description),
  }
  if (isDeepStrictEqual(before, wanted)) return before
  const after = await updateGroup(tx, wanted, act.now)
  await auditAct(tx, act, {
    category: 'GroupManagement',
    activity: 'Update group',
    target: groupTarget(after),
    details: { modifiedProperties: modifiedProperties(told(before), told(after)) },
  })
  await recordChange(tx, act.tenantId, act.now, objectChange('update', after))
  return after
}

function withDescription(properties: GroupProperties, description: string | null | undefined): GroupProperties {
  if (description === undefined) return properties
  const { description: _, ...others } = properties
  return description === null ? others : { ...others, description }
}

/** Moves a group to the deleted items; members and assignments stay for a restore. @throws {Refusal} `notFound`. */
export async function deleteGroup(tx: Tx, act: Act, id: string): Promise<void> {
  const before = await lockGroup(tx, { tenantId: act.tenantId, id })
  if (!before || before.deletedAt) throw noSuchResource(id)
  const after = await updateGroup(tx, { ...before, deletedAt: act.now }, act.now)
  await auditAct(tx, act, { category: 'GroupManagement', activity: 'Delete group', target: groupTarget(after) })
  await recordChange(tx, act.tenantId, act.now, objectChange('softDelete', after))
}

/** Brings a group back from the deleted items, with what it had. @throws {Refusal} `notFound`. */
export async function restoreGroup(tx: Tx, act: Act, id: string): Promise<Group> {
  const before = await lockGroup(tx, { tenantId: act.tenantId, id })
  if (!before?.deletedAt) throw noSuchResource(id)
  const after = await updateGroup(tx, { ...before, deletedAt: undefined }, act.now)
  await auditAct(tx, act, { category: 'GroupManagement', activity: 'Restore Group', target: groupTarget(after) })
  await recordChange(tx, act.tenantId, act.now, objectChange('restore', after))
  return after
}

/** Takes a deleted group away for good, with its members' rows, its memberships and assignments. @throws {Refusal} `notFound`. */
export async function purgeGroup(tx: Tx, act: Act, id: string): Promise<void> {
  const { tenantId, now } = act
  const group = await lockGroup(tx, { tenantId, id })
  if (!group?.deletedAt) throw noSuchResource(id)
  const members = await dropMembersOf(tx, group)
  const parents = await dropMembershipsOf(tx, group)
  const assigned = await dropAssignmentsOf(tx, group)
  await deleteGroupRow(tx, group)
  await auditAct(tx, act, { category: 'GroupManagement', activity: 'Hard Delete group', target: groupTarget(group) })
  await recordChanges(tx, tenantId, now, [
    ...members,
    ...parents.map(
      (parentId): NewChange => ({
        kind: 'reference',
        operation: 'remove',
        objectType: 'Group',
        objectId: parentId,
        attribute: 'members',
        targetId: id,
      }),
    ),
    ...assigned.map(
      (targetId): NewChange => ({
        kind: 'assignment',
        operation: 'remove',
        objectType: 'Group',
        objectId: id,
        targetId,
      }),
    ),
    objectChange('hardDelete', { ...group, version: group.version + 1 }),
  ])
}

function objectChange(operation: 'add' | 'update' | 'softDelete' | 'restore' | 'hardDelete', group: Group) {
  return { kind: 'object', operation, objectType: 'Group', objectId: group.id, objectVersion: group.version } as const
}

function told({ displayName, mailNickname, mailEnabled, securityEnabled, properties }: Group) {
  return { displayName, mailNickname, mailEnabled, securityEnabled, ...properties }
}
