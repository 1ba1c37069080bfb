import type { FastifyReply, FastifyRequest } from 'fastify'

const isSecure = (publicUrl: string): boolean => publicUrl.startsWith('https:')

const attributes = (publicUrl: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(publicUrl) }) as const

/** The cookie that a signed-in browser is known by. Its value is opaque; what it stands for is looked up each time. */
export function sessionCookie(plainName: string) {
  /** Under https `__Host-` binds the cookie to this very host (RFC 6265bis §4.1.3.2); over http browsers refuse it. */
  const sessionCookieName = (publicUrl: string): string => (isSecure(publicUrl) ? `__Host-${plainName}` : plainName)
  return {
    sessionCookieName,
    readSessionCookie: (request: FastifyRequest, publicUrl: string): string | undefined =>
      request.cookies[sessionCookieName(publicUrl)],
    setSessionCookie(reply: FastifyReply, publicUrl: string, value: string, expires: Date): void {
      void reply.setCookie(sessionCookieName(publicUrl), value, { ...attributes(publicUrl), expires })
    },
    clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
      void reply.clearCookie(sessionCookieName(publicUrl), attributes(publicUrl))
    },
  }
}
