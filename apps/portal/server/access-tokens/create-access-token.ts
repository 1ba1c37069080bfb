import type { Tx } from '@muster/service-kit/database.ts'
import { newCredential, newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { recordAudit } from '../audit/record.ts'
import type { Origin, SessionActor, TokenActor } from '../identity/actor.ts'
import { TOKEN_PREFIX } from '../identity/authenticate.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { type AccessToken, insertAccessToken } from './repository.ts'

export interface AccessTokenWish {
  readonly name: string
  readonly description?: string | undefined
  readonly expiresAt?: Date | undefined
}

/**
 * Makes a token for the caller themself: it holds exactly what they hold, at each moment. `secret` is its only
 * appearance. A token that makes another can't outlive itself by that.
 *
 * @throws {Refusal} `invalid` for an end in the past; `forbidden` for one that is later than the maker's own end;
 *   `unauthorized` when the caller was deprovisioned meanwhile.
 */
export async function createAccessToken(
  tx: Tx,
  actor: SessionActor | TokenActor,
  origin: Origin,
  now: Date,
  { name, description, expiresAt: wanted }: AccessTokenWish,
): Promise<{ readonly token: AccessToken; readonly secret: string }> {
  const makerEnds = actor.type === 'PERSONAL_API_KEY' ? actor.expiresAt : undefined
  const expiresAt = wanted ?? makerEnds
  if (expiresAt && expiresAt <= now) throw new Refusal('invalid', 'expirationDate lies in the past.')
  if (makerEnds && expiresAt && expiresAt > makerEnds)
    throw new Refusal('forbidden', 'A token can make no other that outlives it.')
  const locked = await lockForAccess(tx, actor.workspaceId, [actor.userId])
  if (!locked.get(actor.userId)?.active) throw new Refusal('unauthorized', 'This account has been deprovisioned.')

  const { value, hash, last4 } = newCredential(TOKEN_PREFIX, actor.workspaceId)
  const token = { id: newId(now), userId: actor.userId, name, description, last4, createdAt: now, expiresAt }
  await insertAccessToken(tx, actor.workspaceId, { ...token, hash })
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'PERSONAL_API_KEY',
    objectId: token.id,
    objectIdentifier: name,
    details: { last4, owner: actor.email, ...(expiresAt ? { expirationDate: expiresAt.toISOString() } : {}) },
  })
  return { token: { ...token, lastUsedAt: undefined }, secret: value }
}
