import type { Clock } from '@muster/service-kit/clock.ts'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../identity/actor.ts'
import { tooMany, WINDOW_MS } from './limits.ts'

/**
 * A hook behind `requireActor`: lets each key, token or session through `limit` times a minute. Each node counts for
 * itself, in memory, and forgets everybody when the minute is over.
 */
export function limitRequests(limit: number, clock: Clock) {
  let began = 0
  let counts = new Map<string, number>()
  return async ({ actor }: FastifyRequest): Promise<void> => {
    if (limit === 0) return
    const now = clock.now().getTime()
    if (now >= began + WINDOW_MS || now < began) {
      began = now
      counts = new Map()
    }
    const key = `${actor.workspaceId} ${actor.type} ${credentialOf(actor)}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > limit) throw tooMany(began, now)
  }
}

function credentialOf(actor: Actor): string {
  switch (actor.type) {
    case 'USER':
      return actor.sessionId
    case 'PERSONAL_API_KEY':
      return actor.tokenId
    case 'API_KEY':
      return actor.cid
    case 'SYSTEM':
      return actor.name
    default:
      return actor satisfies never
  }
}
