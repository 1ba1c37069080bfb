import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { accessTokenCreated, accessTokenNew, accessTokenParams, accessTokens } from '../../contract/access-tokens.ts'
import { recordAudit } from '../audit/record.ts'
import type { Actor, SessionActor, TokenActor } from '../identity/actor.ts'
import { deedOf } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import { closeGate } from '../identity/gate.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { createAccessToken } from './create-access-token.ts'
import { deleteAccessToken, listAccessTokensOf } from './repository.ts'
import { viewAccessToken } from './view-access-token.ts'

const tags = ['Personal access tokens']

/** `/access-tokens`: everyone's own, Viewers included. */
export const accessTokenRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/access-tokens',
      { schema: { tags, summary: 'My personal access tokens', response: { 200: accessTokens } } },
      async ({ actor }) => {
        const { workspaceId, userId } = personOf(actor)
        return { accessTokens: (await listAccessTokensOf(database, workspaceId, userId)).map(viewAccessToken) }
      },
    )

    app.post(
      '/access-tokens',
      {
        schema: {
          tags,
          summary: 'Make a token; its secret is answered this once',
          body: accessTokenNew,
          response: { 200: accessTokenCreated },
        },
      },
      async (request) => {
        const actor = personOf(request.actor)
        const { expirationDate, ...wish } = request.body
        const { origin, now } = deedOf(request, clock)
        const { token, secret } = await database.transaction(async (tx) => {
          await confirm(tx, actor)
          return createAccessToken(tx, actor, origin, now, { ...wish, expiresAt: expirationDate })
        })
        return { token: secret, ...viewAccessToken(token) }
      },
    )

    app.delete(
      '/access-tokens/:id',
      { schema: { tags, summary: 'Delete one of my tokens', params: accessTokenParams } },
      async (request, reply) => {
        const actor = personOf(request.actor)
        const { workspaceId, userId, email } = actor
        const { id } = request.params
        const { origin, now } = deedOf(request, clock)
        await database.transaction(async (tx) => {
          // A token in the wrong hands can't hold off its end by writing on.
          await closeGate(tx, workspaceId, userId)
          await confirm(tx, actor)
          await lockForAccess(tx, workspaceId, [userId])
          const name = isUuid(id) ? await deleteAccessToken(tx, workspaceId, userId, id) : undefined
          if (name === undefined) throw new Refusal('notFound', 'You have no such token.')
          await recordAudit(tx, actor, origin, now, {
            action: 'DELETE',
            objectType: 'PERSONAL_API_KEY',
            objectId: id,
            objectIdentifier: name,
            details: { owner: email },
          })
        })
        return reply.code(200).send()
      },
    )
  }

/** @throws {Refusal} `forbidden` for an API key: it is nobody. */
function personOf(actor: Actor): SessionActor | TokenActor {
  if (actor.type === 'USER' || actor.type === 'PERSONAL_API_KEY') return actor
  throw new Refusal('forbidden', 'Personal access tokens belong to people; an API key has none.')
}
