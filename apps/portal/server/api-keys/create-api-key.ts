import type { Tx } from '@muster/service-kit/database.ts'
import { newCredential, newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { actorIdentifier } from '../identity/actor.ts'
import { KEY_PREFIX } from '../identity/authenticate.ts'
import { assertMayGive } from '../roles/may-give.ts'
import { lockRolesForGrant, permissionsOfRoles } from '../roles/repository.ts'
import { type RoleRef, roleKey } from '../roles/role.ts'
import { type ApiKey, insertApiKey } from './repository.ts'

export interface ApiKeyWish {
  readonly name: string
  readonly description?: string | undefined
  readonly roles: readonly RoleRef[]
  readonly expiresAt?: Date | undefined
}

/**
 * Makes a key. `secret` is its only appearance: the row keeps a hash and the last four characters.
 *
 * @throws {Refusal} `invalid` for an end in the past or a role that does not exist; `forbidden` when the roles allow what
 *   the maker lacks.
 */
export async function createApiKey(
  tx: Tx,
  { actor, origin, now }: Deed,
  wish: ApiKeyWish,
): Promise<{ readonly key: ApiKey; readonly secret: string }> {
  const { workspaceId } = actor
  const { name, description, expiresAt } = wish
  if (expiresAt && expiresAt <= now) throw new Refusal('invalid', 'expirationDate lies in the past.')
  const roles = [...new Set(wish.roles.map(roleKey))].sort()
  await lockRolesForGrant(tx, workspaceId, roles)
  assertMayGive(tx, actor, await permissionsOfRoles(tx, workspaceId, roles))

  const { value, hash, last4 } = newCredential(KEY_PREFIX, workspaceId)
  // The second half of a UUID version 7 is chance.
  const cid = `ak${newId(now).replaceAll('-', '').slice(16)}`
  const key = { cid, name, description, last4, roles, expiresAt, createdBy: actorIdentifier(actor), createdAt: now }
  await insertApiKey(tx, workspaceId, { ...key, hash })
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'API_KEY',
    objectId: cid,
    objectIdentifier: name,
    details: { roles, last4, ...(expiresAt ? { expirationDate: expiresAt.toISOString() } : {}) },
  })
  return { key: { ...key, lastUsedAt: undefined }, secret: value }
}
