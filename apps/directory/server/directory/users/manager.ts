import type { Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { userTarget } from '../../audit/target.ts'
import { type NewChange, recordChanges } from '../../changes/record.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { noSuchResource } from '../no-such.ts'
import { findUser, holdUsers, lockUser, setManagerId } from './repository.ts'

/**
 * Gives a person a manager, or takes the manager away. The feed tells of both ends: the one that is no longer named,
 * then the new one.
 *
 * @throws {Refusal} `notFound` when either end doesn't exist; `invalid` when someone would manage themselves.
 */
export async function setManager(tx: Tx, act: Act, id: string, managerIdOrName: string | undefined): Promise<void> {
  const { tenantId, now } = act
  const managerId = managerIdOrName === undefined ? undefined : await resolve(tx, tenantId, managerIdOrName)
  if (managerId === id) throw new Refusal('invalid', 'A user cannot be their own manager.')
  // In id order, like everyone who locks two people: so nobody waits for somebody who waits for them.
  const holdManager = async () =>
    managerId === undefined ? undefined : (await holdUsers(tx, tenantId, [managerId]))[0]
  const early = managerId !== undefined && managerId < id ? await holdManager() : undefined
  const user = await lockUser(tx, { tenantId, id })
  if (!user || user.deletedAt) throw noSuchResource(id)
  if (managerId === user.managerId) {
    if (managerId === undefined) throw noSuchResource('manager')
    return
  }
  const manager = early ?? (await holdManager())
  if (managerId !== undefined && (!manager || manager.deletedAt)) throw noSuchResource(managerId)
  const before = user.managerId === undefined ? undefined : await findUser(tx, tenantId, user.managerId)
  await setManagerId(tx, user, managerId, now)
  await auditAct(tx, act, {
    category: 'UserManagement',
    activity: managerId === undefined ? 'Remove manager' : 'Set manager',
    target: userTarget(user),
    related: [before, manager].flatMap((named) => (named ? userTarget(named) : [])),
    details: { ...(user.managerId ? { oldManagerId: user.managerId } : {}), ...(managerId ? { managerId } : {}) },
  })
  const reference = (operation: 'add' | 'remove', targetId: string): NewChange => ({
    kind: 'reference',
    operation,
    objectType: 'User',
    objectId: id,
    attribute: 'manager',
    targetId,
  })
  await recordChanges(tx, tenantId, now, [
    ...(user.managerId ? [reference('remove', user.managerId)] : []),
    ...(managerId ? [reference('add', managerId)] : []),
  ])
}

async function resolve(tx: Tx, tenantId: string, idOrName: string): Promise<string> {
  if (isUuid(idOrName)) return idOrName.toLowerCase()
  const found = await findUser(tx, tenantId, idOrName)
  if (!found) throw noSuchResource(idOrName)
  return found.id
}
