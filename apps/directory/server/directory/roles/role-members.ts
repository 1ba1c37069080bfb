import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { roleTarget, userTarget } from '../../audit/target.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { noSuchResource } from '../no-such.ts'
import { findUser, holdUsers } from '../users/repository.ts'
import type { User } from '../users/user.ts'
import type { RoleTemplate } from './role.ts'

const ADD = hot(`insert into directory.directory_role_members (tenant_id, role_template_id, user_id, assigned_at)
  values ($1, $2, $3, $4) on conflict do nothing returning user_id`)
const REMOVE = hot(
  'delete from directory.directory_role_members where tenant_id = $1 and role_template_id = $2 and user_id = $3 returning user_id',
)
/**
 * Gives a person a directory role, by id or user principal name.
 *
 * @throws {Refusal} `notFound` when there is no such person, `invalid` when they hold it already.
 */
export async function addRoleMember(tx: Tx, act: Act, role: RoleTemplate, idOrName: string): Promise<void> {
  const named = await findUser(tx, act.tenantId, idOrName)
  const [user] = named ? await holdUsers(tx, act.tenantId, [named.id]) : []
  if (!user || user.deletedAt) throw noSuchResource(idOrName)
  const added = await run(tx, ADD, [act.tenantId, role.id, user.id, act.now])
  if (added.length === 0)
    throw new Refusal(
      'invalid',
      "One or more added object references already exist for the following modified properties: 'members'.",
    )
  await auditRole(tx, act, 'Add member to role', role, user)
}

/** Takes a directory role away. @throws {Refusal} `notFound` when they don't hold it. */
export async function removeRoleMember(tx: Tx, act: Act, role: RoleTemplate, id: string): Promise<void> {
  const [user] = await holdUsers(tx, act.tenantId, [id])
  const removed = user ? await run(tx, REMOVE, [act.tenantId, role.id, user.id]) : []
  if (!user || removed.length === 0) throw noSuchResource(id)
  await auditRole(tx, act, 'Remove member from role', role, user)
}

async function auditRole(tx: Tx, act: Act, activity: string, role: RoleTemplate, user: User): Promise<void> {
  await auditAct(tx, act, {
    category: 'RoleManagement',
    activity,
    target: userTarget(user),
    related: [roleTarget(role)],
  })
}
