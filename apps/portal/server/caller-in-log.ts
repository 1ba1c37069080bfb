import type { CallerInLog } from '@muster/service-kit/request-log.ts'
import type { Actor } from './identity/actor.ts'

/** Who called, as a log line names them: by an id that the audit and the lists of keys and people have too. */
export function callerInLog(actor: Actor): CallerInLog {
  switch (actor.type) {
    case 'USER':
      return { kind: actor.type, id: actor.userId }
    case 'PERSONAL_API_KEY':
      return { kind: actor.type, id: actor.tokenId }
    case 'API_KEY':
      return { kind: actor.type, id: actor.cid }
    case 'SYSTEM':
      return { kind: actor.type, id: actor.name }
    default:
      return actor satisfies never
  }
}
