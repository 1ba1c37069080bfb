import { randomText } from '@muster/service-kit/ids.ts'
import { hashPassword } from '@muster/service-kit/passwords.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { recordAudit } from '../audit/record.ts'
import { closeGate } from '../identity/gate.ts'
import { deleteSessionsOf } from '../sessions/repository.ts'
import { changeLocalSignIn } from '../settings/change-settings.ts'
import { type InstallationDeps, installing } from './create-workspace.ts'
import { findFirstAdmin, setLocalPassword } from './repository.ts'

/**
 * Gives the first admin another password, turns sign-in by password on again and ends the sessions the old one began:
 * the way back in for whoever holds the installation.
 *
 * @throws {Refusal} `notFound` when the workspace has no first admin.
 */
export async function resetFirstAdmin(
  { database, clock }: Pick<InstallationDeps, 'database' | 'clock'>,
  workspaceId: string,
): Promise<{ readonly adminEmail: string; readonly adminPassword: string }> {
  const adminPassword = randomText(20)
  const hash = await hashPassword(adminPassword)
  return database.transaction(async (tx) => {
    const deed = installing(workspaceId, clock)
    const { actor, origin, now } = deed
    const admin = await findFirstAdmin(tx, workspaceId)
    if (!admin) throw new Refusal('notFound', `Workspace ${workspaceId} has no first admin.`)
    await closeGate(tx, workspaceId, admin.id)
    await setLocalPassword(tx, workspaceId, admin.id, hash, now)
    const sessions = await deleteSessionsOf(tx, workspaceId, admin.id)
    await changeLocalSignIn(tx, deed, true)
    await recordAudit(tx, actor, origin, now, {
      action: 'UPDATE',
      objectType: 'USER',
      objectId: admin.id,
      objectIdentifier: admin.email,
      details: { event: 'user.passwordReset', removed: { sessions } },
    })
    return { adminEmail: admin.email, adminPassword }
  })
}
