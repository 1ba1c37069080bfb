import type { IncomingMessage } from 'node:http'
import { assertOwnOrigin } from '@muster/service-kit/own-origin.ts'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type Provider from 'oidc-provider'
import { errors, type Interaction } from 'oidc-provider'
import { z } from 'zod'
import { findClient } from '../../applications/repository.ts'
import type { SignInDeps } from '../../deps.ts'
import { findTenant } from '../../tenants/repository.ts'
import { attemptSignIn, setOutcome, shownAgain, signInForm } from '../attempt.ts'
import { readForms } from '../form-scope.ts'
import { type SignInPage, sentencePage, signInPage } from '../sign-in-page.ts'
import { stampOf } from './stamp.ts'

const params = z.object({ tenantId: z.string(), uid: z.string() })
const hide = { hide: true } as const

/** `/{tenantId}/login/{uid}`: the page that a client's sign-in leads to, and back from. */
export const openIdSignInRoutes =
  (deps: SignInDeps, providerOf: (tenantId: string) => Promise<Provider | undefined>): FastifyPluginAsyncZod =>
  async (app) => {
    readForms(app)

    /** What is being asked for by this browser; undefined when it has expired or was never this browser's. */
    const interactionOf = async (
      request: { readonly params: z.infer<typeof params>; readonly raw: IncomingMessage },
      reply: FastifyReply,
    ) => {
      const provider = await providerOf(request.params.tenantId.toLowerCase())
      if (!provider) return undefined
      try {
        const interaction = await provider.interactionDetails(request.raw, reply.raw)
        return interaction.uid === request.params.uid ? { provider, interaction } : undefined
      } catch (error) {
        if (error instanceof errors.SessionNotFound) return undefined
        throw error
      }
    }

    const placeOf = async (tenantId: string) => ({ place: (await findTenant(deps.database, tenantId))?.name })

    app.get('/:tenantId/login/:uid', { schema: { ...hide, params } }, async (request, reply) => {
      const found = await interactionOf(request, reply)
      if (!found) return expired(reply)
      const { provider, interaction } = found
      if (interaction.prompt.name === 'login')
        return show(reply, provider, interaction, await placeOf(request.params.tenantId))
      // Muster's own portal is granted what it asks for, without a question; others nothing, since nobody can be asked.
      const tenantId = request.params.tenantId.toLowerCase()
      const application = await findClient(deps.database, tenantId, String(interaction.params.client_id))
      const answer = application?.isFirstParty
        ? { consent: {} }
        : { error: 'access_denied', error_description: 'This application has no consent in this tenant.' }
      return reply.redirect(await provider.interactionResult(request.raw, reply.raw, answer), 303)
    })

    app.post('/:tenantId/login/:uid', { schema: { ...hide, params, body: signInForm } }, async (request, reply) => {
      assertOwnOrigin(request, deps.publicUrl)
      const found = await interactionOf(request, reply)
      if (!found) return expired(reply)
      const { provider, interaction } = found
      const { username } = request.body
      const attempt = await attemptSignIn(deps, request.params.tenantId.toLowerCase(), request.body, request.ip)
      if (attempt.outcome !== 'proven') {
        setOutcome(reply, attempt)
        const place = await placeOf(request.params.tenantId)
        return show(reply, provider, interaction, { ...place, ...shownAgain(username, attempt) })
      }
      try {
        const back = await provider.interactionResult(
          request.raw,
          reply.raw,
          { login: { accountId: attempt.proven.user.id, amr: ['pwd', stampOf(attempt.proven.epoch)] } },
          { mergeWithLastSubmission: false },
        )
        return reply.redirect(back, 303)
      } catch (error) {
        // Blocked, or signed out everywhere, between the password and here.
        if (error instanceof errors.OIDCProviderError) return expired(reply)
        throw error
      }
    })
  }

async function show(
  reply: FastifyReply,
  provider: Provider,
  { params, uid }: Interaction,
  more: Partial<SignInPage> = {},
) {
  const client = await provider.Client.find(String(params.client_id))
  allowFormTo(reply, String(params.redirect_uri))
  const hint = typeof params.login_hint === 'string' ? { username: params.login_hint } : {}
  const action = `${new URL(provider.issuer).pathname.replace(/v2\.0$/, '')}login/${uid}`
  const to = client?.clientName ?? 'an application'
  return reply
    .type('text/html; charset=utf-8')
    .send(signInPage({ styleNonce: reply.cspNonce.style, action, to, ...hint, ...more }))
}

/** Chromium applies `form-action` to where a form's answer redirects to: the client's origin is named beside our own. */
function allowFormTo(reply: FastifyReply, redirectUri: string): void {
  const policy = reply.getHeader('content-security-policy')
  const origin = URL.parse(redirectUri)?.origin ?? ''
  // A host may hold what ends a directive of the policy; such a client's form stays here.
  if (typeof policy !== 'string' || !/^https?:\/\/[\w.:[\]-]+$/.test(origin)) return
  void reply.header('content-security-policy', policy.replace("form-action 'self'", `form-action 'self' ${origin}`))
}

function expired(reply: FastifyReply) {
  const sentence = 'This sign-in has expired or began in another browser. Go back to the application and begin again.'
  return reply
    .code(400)
    .type('text/html; charset=utf-8')
    .send(sentencePage('Sign-in expired', sentence, reply.cspNonce.style))
}
