import { isUuid } from '@muster/service-kit/ids.ts'
import { SAFE_METHODS } from '@muster/service-kit/own-origin.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pageOf } from '../../contract/common.ts'
import { user, userDetail, userNew, userParams, users, usersQuery } from '../../contract/users.ts'
import { listAccessTokensOf } from '../access-tokens/repository.ts'
import type { Actor } from '../identity/actor.ts'
import { deedOf, requirePermissions } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { roleViewer } from '../roles/role-view.ts'
import { idleSince } from '../sessions/lifetime.ts'
import { listSessionsOf } from '../sessions/repository.ts'
import { viewSession } from '../sessions/view-session.ts'
import { userAccessRoutes } from './access-routes.ts'
import { addUser, deprovisionUser } from './add-user.ts'
import { findListedUser, type ListedUser, listUsers } from './list.ts'
import { viewUser } from './views.ts'

const tags = ['Users']

/** `/users`: the people of the workspace. */
export const userRoutes =
  (deps: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, clock, secrets } = deps
    // Before the body is read, so that a 400 never hides a 403.
    app.addHook('onRequest', async ({ actor, method }) =>
      requirePermissions(actor, SAFE_METHODS.has(method) ? 'View Roles' : 'Edit Roles'),
    )
    await app.register(userAccessRoutes(deps))
    const view = async (workspaceId: string, listed: readonly ListedUser[]) => {
      const viewRole = await roleViewer(
        database,
        workspaceId,
        listed.flatMap(({ roles }) => roles),
      )
      return listed.map((person) => viewUser(person, viewRole))
    }
    const find = async (actor: Actor, id: string) => {
      const found = isUuid(id) ? await findListedUser(database, actor.workspaceId, id) : undefined
      if (!found) throw new Refusal('notFound', `There is no user ${id}.`)
      return found
    }

    app.get(
      '/users',
      { schema: { tags, summary: 'The people of the workspace', querystring: usersQuery, response: { 200: users } } },
      async ({ actor, query }) => {
        const { page, pageSize, ...search } = query
        const slice = { limit: pageSize, offset: page * pageSize }
        const found = await listUsers(database, actor.workspaceId, search, slice)
        return { users: await view(actor.workspaceId, found.users), ...pageOf(query, found.total) }
      },
    )

    app.post(
      '/users',
      {
        schema: {
          tags,
          summary: 'Make somebody, or bring back somebody deprovisioned',
          body: userNew,
          response: { 200: user },
        },
      },
      async (request) => {
        const { actor, body } = request
        const { id } = await database.transaction(async (tx) => {
          await confirm(tx, actor)
          return addUser(tx, deedOf(request, clock), secrets, body)
        })
        return viewOne(await view(actor.workspaceId, [await find(actor, id)]))
      },
    )

    app.get(
      '/users/:id',
      {
        schema: {
          tags,
          summary: 'Somebody, with tokens and sessions',
          params: userParams,
          response: { 200: userDetail },
        },
      },
      async ({ actor, params }) => {
        const found = await find(actor, params.id)
        const now = clock.now()
        const { workspaceId, id } = found.user
        const tokens = await listAccessTokensOf(database, workspaceId, id)
        const sessions = await listSessionsOf(database, workspaceId, id, now, idleSince(now))
        return {
          ...viewOne(await view(workspaceId, [found])),
          accessTokens: tokens.map(({ id, name, last4, createdAt, expiresAt }) => ({
            id,
            name,
            last4,
            createdAt: createdAt.toISOString(),
            ...(expiresAt === undefined ? {} : { expirationDate: expiresAt.toISOString() }),
          })),
          sessions: sessions.map((session) => viewSession(session, actor)),
        }
      },
    )

    app.delete(
      '/users/:id',
      { schema: { tags, summary: "Take somebody's access at once", params: userParams } },
      async (request, reply) => {
        const { actor, params } = request
        const { user } = await find(actor, params.id)
        if (user.localAdmin) throw new Refusal('conflict', 'The first admin is the way back in, and stays.')
        await database.transaction(async (tx) => {
          await confirm(tx, actor)
          await deprovisionUser(tx, deedOf(request, clock), params.id)
        })
        return reply.code(200).send()
      },
    )
  }

function viewOne<View>([only]: readonly View[]): View {
  if (only === undefined) throw new Error('One person was asked for and none came.')
  return only
}
