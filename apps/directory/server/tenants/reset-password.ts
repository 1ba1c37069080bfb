import { randomText } from '@muster/service-kit/ids.ts'
import { hashPassword } from '@muster/service-kit/passwords.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { StoreDeps } from '../deps.ts'
import { changeUser } from '../directory/users/change-user.ts'
import { findUser } from '../directory/users/repository.ts'
import type { Act } from '../graph/act.ts'
import { musterItself } from '../graph/caller.ts'

/**
 * Gives somebody another password, to be kept, and ends what they are signed in with: the way back in for whoever holds
 * the installation.
 *
 * @throws {Refusal} `notFound` when the tenant has nobody of that name.
 */
export async function resetPassword(
  { database, clock }: Pick<StoreDeps, 'database' | 'clock'>,
  tenantId: string,
  userPrincipalName: string,
): Promise<{ readonly userPrincipalName: string; readonly password: string }> {
  const password = `${randomText(24)}-aA1`
  const hash = await hashPassword(password)
  const act: Act = { tenantId, caller: musterItself(tenantId), now: clock.now() }
  return database.transaction(async (tx) => {
    const user = await findUser(tx, tenantId, userPrincipalName)
    if (!user) throw new Refusal('notFound', `Tenant ${tenantId} has no user ${userPrincipalName}.`)
    const after = await changeUser(tx, act, user.id, {}, hash)
    return { userPrincipalName: after.userPrincipalName, password }
  })
}
