import type { Database } from '@muster/service-kit/database.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { setSessionCookie } from '../identity/session-cookie.ts'
import type { BegunSession } from '../sessions/begin-session.ts'
import { findOnlyWorkspace, findWorkspace, type Workspace } from '../workspaces/repository.ts'

/** Lets somebody in. What came along as `returnTo` is checked here, where it is followed. */
export function enter(
  reply: FastifyReply,
  publicUrl: string,
  session: BegunSession,
  returnTo: string | undefined,
): FastifyReply {
  setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
  return reply.header('cache-control', 'no-store').redirect(readReturnTo(returnTo, publicUrl), 303)
}

/** The workspace that a sign-in names; without a name the only one there is. */
export const workspaceNamed = (database: Database, id: string | undefined): Promise<Workspace | undefined> =>
  id ? findWorkspace(database, id) : findOnlyWorkspace(database)

/** Whether what was sent, and so the answer, is for a program. */
export const wantsJson = (request: FastifyRequest): boolean =>
  /^application\/json/i.test(request.headers['content-type'] ?? '')
