import { assertOwnOrigin } from '@muster/service-kit/own-origin.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { SignInDeps } from '../deps.ts'
import { domainOf } from '../directory/keys.ts'
import { findUserCaller } from '../graph/caller.ts'
import { findTenantOfDomain } from '../tenants/repository.ts'
import { attemptSignIn, setOutcome, signInForm } from './attempt.ts'
import { readForms } from './form-scope.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts'
import { endSession, openSession } from './sessions.ts'
import { type SignInPage, signInPage } from './sign-in-page.ts'

const query = z.looseObject({ returnTo: z.string().max(2_000).optional() })
const tags = ['Sign-in']

/** `/auth/login` and `/auth/logout`: the console's own sign-in. */
export const sessionRoutes =
  (deps: SignInDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, clock, publicUrl } = deps
    readForms(app)
    const show = (styleNonce: string, returnTo: string | undefined, more: Partial<SignInPage> = {}) =>
      signInPage({
        styleNonce,
        action: '/auth/login',
        to: 'the directory',
        ...(returnTo === undefined ? {} : { hidden: { returnTo } }),
        ...more,
      })

    app.get(
      '/auth/login',
      { schema: { tags, summary: 'The sign-in page', querystring: query, security: [] } },
      async (request, reply) =>
        reply.type('text/html; charset=utf-8').send(show(reply.cspNonce.style, request.query.returnTo)),
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
        void reply.type('text/html; charset=utf-8')
        if (attempt.outcome !== 'proven') {
          const more = { username, sentence: attempt.sentence, mustChange: attempt.outcome === 'mustChange' }
          setOutcome(reply, attempt)
          return reply.send(show(reply.cspNonce.style, returnTo, more))
        }
        const session = await database.transaction((tx) => openSession(tx, attempt.proven, clock.now()))
        if (!session)
          return reply.code(401).send(
            show(reply.cspNonce.style, returnTo, {
              username,
              sentence: 'The account was changed meanwhile. Sign in again.',
            }),
          )
        setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
        return reply.redirect(readReturnTo(returnTo, publicUrl), 303)
      },
    )

    app.post('/auth/logout', { schema: { tags, summary: 'Signs out', security: [] } }, async (request, reply) => {
      assertOwnOrigin(request, publicUrl)
      const cookie = readSessionCookie(request, publicUrl)
      const caller = cookie === undefined ? undefined : await findUserCaller(database, cookie, clock.now())
      if (caller) await endSession(database, caller.tenantId, caller.sessionId)
      clearSessionCookie(reply, publicUrl)
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
      return isForm ? reply.redirect(new URL('/', publicUrl).href, 303) : reply.code(204).send()
    })
  }
