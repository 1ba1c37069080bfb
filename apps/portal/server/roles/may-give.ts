import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Actor } from '../identity/actor.ts'
import { listed, missingPermissions } from '../identity/missing-permissions.ts'

/**
 * No one gives what they lack: by no path (a role of a person, a team or a key, a place in a team, the default role, a
 * change to a role that someone holds) can a caller hand on a permission that they don't hold themselves.
 * `added` is what would be new; what was there before may stay. It takes the transaction in which the roles were
 * read and locked, so that nobody widens them between this check and the grant.
 *
 * @throws {Refusal} `forbidden`, naming what the caller lacks.
 */
export function assertMayGive(_tx: Tx, actor: Actor, added: Iterable<string>): void {
  const missing = missingPermissions(actor, added)
  if (missing.length > 0)
    throw new Refusal('forbidden', `You can't give what you don't hold: the ${listed(missing)}.`, {
      permissions: missing,
    })
}
