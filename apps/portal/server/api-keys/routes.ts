import type { Executor } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  apiKey,
  apiKeyChange,
  apiKeyCreated,
  apiKeyNew,
  apiKeyParams,
  apiKeys,
  type KeyRole,
} from '../../contract/api-keys.ts'
import { pageOf, pageQuery } from '../../contract/common.ts'
import { recordAudit } from '../audit/record.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { roleViewer } from '../roles/role-view.ts'
import { createApiKey } from './create-api-key.ts'
import { type ApiKey, deleteApiKey, findApiKey, listApiKeys, renameApiKey } from './repository.ts'

const tags = ['API keys']

/** `/auth/key`: the workspace's API keys. */
export const apiKeyRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook('onRequest', needs('Edit API keys'))

    app.get(
      '/auth/key',
      { schema: { tags, summary: 'API keys, newest first', querystring: pageQuery, response: { 200: apiKeys } } },
      async ({ actor: { workspaceId }, query }) => {
        const { keys, total } = await listApiKeys(database, workspaceId, query.pageSize, query.page * query.pageSize)
        return { apiKeys: await views(database, workspaceId, keys), ...pageOf(query, total) }
      },
    )

    app.post(
      '/auth/key',
      {
        schema: {
          tags,
          summary: 'Make an API key; its secret is answered this once',
          body: apiKeyNew,
          response: { 200: apiKeyCreated },
        },
      },
      async (request) => {
        const { expirationDate, ...wish } = request.body
        const { key, secret } = await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          return createApiKey(tx, deedOf(request, clock), { ...wish, expiresAt: expirationDate })
        })
        return { apiKey: secret, ...(await viewOne(database, request.actor.workspaceId, key)) }
      },
    )

    app.get(
      '/auth/key/:cid',
      { schema: { tags, summary: 'An API key', params: apiKeyParams, response: { 200: apiKey } } },
      async ({ actor: { workspaceId }, params }) =>
        viewOne(database, workspaceId, await findApiKey(database, workspaceId, params.cid)),
    )

    app.put(
      '/auth/key/:cid',
      {
        schema: {
          tags,
          summary: 'Rename an API key',
          params: apiKeyParams,
          body: apiKeyChange,
          response: { 200: apiKey },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const key = await database.transaction(async (tx) => {
          await confirm(tx, actor)
          if (!(await renameApiKey(tx, actor.workspaceId, params.cid, body.name, body.description))) throw noSuchKey()
          const { origin, now } = deedOf(request, clock)
          await recordAudit(tx, actor, origin, now, {
            action: 'UPDATE',
            objectType: 'API_KEY',
            objectId: params.cid,
            objectIdentifier: body.name,
          })
          return findApiKey(tx, actor.workspaceId, params.cid)
        })
        return viewOne(database, actor.workspaceId, key)
      },
    )

    app.delete(
      '/auth/key/:cid',
      { schema: { tags, summary: 'Delete an API key: it is refused from then on', params: apiKeyParams } },
      async (request, reply) => {
        const { actor, params } = request
        await database.transaction(async (tx) => {
          await confirm(tx, actor)
          const key = await findApiKey(tx, actor.workspaceId, params.cid)
          if (!key) throw noSuchKey()
          await deleteApiKey(tx, actor.workspaceId, key.cid)
          const { origin, now } = deedOf(request, clock)
          await recordAudit(tx, actor, origin, now, {
            action: 'DELETE',
            objectType: 'API_KEY',
            objectId: key.cid,
            objectIdentifier: key.name,
          })
        })
        return reply.code(200).send()
      },
    )
  }

const noSuchKey = (): Refusal => new Refusal('notFound', 'There is no such API key.')

async function viewOne(on: Executor, workspaceId: string, key: ApiKey | undefined) {
  const [view] = key ? await views(on, workspaceId, [key]) : []
  if (!view) throw noSuchKey()
  return view
}

async function views(on: Executor, workspaceId: string, keys: readonly ApiKey[]) {
  const viewOf = await roleViewer(
    on,
    workspaceId,
    keys.flatMap(({ roles }) => roles),
  )
  return keys.map(({ cid, name, description, last4, roles, createdAt, expiresAt, lastUsedAt }) => ({
    cid,
    name,
    ...(description === undefined ? {} : { description }),
    last4,
    roles: roles.map(viewOf).map((role): KeyRole => (role.type === 'BASIC' ? { ...role, type: 'DEFAULT' } : role)),
    createdDate: createdAt.toISOString(),
    ...(expiresAt ? { expirationDate: expiresAt.toISOString() } : {}),
    ...(lastUsedAt ? { lastUsedDate: lastUsedAt.toISOString() } : {}),
  }))
}
