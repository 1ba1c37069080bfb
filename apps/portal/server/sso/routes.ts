import { sentenceOfReason } from '@muster/service-kit/plain-page-parts.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { providerQuery, signInQuery } from '../../contract/sign-in.ts'
import { answerFault, setFaultHeaders } from '../errors.ts'
import { authenticate, findHolder, originOf } from '../identity/authenticate.ts'
import { refuseCrossSiteWrites } from '../identity/cross-site.ts'
import { clearSessionCookie, readSessionCookie } from '../identity/session-cookie.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { endSession } from '../sessions/end-session.ts'
import { readSettings } from '../settings/repository.ts'
import { findWorkspace } from '../workspaces/repository.ts'
import { enter, wantsJson, workspaceNamed } from './enter.ts'
import { keepFlow, takeFlow } from './flow-cookie.ts'
import { localRoutes } from './local-routes.ts'
import { beginFlow, finishFlow } from './openid-provider.ts'
import { type Aim, leadingTo, sendRefused, sendTrouble } from './pages.ts'
import { signInByOpenId } from './sign-in-by-openid.ts'
import { sendSignInPage, sendWorkspaceQuestion } from './sign-in-page.ts'

const tags = ['Sign-in']
const open = { tags, security: [] }

/** `/auth/…`: how people get in and out. Pages work without a script. */
export const authRoutes =
  (deps: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, clock, publicUrl } = deps

    app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    )
    app.setErrorHandler((error, request, reply) => {
      if (wantsJson(request)) return answerFault(error, request, reply)
      const fault = readFault(error)
      setFaultHeaders(reply, fault.status, fault.details)
      return sendTrouble(reply, fault.status, {
        title: 'This did not work',
        why: fault.message,
        ...(fault.status >= 500 ? { facts: { Request: request.id } } : {}),
      })
    })

    app.get(
      '/auth/sign-in',
      { schema: { ...open, summary: 'The ways to sign in', querystring: signInQuery } },
      async (request, reply) => {
        const { returnTo, workspace, reason: name } = request.query
        const aim = { returnTo, workspace }
        if (await isSignedIn(request)) return reply.redirect(readReturnTo(returnTo, publicUrl), 302)
        const named = await workspaceNamed(database, workspace)
        const sentence = sentenceOfReason(name)
        if (!named) return sendWorkspaceQuestion(reply, aim, { name, sentence })
        const settings = await readSettings(database, named.id)
        return sendSignInPage(reply, { aim, reason: sentence, place: named.name, settings })
      },
    )

    await app.register(localRoutes(deps))

    app.get(
      '/auth/login',
      { schema: { ...open, summary: "Sign in through the organisation's provider", querystring: providerQuery } },
      async (request, reply) => {
        const { returnTo = '/', prompt } = request.query
        const aim: Aim = request.query
        const workspace = await workspaceNamed(database, request.query.workspace)
        if (!workspace)
          return sendTrouble(reply, 404, {
            title: 'Which workspace?',
            why: request.query.workspace
              ? 'There is no such workspace.'
              : 'There are several workspaces here, and the address names none.',
            what: 'Name yours on the sign-in page, or ask an admin of it for its address.',
            aim: { returnTo },
          })
        const { connector } = await readSettings(database, workspace.id)
        if (!connector)
          return sendTrouble(reply, 409, {
            title: 'Sign-in is not set up',
            why: 'This workspace is not connected to an identity provider yet.',
            what: 'Its first admin signs in with a password and connects one.',
            place: workspace.name,
            first: { words: 'Sign in as the first admin', href: leadingTo('/auth/local', aim) },
            aim,
          })
        try {
          const begun = { workspaceId: workspace.id, returnTo, anotherAccount: prompt === 'login' }
          const { url, flow } = await beginFlow(deps, connector, begun)
          keepFlow(reply, deps, flow)
          return reply.header('cache-control', 'no-store').redirect(url, 302)
        } catch (error) {
          request.log.warn({ ...told(error), issuer: connector.issuer }, 'The OpenID provider could not be asked')
          return sendTrouble(reply, 502, {
            title: 'Your provider does not answer',
            why: `${connector.issuer} could not be reached, or is no OpenID provider.`,
            what: 'Try again in a moment. If it stays so, tell whoever looks after sign-in in your organisation.',
            place: workspace.name,
            first: { words: 'Try again', href: leadingTo('/auth/login', aim) },
            aim,
          })
        }
      },
    )

    app.get(
      '/auth/callback',
      { schema: { ...open, summary: 'Where the provider leads back to' } },
      async (request, reply) => {
        const flow = takeFlow(request, reply, deps)
        if (!flow)
          return sendTrouble(reply, 400, {
            title: 'This sign-in has expired',
            why: 'It began more than ten minutes ago, in another browser, or was ended already.',
            what: 'Begin again, in one tab.',
          })
        const place = (await findWorkspace(database, flow.workspaceId))?.name
        const aim: Aim = { returnTo: flow.returnTo, workspace: flow.workspaceId }
        const { connector } = await readSettings(database, flow.workspaceId)
        if (!connector)
          return sendTrouble(reply, 409, {
            title: 'Sign-in is not set up',
            why: 'This workspace is not connected to an identity provider any more.',
            what: 'An admin of it can connect one again.',
            place,
            aim,
          })
        const claims = await finishFlow(deps, connector, flow, queryOf(request)).catch((error: unknown) => {
          request.log.warn({ ...told(error), issuer: connector.issuer }, 'A sign-in through the OpenID provider failed')
          return undefined
        })
        if (!claims)
          return sendTrouble(reply, 400, {
            title: 'Your provider did not let you in',
            why: 'It refused, or what it answered does not belong to this sign-in.',
            what: 'Begin again, in one tab. If it happens again, ask whoever manages accounts in your organisation whether you are assigned to this application.',
            place,
            first: { words: 'Try again', href: leadingTo('/auth/login', aim, { prompt: 'login' }) },
            aim,
          })
        const result = await signInByOpenId(
          deps,
          flow.workspaceId,
          claims,
          originOf(request),
          request.headers['user-agent'],
        )
        if (result.outcome === 'refused') {
          request.log.info({ because: result.because }, 'A sign-in was refused')
          return sendRefused(reply, result.because, { aim, place, who: claims.preferredUsername ?? claims.email })
        }
        return enter(reply, publicUrl, result.session, flow.returnTo)
      },
    )

    app.post(
      '/auth/logout',
      { onRequest: refuseCrossSiteWrites(publicUrl), schema: { ...open, summary: 'End my session' } },
      async (request, reply) => {
        if (readSessionCookie(request, publicUrl) !== undefined) {
          await endOwnSession(request).catch(passIfGone)
          clearSessionCookie(reply, publicUrl)
        }
        const isBrowser = isForm(request) || /text\/html/.test(request.headers.accept ?? '')
        return isBrowser ? reply.redirect('/auth/sign-in?reason=signed-out', 303) : reply.code(204).send()
      },
    )

    async function endOwnSession(request: FastifyRequest): Promise<void> {
      const actor = await authenticate(request, deps)
      if (actor.type !== 'USER') return
      const deed = { actor, origin: originOf(request), now: clock.now() }
      await database.transaction((tx) => endSession(tx, deed, actor.sessionId, actor.userId))
    }

    /** Whether a browser's session is alive; a bearer beside it doesn't matter here. */
    async function isSignedIn(request: FastifyRequest): Promise<boolean> {
      const value = readSessionCookie(request, publicUrl)
      return value !== undefined && (await findHolder(value, deps))?.type === 'USER'
    }
  }

/** What a log may hold of a failed flow: the library's errors carry whole answers, tokens among them. */
const told = (error: unknown) =>
  error instanceof Error
    ? { reason: error.message, code: 'code' in error ? error.code : undefined }
    : { reason: String(error) }

const isForm = (request: FastifyRequest): boolean =>
  /^application\/x-www-form-urlencoded/i.test(request.headers['content-type'] ?? '')

const queryOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** A session that has ended already, or ends in another tab right now, is what was asked for. */
function passIfGone(error: unknown): void {
  if (error instanceof Refusal && (error.code === 'unauthorized' || error.code === 'notFound')) return
  throw error
}
