import type { Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { confirm } from '../identity/confirm.ts'
import { closeGate } from '../identity/gate.ts'
import { missingPermissions } from '../identity/missing-permissions.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { findUser } from '../users/repository.ts'
import { deleteSession, findSessionById } from './repository.ts'

/**
 * Ends one session: the next request with its cookie is refused, and a write that it has under way is waited for. It
 * confirms the actor by itself, after it has closed the gate before the session's owner.
 *
 * @param ownId The caller's own id, if they are a person. Someone else's session takes *Edit Roles*.
 * @throws {Refusal} `notFound`, also for a session that the caller may not know of.
 */
export async function endSession(
  tx: Tx,
  { actor, origin, now }: Deed,
  id: string,
  ownId: string | undefined,
): Promise<void> {
  const { workspaceId } = actor
  const session = isUuid(id) ? await findSessionById(tx, workspaceId, id) : undefined
  const mayEnd = session && (session.userId === ownId || missingPermissions(actor, ['Edit Roles']).length === 0)
  if (!mayEnd) throw new Refusal('notFound', 'There is no such session.')
  // Before `confirm`, which passes the caller's own gate: two that end their own sessions at once must not meet there.
  await closeGate(tx, workspaceId, session.userId)
  await confirm(tx, actor)
  await lockForAccess(tx, workspaceId, [session.userId])
  if (!(await deleteSession(tx, workspaceId, id))) throw new Refusal('notFound', 'There is no such session.')
  const person = await findUser(tx, { workspaceId, id: session.userId })
  await recordAudit(tx, actor, origin, now, {
    action: 'DELETE',
    objectType: 'SESSION',
    objectId: id,
    objectIdentifier: person?.email ?? session.userId,
  })
}
