import type { Clock } from '@muster/service-kit/clock.ts'
import { countRequests } from '@muster/service-kit/limits/count-requests.ts'
import type { FastifyRequest } from 'fastify'
import type { Actor } from '../identity/actor.ts'

/** A hook behind `requireActor`: lets each key, token or session through `limit` times a minute, counted by each node. */
export function limitRequests(limit: number, clock: Clock) {
  const count = countRequests(limit, clock)
  return async ({ actor }: FastifyRequest): Promise<void> =>
    count(`${actor.workspaceId} ${actor.type} ${credentialOf(actor)}`)
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
