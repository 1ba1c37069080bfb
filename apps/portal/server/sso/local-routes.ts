import { assertOwnOrigin } from '@muster/service-kit/own-origin.ts'
import { isPassword } from '@muster/service-kit/passwords.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyReply } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { localSignIn, loginQuery } from '../../contract/sign-in.ts'
import { setFaultHeaders } from '../errors.ts'
import { originOf } from '../identity/authenticate.ts'
import { setSessionCookie } from '../identity/session-cookie.ts'
import { countAddress } from '../limits/sign-in-attempts.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { readSettings } from '../settings/repository.ts'
import { findOnlyWorkspace } from '../workspaces/repository.ts'
import { enter, wantsJson, workspaceNamed } from './enter.ts'
import { type Aim, type LocalForm, sendLocalForm, sendSwitchedOff } from './pages.ts'
import { signInLocally } from './sign-in-locally.ts'

const open = { tags: ['Sign-in'], security: [] }

/** `/auth/local`: the first admin's way in, by password. */
export const localRoutes =
  (deps: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl } = deps

    app.get(
      '/auth/local',
      { schema: { ...open, summary: "The first admin's sign-in page", querystring: loginQuery } },
      async (request, reply) => {
        const { returnTo = '/', workspace } = request.query
        const named = await workspaceNamed(database, workspace)
        if (!named) return sendAgain(reply, 200, { returnTo, workspace }, {})
        const { connector, localSignIn: isOn } = await readSettings(database, named.id)
        if (!isOn) return sendSwitchedOff(reply, request.query, named.name)
        return sendLocalForm(reply, 200, {
          returnTo,
          workspace: { value: workspace ?? '', ask: false },
          place: named.name,
          hasProvider: connector !== undefined,
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
          const { id } = (await workspaceNamed(database, workspace)) ?? (await missingWorkspace(workspace, password))
          const session = await signInLocally(
            deps,
            { workspaceId: id, email, password },
            originOf(request),
            request.headers['user-agent'],
          )
          if (!wantsJson(request)) return enter(reply, publicUrl, session, returnTo)
          setSessionCookie(reply, publicUrl, session.value, session.expiresAt)
          return reply.code(204).send()
        } catch (error) {
          if (!(error instanceof Refusal) || wantsJson(request)) throw error
          setFaultHeaders(reply, error.status, error.details)
          if (error.code === 'forbidden') return sendSwitchedOff(reply, { returnTo, workspace }, undefined)
          return sendAgain(reply, error.status, { returnTo, workspace }, { email, refusal: shownFor(error) })
        }
      },
    )

    /**
     * Shows the form where the workspace is not to be told: with the field for it wherever there are several, whether the
     * one that was named is there or not.
     */
    async function sendAgain(
      reply: FastifyReply,
      status: number,
      { returnTo = '/', workspace = '' }: Aim,
      more: Pick<LocalForm, 'email' | 'refusal'>,
    ): Promise<FastifyReply> {
      const only = await findOnlyWorkspace(database)
      const field = only ? { value: '', ask: false } : { value: workspace, ask: true }
      return sendLocalForm(reply, status, { returnTo, workspace: field, place: only?.name, ...more })
    }
  }

/** A refusal as the form shows it. */
function shownFor({ code, message, details }: Refusal): NonNullable<LocalForm['refusal']> {
  if (code === 'tooManyRequests') return { sentence: `Too many tries. Try again in ${Number(details?.retryAfter)} s.` }
  return { at: code === 'unauthorized' ? 'password' : 'workspace', sentence: message }
}

/** A workspace that is not there costs as much time as an address that is not, so that nobody learns which ones are. */
async function missingWorkspace(named: string | undefined, password: string): Promise<never> {
  if (named && !(await isPassword(password, undefined)))
    throw new Refusal('unauthorized', 'This address and password do not match.')
  throw new Refusal('invalid', 'There are several workspaces here: name yours.')
}
