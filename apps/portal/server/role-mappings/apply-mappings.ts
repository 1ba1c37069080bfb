import type { Tx } from '@muster/service-kit/database.ts'
import type { Deed } from '../audit/deed.ts'
import { type ChangedGrant, replaceMappedGrants } from '../roles/grants.ts'
import { lockRolesForGrant } from '../roles/repository.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'
import { roleValuesOf, type User } from '../users/user.ts'
import { holdMappings, listMappings } from './repository.ts'

/** What applying the mappings changed, over all the people that it was asked about. */
export interface MappedGrants {
  readonly added: readonly ChangedGrant[]
  readonly removed: readonly ChangedGrant[]
}

/**
 * Gives people, all active and locked, exactly the roles that their provider's role values are mapped to. What they hold
 * by default or by hand is another row and stays. Nobody is asked whether they may give it: an admin chose the mapping.
 */
export async function applyMappings(
  tx: Tx,
  deed: Deed,
  people: readonly Pick<User, 'id' | 'attributes'>[],
): Promise<MappedGrants> {
  const { workspaceId } = deed.actor
  await holdMappings(tx, workspaceId)
  const mappings = (await listMappings(tx, workspaceId)).map((mapping) => ({
    ...mapping,
    key: textKeyOf(mapping.idpValue),
  }))
  const wanted = people.flatMap(({ id, attributes }) => {
    const keys = new Set(roleValuesOf(attributes).map(textKeyOf))
    const roles = new Set(mappings.filter(({ key }) => keys.has(key)).map(({ role }) => role))
    return [...roles].map((role) => ({ userId: id, role }))
  })
  await lockRolesForGrant(
    tx,
    workspaceId,
    wanted.map(({ role }) => role),
  )
  return replaceMappedGrants(
    tx,
    deed,
    people.map(({ id }) => id),
    wanted,
  )
}
