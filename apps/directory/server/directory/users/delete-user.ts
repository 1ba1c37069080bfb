import type { Tx } from '@muster/service-kit/database.ts'
import { dropAssignmentsOf } from '../../applications/assignments.ts'
import { userTarget } from '../../audit/target.ts'
import { type NewChange, recordChange, recordChanges } from '../../changes/record.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { dropMembershipsOf } from '../groups/members.ts'
import { noSuchResource } from '../no-such.ts'
import { objectChange } from './change-user.ts'
import { endAccessOf } from './end-access.ts'
import { deleteUserRow, dropManagerOfAll, lockUser, updateUser } from './repository.ts'
import type { User } from './user.ts'

/**
 * Moves a user to the deleted items. Memberships, roles and assignments stay for a restore; what they are signed in
 * with ends here.
 *
 * @throws {Refusal} `notFound`.
 */
export async function deleteUser(tx: Tx, act: Act, id: string): Promise<void> {
  const before = await lockUser(tx, { tenantId: act.tenantId, id })
  if (!before || before.deletedAt) throw noSuchResource(id)
  const after = await updateUser(tx, { ...before, deletedAt: act.now }, act.now)
  await endAccessOf(tx, after)
  await auditAct(tx, act, { category: 'UserManagement', activity: 'Delete user', target: userTarget(after) })
  await recordChange(tx, act.tenantId, act.now, objectChange('softDelete', after))
}

/**
 * Brings a user back from the deleted items, with what they had.
 *
 * @throws {Refusal} `notFound`; `conflict` when someone else has the name by now.
 */
export async function restoreUser(tx: Tx, act: Act, id: string): Promise<User> {
  const before = await lockUser(tx, { tenantId: act.tenantId, id })
  if (!before?.deletedAt) throw noSuchResource(id)
  const after = await updateUser(tx, { ...before, deletedAt: undefined }, act.now)
  await auditAct(tx, act, { category: 'UserManagement', activity: 'Restore user', target: userTarget(after) })
  await recordChange(tx, act.tenantId, act.now, objectChange('restore', after))
  return after
}

/**
 * Takes a deleted user away for good, with memberships, assignments and the reports' references to them.
 *
 * @throws {Refusal} `notFound` when they are not in the deleted items.
 */
export async function purgeUser(tx: Tx, act: Act, id: string): Promise<void> {
  const { tenantId, now } = act
  const user = await lockUser(tx, { tenantId, id })
  if (!user?.deletedAt) throw noSuchResource(id)
  const reports = await dropManagerOfAll(tx, user, now)
  const groups = await dropMembershipsOf(tx, user)
  const assigned = await dropAssignmentsOf(tx, user)
  await deleteUserRow(tx, user)
  await auditAct(tx, act, { category: 'UserManagement', activity: 'Hard Delete user', target: userTarget(user) })
  await recordChanges(tx, tenantId, now, [
    ...reports.map(
      (reportId): NewChange => ({
        kind: 'reference',
        operation: 'remove',
        objectType: 'User',
        objectId: reportId,
        attribute: 'manager',
        targetId: id,
      }),
    ),
    ...groups.map(
      (groupId): NewChange => ({
        kind: 'reference',
        operation: 'remove',
        objectType: 'Group',
        objectId: groupId,
        attribute: 'members',
        targetId: id,
      }),
    ),
    ...assigned.map(
      (targetId): NewChange => ({
        kind: 'assignment',
        operation: 'remove',
        objectType: 'User',
        objectId: id,
        targetId,
      }),
    ),
    objectChange('hardDelete', { ...user, version: user.version + 1 }),
  ])
}
