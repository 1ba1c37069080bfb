import type { Tx } from '@muster/service-kit/database.ts'
import { isUuid, newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { actorIdentifier } from '../identity/actor.ts'
import { assertMayGive } from '../roles/may-give.ts'
import { newPermissions } from '../roles/replace-user-roles.ts'
import { lockRolesForGrant } from '../roles/repository.ts'
import { type RoleRef, roleKey } from '../roles/role.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'
import { term } from '../scim/terms.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { findActiveUsersByTerm } from '../users/repository.ts'
import type { User } from '../users/user.ts'
import { applyMappings, type MappedGrants } from './apply-mappings.ts'
import { deleteMapping, insertMapping, listMappings, lockMappings, type RoleMapping } from './repository.ts'

/** People named in one audit entry; beyond it the entry tells how many there were. */
const NAMED_AT_MOST = 100

/**
 * Maps a value that the provider sends to a role, and gives it at once to everybody whose provider last sent that value.
 * A mapping that is there already is answered as it is.
 *
 * @throws {Refusal} `conflict` when the value is mapped to another role; `invalid` for a role that does not exist;
 *   `forbidden` when it allows what the caller lacks.
 */
export async function createMapping(
  tx: Tx,
  deed: Deed,
  wish: { readonly idpValue: string; readonly role: RoleRef },
): Promise<RoleMapping> {
  const { actor, now } = deed
  const { workspaceId } = actor
  const role = roleKey(wish.role)
  const people = await lockPeopleAndMappings(tx, workspaceId, wish.idpValue)
  const all = await listMappings(tx, workspaceId)
  const there = all.find(({ idpValue }) => textKeyOf(idpValue) === textKeyOf(wish.idpValue))
  if (there?.role === role) return there
  if (there)
    throw new Refusal('conflict', `"${there.idpValue}" is mapped to another role. Delete that mapping first.`, {
      id: there.id,
    })
  await lockRolesForGrant(tx, workspaceId, [role])
  assertMayGive(tx, actor, await newPermissions(tx, workspaceId, [], [role]))
  const mapping: RoleMapping = { id: newId(now), idpValue: wish.idpValue, role, createdAt: now }
  await insertMapping(tx, workspaceId, mapping, actorIdentifier(actor))
  await record(tx, deed, 'CREATE', mapping, people, await applyMappings(tx, deed, people))
  return mapping
}

/** Ends a mapping, and with it what it gave, unless another mapping gives them the same. @throws {Refusal} `notFound`. */
export async function removeMapping(tx: Tx, deed: Deed, id: string): Promise<void> {
  const { workspaceId } = deed.actor
  const found = isUuid(id) ? (await listMappings(tx, workspaceId)).find((mapping) => mapping.id === id) : undefined
  if (!found) throw noSuchMapping(id)
  const people = await lockPeopleAndMappings(tx, workspaceId, found.idpValue)
  const mapping = await deleteMapping(tx, workspaceId, id)
  if (!mapping) throw noSuchMapping(id)
  await record(tx, deed, 'DELETE', mapping, people, await applyMappings(tx, deed, people))
}

const noSuchMapping = (id: string): Refusal => new Refusal('notFound', `There is no role mapping ${id}.`)

/**
 * Locks everybody whose provider last sent the value, then the mappings: the order in which a change of a person takes
 * them. Whoever is given the value while the mappings are waited for is found by the second look.
 */
async function lockPeopleAndMappings(tx: Tx, workspaceId: string, idpValue: string): Promise<User[]> {
  const find = () => findActiveUsersByTerm(tx, workspaceId, term(workspaceId, 'roles.value', textKeyOf(idpValue)))
  const lock = async (people: readonly User[]) =>
    lockForAccess(
      tx,
      workspaceId,
      people.map(({ id }) => id),
    )
  await lock(await find())
  await lockMappings(tx, workspaceId)
  await lock(await find())
  // As they are now that nobody can change them: somebody may have been deprovisioned meanwhile.
  return find()
}

async function record(
  tx: Tx,
  { actor, origin, now }: Deed,
  action: 'CREATE' | 'DELETE',
  { id, idpValue, role }: RoleMapping,
  people: readonly User[],
  { added, removed }: MappedGrants,
): Promise<void> {
  const touched = new Set([...added, ...removed].map(({ userId }) => userId))
  await recordAudit(tx, actor, origin, now, {
    action,
    objectType: 'ROLE_ASSIGNMENT',
    objectId: id,
    objectIdentifier: idpValue,
    details: {
      event: action === 'CREATE' ? 'roleMapping.created' : 'roleMapping.deleted',
      idpValue,
      role,
      people: people
        .filter((person) => touched.has(person.id))
        .slice(0, NAMED_AT_MOST)
        .map((person) => ({ id: person.id, email: person.email })),
      count: touched.size,
    },
  })
}
