import { assertOwnOrigin } from '@muster/service-kit/own-origin.ts'
import { isPassword } from '@muster/service-kit/passwords.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { localSignIn, loginQuery } from '../../contract/sign-in.ts'
import { answerFault, setFaultHeaders } from '../errors.ts'
import { authenticate, originOf } from '../identity/authenticate.ts'
import { refuseCrossSiteWrites } from '../identity/cross-site.ts'
import { clearSessionCookie, readSessionCookie, setSessionCookie } from '../identity/session-cookie.ts'
import { countAddress } from '../limits/sign-in-attempts.ts'
import type { PortalDeps } from '../portal-deps.ts'
import type { BegunSession } from '../sessions/begin-session.ts'
import { endSession } from '../sessions/end-session.ts'
import { readSettings } from '../settings/repository.ts'
import { findOnlyWorkspace, findWorkspace } from '../workspaces/repository.ts'
import { keepFlow, takeFlow } from './flow-cookie.ts'
import { beginFlow, finishFlow } from './openid-provider.ts'
import { sendLocalForm, sendRefused, sendTrouble } from './pages.ts'
import { signInByOpenId } from './sign-in-by-openid.ts'
import { signInLocally } from './sign-in-locally.ts'

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
      return sendTrouble(reply, fault.status, 'That did not work', fault.message)
    })

    app.get(
      '/auth/login',
      { schema: { ...open, summary: "Sign in through the organisation's provider", querystring: loginQuery } },
      async (request, reply) => {
        const returnTo = request.query.returnTo ?? '/'
        const workspace = await workspaceNamed(request.query.workspace)
        if (!workspace)
          return sendTrouble(
            reply,
            404,
            'Which workspace?',
            'There is no such workspace: ask for the address of yours.',
          )
        const { connector } = await readSettings(database, workspace.id)
        if (!connector)
          return sendTrouble(
            reply,
            409,
            'Sign-in is not set up',
            'This workspace is not connected to an identity provider yet. Its first admin signs in at /auth/local.',
          )
        try {
          const { url, flow } = await beginFlow(deps, connector, { workspaceId: workspace.id, returnTo })
          keepFlow(reply, deps, flow)
          return reply.header('cache-control', 'no-store').redirect(url, 302)
        } catch (error) {
          request.log.warn({ ...told(error), issuer: connector.issuer }, 'The OpenID provider could not be asked')
          return sendTrouble(
            reply,
            502,
            'Your provider does not answer',
            `${connector.issuer} could not be reached, or is no OpenID provider. Try again in a moment.`,
          )
        }
      },
    )

    app.get(
      '/auth/callback',
      { schema: { ...open, summary: 'Where the provider leads back to' } },
      async (request, reply) => {
        const flow = takeFlow(request, reply, deps)
        const again = 'Start again, in one tab, and within ten minutes.'
        if (!flow) return sendTrouble(reply, 400, 'This sign-in has expired', again)
        const { connector } = await readSettings(database, flow.workspaceId)
        if (!connector)
          return sendTrouble(
            reply,
            409,
            'Sign-in is not set up',
            'This workspace is not connected to an identity provider any more.',
          )
        const claims = await finishFlow(deps, connector, flow, queryOf(request)).catch((error: unknown) => {
          request.log.warn({ ...told(error), issuer: connector.issuer }, 'A sign-in through the OpenID provider failed')
          return undefined
        })
        if (!claims) return sendTrouble(reply, 400, 'Your provider did not let you in', again)
        const result = await signInByOpenId(
          deps,
          flow.workspaceId,
          claims,
          originOf(request),
          request.headers['user-agent'],
        )
        if (result.outcome === 'refused') {
          request.log.info({ because: result.because }, 'A sign-in was refused')
          return sendRefused(reply, result.because)
        }
        return enter(reply, result.session, flow.returnTo)
      },
    )

    app.get(
      '/auth/local',
      { schema: { ...open, summary: "The first admin's sign-in page", querystring: loginQuery } },
      async (request, reply) => {
        const { workspace, returnTo } = request.query
        return sendLocalForm(reply, 200, {
          returnTo: returnTo ?? '/',
          workspace: await workspaceField(workspace),
        })
      },
    )

    app.post(
      '/auth/local',
      { schema: { ...open, summary: 'Sign in with the first admin’s password', body: localSignIn } },
      async (request, reply) => {
        assertOwnOrigin(request, publicUrl)
        const { email, password, workspace, returnTo } = request.body
        try {
          await countAddress(deps, request.ip)
          const { id } = (await workspaceNamed(workspace)) ?? (await missingWorkspace(workspace, password))
          const session = await signInLocally(
            deps,
            { workspaceId: id, email, password },
            originOf(request),
            request.headers['user-agent'],
          )
          if (!wantsJson(request)) return enter(reply, session, returnTo)
          setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
          return reply.code(204).send()
        } catch (error) {
          if (!(error instanceof Refusal) || wantsJson(request)) throw error
          setFaultHeaders(reply, error.status, error.details)
          return sendLocalForm(reply, error.status, {
            returnTo: returnTo ?? '/',
            workspace: await workspaceField(workspace),
            email,
            refusal: error.message,
          })
        }
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
        return /text\/html/.test(request.headers.accept ?? '') ? reply.redirect('/', 303) : reply.code(204).send()
      },
    )

    async function endOwnSession(request: FastifyRequest): Promise<void> {
      const actor = await authenticate(request, deps)
      if (actor.type !== 'USER') return
      const deed = { actor, origin: originOf(request), now: clock.now() }
      await database.transaction((tx) => endSession(tx, deed, actor.sessionId, actor.userId))
    }

    async function workspaceNamed(id: string | undefined) {
      return id ? findWorkspace(database, id) : findOnlyWorkspace(database)
    }

    async function workspaceField(value = '') {
      return { value, ask: value === '' && !(await findOnlyWorkspace(database)) }
    }

    /** Lets somebody in. What came along as `returnTo` is checked here, where it is followed. */
    function enter(reply: FastifyReply, session: BegunSession, returnTo: string | undefined): FastifyReply {
      setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
      return reply.header('cache-control', 'no-store').redirect(readReturnTo(returnTo, publicUrl), 303)
    }
  }

/** What a log may hold of a failed flow: the library's errors carry whole answers, tokens among them. */
const told = (error: unknown) =>
  error instanceof Error
    ? { reason: error.message, code: 'code' in error ? error.code : undefined }
    : { reason: String(error) }

const wantsJson = (request: FastifyRequest): boolean =>
  /^application\/json/i.test(request.headers['content-type'] ?? '')

const queryOf = ({ url }: FastifyRequest): string => (url.includes('?') ? url.slice(url.indexOf('?')) : '')

/** A workspace that is not there costs as much time as an address that is not, so that nobody learns which ones are. */
async function missingWorkspace(named: string | undefined, password: string): Promise<never> {
  if (named && !(await isPassword(password, undefined)))
    throw new Refusal('unauthorized', 'This address and password do not match.')
  throw new Refusal('invalid', 'There are several workspaces here: name yours.')
}

/** A session that has ended already, or ends in another tab right now, is what was asked for. */
function passIfGone(error: unknown): void {
  if (error instanceof Refusal && (error.code === 'unauthorized' || error.code === 'notFound')) return
  throw error
}
