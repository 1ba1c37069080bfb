import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { lockForChange } from '../users/repository.ts'
import { DIRECT_SOURCES, replaceGrants, rolesOfUser } from './grants.ts'
import { assertMayGive } from './may-give.ts'
import { lockRolesForGrant, permissionsOfRoles } from './repository.ts'
import { type RoleKey, type RoleRef, roleKey } from './role.ts'

/**
 * Makes `roles` what someone holds directly, whether by default, by an admin or from installation. What the provider's
 * role values gave is another row and stays. The person is locked, so that two replacements follow each other and a
 * deprovisioning takes what was given, or refuses the giving.
 *
 * @throws {Refusal} `notFound`; `conflict` for someone deprovisioned; `invalid` for a role that does not exist;
 *   `forbidden` when the roles that are new allow what the caller lacks.
 */
export async function replaceUserRoles(tx: Tx, deed: Deed, userId: string, roles: readonly RoleRef[]): Promise<void> {
  const { actor, origin, now } = deed
  const { workspaceId } = actor
  const person = await lockForChange(tx, { workspaceId, id: userId })
  if (!person) throw new Refusal('notFound', `There is no user ${userId}.`)
  if (!person.active)
    throw new Refusal('conflict', 'This person has been deprovisioned: they can hold no role until they return.')

  const direct = (await rolesOfUser(tx, workspaceId, userId)).filter(({ source }) => DIRECT_SOURCES.includes(source))
  const before = [...new Set(direct.map(({ role }) => role))].sort()
  const after = [...new Set(roles.map(roleKey))].sort()
  const added = after.filter((key) => !before.includes(key))
  const removed = before.filter((key) => !after.includes(key))
  if (added.length === 0 && removed.length === 0) return

  await lockRolesForGrant(tx, workspaceId, added)
  assertMayGive(tx, actor, await newPermissions(tx, workspaceId, before, added))
  await replaceGrants(tx, deed, userId, after)
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'ROLE_ASSIGNMENT',
    objectId: userId,
    objectIdentifier: person.email,
    details: { added, removed },
  })
}

/** What the roles in `added` allow beyond those in `before`. */
export async function newPermissions(
  tx: Tx,
  workspaceId: string,
  before: readonly RoleKey[],
  added: readonly RoleKey[],
): Promise<string[]> {
  const [had, gained] = [
    await permissionsOfRoles(tx, workspaceId, before),
    await permissionsOfRoles(tx, workspaceId, added),
  ]
  return [...gained].filter((name) => !had.has(name))
}
