import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { sessionParams, sessionQuery, sessions } from '../../contract/sessions.ts'
import type { Actor } from '../identity/actor.ts'
import { deedOf, requirePermissions } from '../identity/authenticate.ts'
import { clearSessionCookie } from '../identity/session-cookie.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { endSession } from './end-session.ts'
import { idleSince } from './lifetime.ts'
import { listSessionsOf } from './repository.ts'
import { viewSession } from './view-session.ts'

const tags = ['Sessions']

/** `/sessions`: where someone is signed in. One's own, or with *Edit Roles* anybody's. */
export const sessionRoutes =
  ({ database, clock, publicUrl }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/sessions',
      {
        schema: {
          tags,
          summary: 'Where I am signed in, or someone else is',
          querystring: sessionQuery,
          response: { 200: sessions },
        },
      },
      async ({ actor, query }) => {
        const own = ownId(actor)
        const userId = query.userId ?? own
        if (userId === undefined) throw new Refusal('invalid', 'An API key has no sessions: name a person by userId.')
        if (userId !== own) requirePermissions(actor, 'Edit Roles')
        const now = clock.now()
        const found = isUuid(userId)
          ? await listSessionsOf(database, actor.workspaceId, userId, now, idleSince(now))
          : []
        return { sessions: found.map((session) => viewSession(session, actor)) }
      },
    )

    app.delete(
      '/sessions/:id',
      { schema: { tags, summary: 'End a session at once', params: sessionParams } },
      async (request, reply) => {
        const { actor, params } = request
        await database.transaction((tx) => endSession(tx, deedOf(request, clock), params.id, ownId(actor)))
        if (actor.type === 'USER' && actor.sessionId === params.id) clearSessionCookie(reply, publicUrl)
        return reply.code(200).send()
      },
    )
  }

const ownId = (actor: Actor): string | undefined => ('userId' in actor ? actor.userId : undefined)
