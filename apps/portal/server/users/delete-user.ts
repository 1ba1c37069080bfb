import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import { together } from '@muster/service-kit/together.ts'
import type { Deed } from '../audit/deed.ts'
import { audited } from '../audit/record.ts'
import { told } from '../events/record.ts'
import { marksOf, rememberDeparted } from './departed.ts'
import { endAccessOf } from './end-access.ts'
import { counted } from './population.ts'
import { lockForChange, removedUser, type UserKey } from './repository.ts'
import { addressesOf } from './user.ts'

const IDENTITIES = hot('select issuer, subject from portal.identities where workspace_id = $1 and user_id = $2')

/**
 * Takes somebody away for good, as SCIM DELETE asks: access and account end in one transaction, the name is free again,
 * the audit stays. Keyed marks of their addresses and sign-ins remain, so that a sign-in doesn't bring them back until
 * SCIM or an admin makes them again.
 *
 * @param expects Asked with the version of the locked row before anything is written; it throws to refuse.
 * @throws {Refusal} `notFound`, also for the local first admin.
 */
export async function deleteUser(
  tx: Tx,
  deed: Deed,
  secrets: SecretBox,
  key: UserKey,
  expects?: (version: number) => void,
): Promise<void> {
  const { now } = deed
  const user = await lockForChange(tx, key)
  if (!user || user.localAdmin) throw new Refusal('notFound', `There is no user ${key.id}.`)
  expects?.(user.version)
  const removed = await endAccessOf(tx, key, now, { standing: false })
  const identities = await run<{ issuer: string; subject: string }>(tx, IDENTITIES, [key.workspaceId, key.id])
  const marks = marksOf(secrets, key.workspaceId, { identities, emails: addressesOf(user) })
  await rememberDeparted(tx, key.workspaceId, key.id, marks, now)
  const { userName, email, externalId } = user
  await together(tx, [
    removedUser(key),
    counted(key.workspaceId, -1, user.active ? -1 : 0),
    audited(deed, [
      {
        action: 'DELETE',
        objectType: 'USER',
        objectId: user.id,
        objectIdentifier: email,
        details: { event: 'user.deprovisioned', removed },
      },
    ]),
    told(key.workspaceId, now, {
      type: 'user.deleted',
      objectId: user.id,
      objectVersion: user.version + 1,
      data: { userName, email, ...(externalId === undefined ? {} : { externalId }), removed },
    }),
  ])
}
