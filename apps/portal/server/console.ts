import { join } from 'node:path'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { serveConsole } from '@muster/service-kit/serve-console.ts'
import type { FastifyInstance } from 'fastify'
import { authenticate } from './identity/authenticate.ts'
import { readSessionCookie } from './identity/session-cookie.ts'
import type { PortalDeps } from './portal-deps.ts'

/** Its pages, as routes. */
export const CONSOLE_PAGES = ['/', '/teams', '/teams/*', '/settings', '/settings/*']

const DIST = join(import.meta.dirname, '../console/dist')

/** The portal's console: a client of the REST API like any other, for people with a session. */
export const portalConsole = (app: FastifyInstance, deps: PortalDeps): Promise<void> =>
  serveConsole(app, {
    dist: DIST,
    pages: CONSOLE_PAGES,
    signIn: '/auth/sign-in',
    hasSession: (request) => readSessionCookie(request, deps.publicUrl) !== undefined,
    isSignedIn: async (request) => {
      if (readSessionCookie(request, deps.publicUrl) === undefined) return false
      try {
        return (await authenticate(request, deps)).type === 'USER'
      } catch (error) {
        if (error instanceof Refusal && error.code === 'unauthorized') return false
        throw error
      }
    },
  })
