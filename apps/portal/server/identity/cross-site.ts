import { assertOwnOrigin, SAFE_METHODS } from '@muster/service-kit/own-origin.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { readSessionCookie } from './session-cookie.ts'

/**
 * A hook that refuses writes which another site may have had the browser send along with our cookie: a write by cookie
 * needs a content type that no plain form can produce, or no body at all; and where the browser says whence it comes,
 * that is us. SameSite=Lax stands before this, and doesn't cover sites beside ours.
 */
export const refuseCrossSiteWrites = (publicUrl: string) => async (request: FastifyRequest, _reply: FastifyReply) => {
  if (SAFE_METHODS.has(request.method)) return
  if (request.headers.authorization !== undefined || readSessionCookie(request, publicUrl) === undefined) return
  assertOwnOrigin(request, publicUrl)
  if (hasBody(request) && !/^application\/(scim\+)?json *(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Refusal('forbidden', 'A write by cookie needs the content type application/json.')
}

export function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}
