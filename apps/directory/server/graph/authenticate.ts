import { assertOwnOrigin, SAFE_METHODS } from '@muster/service-kit/own-origin.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'
import type { DirectoryDeps } from '../deps.ts'
import { readSessionCookie } from '../sign-in/session-cookie.ts'
import { bearerOf, type Caller, findApplicationCaller, findUserCaller } from './caller.ts'

/**
 * Finds out who sends a request: the bearer of a client, or the console's cookie. Both are looked up in the database
 * each time, so that what has ended is refused at once.
 *
 * @throws {Refusal} `unauthorized` when neither is there or holds; `forbidden` for a write by cookie from elsewhere.
 */
export function authenticator({ database, clock, publicUrl }: Pick<DirectoryDeps, 'database' | 'clock' | 'publicUrl'>) {
  return async function authenticate(request: FastifyRequest): Promise<Caller> {
    if (request.headers.authorization !== undefined) {
      const bearer = bearerOf(request)
      const caller = bearer === undefined ? undefined : await findApplicationCaller(database, bearer, clock.now())
      if (!caller)
        throw new Refusal('unauthorized', 'Access token validation failure. Invalid, expired or unknown token.')
      return caller
    }
    const cookie = readSessionCookie(request, publicUrl)
    const caller = cookie === undefined ? undefined : await findUserCaller(database, cookie, clock.now())
    if (!caller) throw new Refusal('unauthorized', 'Access token is empty.')
    if (!SAFE_METHODS.has(request.method)) assertOwnOrigin(request, publicUrl)
    return caller
  }
}
