import type { FastifyReply, FastifyRequest } from 'fastify'

const NAME = 'muster_directory_session'

/** `__Host-` binds the cookie to this host and to https; over plain http a browser would refuse it. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${NAME}` : NAME
}

export function readSessionCookie(request: FastifyRequest, publicUrl: string): string | undefined {
  return request.cookies[sessionCookieName(publicUrl)]
}

export function setSessionCookie(reply: FastifyReply, publicUrl: string, value: string, expires: Date): void {
  void reply.setCookie(sessionCookieName(publicUrl), value, { ...options(publicUrl), expires })
}

export function clearSessionCookie(reply: FastifyReply, publicUrl: string): void {
  void reply.clearCookie(sessionCookieName(publicUrl), options(publicUrl))
}

function options(publicUrl: string) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:') } as const
}
