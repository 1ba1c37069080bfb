import type { Tx } from '@muster/service-kit/database.ts'
import { newCredential, newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { recordAudit } from '../audit/record.ts'
import type { Origin } from '../identity/actor.ts'
import { SESSION_PREFIX } from '../identity/session-cookie.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { SESSION_ABSOLUTE_MS } from './lifetime.ts'
import { insertSession, type Session } from './repository.ts'

/** Who signed in, and from where. */
export interface SignedIn {
  readonly workspaceId: string
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly via: Session['via']
  readonly origin: Origin
  readonly userAgent: string | undefined
}

/** The cookie's value, told to the browser once; only its hash is stored. */
export interface BegunSession {
  readonly id: string
  readonly value: string
  readonly expiresAt: Date
}

/** Longest text of a browser's own name that is kept. */
const LONGEST_USER_AGENT = 500

/**
 * Begins a session, always a new one with a new value, so that nobody can be handed one beforehand.
 *
 * @throws {Refusal} `forbidden` when the person has been deprovisioned meanwhile.
 */
export async function beginSession(
  tx: Tx,
  now: Date,
  { workspaceId, userId, email, name, via, origin, userAgent }: SignedIn,
): Promise<BegunSession> {
  const locked = await lockForAccess(tx, workspaceId, [userId])
  if (!locked.get(userId)?.active) throw new Refusal('forbidden', 'This account has been deprovisioned.')
  const { value, hash } = newCredential(SESSION_PREFIX, workspaceId)
  const session = { id: newId(now), expiresAt: new Date(now.getTime() + SESSION_ABSOLUTE_MS) }
  await insertSession(tx, workspaceId, {
    ...session,
    userId,
    hash,
    via,
    createdAt: now,
    ipAddress: origin.ipAddress,
    userAgent: userAgent?.slice(0, LONGEST_USER_AGENT),
  })
  const actor = {
    type: 'USER',
    workspaceId,
    userId,
    email,
    name,
    sessionId: session.id,
    via,
    permissions: new Set<string>(),
    roles: [],
  } as const
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'SESSION',
    objectId: session.id,
    objectIdentifier: email,
    details: { via },
  })
  return { ...session, value }
}
