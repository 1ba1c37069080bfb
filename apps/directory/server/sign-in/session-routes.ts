import { assertOwnOrigin } from '@muster/service-kit/own-origin.ts'
import { sentenceOfReason } from '@muster/service-kit/plain-page-parts.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { SignInDeps } from '../deps.ts'
import { domainOf } from '../directory/keys.ts'
import { findUserCaller } from '../graph/caller.ts'
import { findOnlyTenant, findTenantOfDomain } from '../tenants/repository.ts'
import { attemptSignIn, setOutcome, shownAgain, signInForm } from './attempt.ts'
import { readForms } from './form-scope.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts'
import { endSession, openSession } from './sessions.ts'
import { type SignInPage, signInPage } from './sign-in-page.ts'

const query = z.looseObject({ returnTo: z.string().max(2_000).optional(), reason: z.string().max(100).optional() })
const tags = ['Sign-in']

/** `/auth/login` and `/auth/logout`: the console's own sign-in. */
export const sessionRoutes =
  (deps: SignInDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, clock, publicUrl } = deps
    readForms(app)
    const show = async (reply: FastifyReply, returnTo: string | undefined, more: Partial<SignInPage> = {}) =>
      reply.type('text/html; charset=utf-8').send(
        signInPage({
          styleNonce: reply.cspNonce.style,
          action: '/auth/login',
          place: (await findOnlyTenant(database))?.name,
          ...(returnTo === undefined ? {} : { hidden: { returnTo } }),
          ...more,
        }),
      )

    app.get(
      '/auth/login',
      { schema: { tags, summary: 'The sign-in page', querystring: query, security: [] } },
      async (request, reply) => {
        const { returnTo, reason } = request.query
        if (await callerOf(request)) return reply.redirect(readReturnTo(returnTo, publicUrl), 302)
        return show(reply, returnTo, { reason: sentenceOfReason(reason) })
      },
    )

    app.post(
      '/auth/login',
      { schema: { tags, summary: 'Signs in with name and password', body: signInForm, security: [] } },
      async (request, reply) => {
        assertOwnOrigin(request, publicUrl)
        const { username, returnTo } = request.body
        const attempt = await attemptSignIn(
          deps,
          await findTenantOfDomain(database, domainOf(username.trim())),
          request.body,
          request.ip,
        )
        if (attempt.outcome !== 'proven') {
          setOutcome(reply, attempt)
          return show(reply, returnTo, shownAgain(username, attempt))
        }
        const session = await database.transaction((tx) => openSession(tx, attempt.proven, clock.now()))
        if (!session) {
          const changed = { at: 'password', sentence: 'The account was changed meanwhile. Sign in again.' } as const
          return show(reply.code(401), returnTo, { username, problem: changed })
        }
        setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
        return reply.redirect(readReturnTo(returnTo, publicUrl), 303)
      },
    )

    app.post('/auth/logout', { schema: { tags, summary: 'Signs out', security: [] } }, async (request, reply) => {
      assertOwnOrigin(request, publicUrl)
      const caller = await callerOf(request)
      if (caller) await endSession(database, caller.tenantId, caller.sessionId)
      clearSessionCookie(reply, publicUrl)
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
      return isForm ? reply.redirect('/auth/login?reason=signed-out', 303) : reply.code(204).send()
    })

    async function callerOf(request: FastifyRequest) {
      const cookie = readSessionCookie(request, publicUrl)
      return cookie === undefined ? undefined : findUserCaller(database, cookie, clock.now())
    }
  }
