import { join } from 'node:path'
import { serveConsole } from '@muster/service-kit/serve-console.ts'
import type { FastifyInstance } from 'fastify'
import type { DirectoryDeps } from './deps.ts'
import { findUserCaller } from './graph/caller.ts'
import { readSessionCookie } from './sign-in/session-cookie.ts'

/** Its pages, as routes. */
export const CONSOLE_PAGES = [
  '/',
  ...['/users', '/groups', '/enterprise-apps', '/provisioning-logs'].flatMap((url) => [url, `${url}/*`]),
]

const DIST = join(import.meta.dirname, '../console/dist')

/** The directory's console: a client of Graph like any other, for people with a session. */
export const directoryConsole = (
  app: FastifyInstance,
  { database, clock, publicUrl }: Pick<DirectoryDeps, 'database' | 'clock' | 'publicUrl'>,
): Promise<void> =>
  serveConsole(app, {
    dist: DIST,
    pages: CONSOLE_PAGES,
    signIn: '/auth/login',
    hasSession: (request) => readSessionCookie(request, publicUrl) !== undefined,
    isSignedIn: async (request) => {
      const cookie = readSessionCookie(request, publicUrl)
      return cookie !== undefined && (await findUserCaller(database, cookie, clock.now())) !== undefined
    },
  })
