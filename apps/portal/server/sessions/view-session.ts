import type { Actor } from '../identity/actor.ts'
import type { Session } from './repository.ts'

/** A session as callers read it; `current` is the one that asks. */
export function viewSession({ id, createdAt, lastSeenAt, ipAddress, userAgent }: Session, actor: Actor) {
  return {
    id,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(userAgent === undefined ? {} : { userAgent }),
    current: actor.type === 'USER' && actor.sessionId === id,
  }
}
