import type { FastifyReply, FastifyRequest } from 'fastify'

/** What the cookie's value begins with, as API keys do with `mst` and personal tokens with `mpt`. */
export const SESSION_PREFIX = 'mss'

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')

/** Under https the `__Host-` prefix binds the cookie to this very host (RFC 6265bis §4.1.3.2); over http browsers refuse it. */
export const sessionCookieName = (publicUrl: string): string =>
  isSecure(publicUrl) ? '__Host-muster_session' : 'muster_session'

export const readSessionCookie = (request: FastifyRequest, publicUrl: string): string | undefined =>
  request.cookies[sessionCookieName(publicUrl)]

const attributes = (publicUrl: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl) }) as const

export function setSessionCookie(reply: FastifyReply, publicUrl: string, value: string, expires: Date): void {
  void reply.setCookie(sessionCookieName(publicUrl), value, { ...attributes(publicUrl), expires })
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  void reply.clearCookie(sessionCookieName(publicUrl), attributes(publicUrl))
}
