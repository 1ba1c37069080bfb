import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pageOf } from '../../contract/common.ts'
import { rolesAnswer, rolesBody } from '../../contract/roles.ts'
import { deprovisionings, userParams, userPermissions, userRoles, userRolesQuery } from '../../contract/users.ts'
import { deprovisioningsOf } from '../audit/repository.ts'
import type { Actor } from '../identity/actor.ts'
import { deedOf } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { effectiveGrantsOf, rolesOfUser } from '../roles/grants.ts'
import { replaceUserRoles } from '../roles/replace-user-roles.ts'
import { permissionsOfRoles } from '../roles/repository.ts'
import { type RoleKey, type RoleRef, roleKey } from '../roles/role.ts'
import { roleViewer, viewRoles } from '../roles/role-view.ts'
import type { EndedAccess } from './end-access.ts'
import { listUsers } from './list.ts'
import { findUser } from './repository.ts'

const tags = ['Users']

/** What people may do and why, and what was taken from them. */
export const userAccessRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const mustExist = async ({ workspaceId }: Actor, id: string) => {
      const user = isUuid(id) ? await findUser(database, { workspaceId, id }) : undefined
      if (!user) throw new Refusal('notFound', `There is no user ${id}.`)
      return user
    }

    app.get(
      '/users/roles',
      {
        schema: {
          tags,
          summary: 'Role assignments, for access reviews',
          querystring: userRolesQuery,
          response: { 200: userRoles },
        },
      },
      async ({ actor, query }) => {
        const emails = query.email?.split(',').map((email) => email.trim())
        const slice = { limit: query.pageSize, offset: query.page * query.pageSize }
        const search = { emails, status: 'ACTIVE', sort: 'email' } as const
        const { users, total } = await listUsers(database, actor.workspaceId, search, slice)
        const viewRole = await roleViewer(
          database,
          actor.workspaceId,
          users.flatMap(({ roles }) => roles),
        )
        const rows = users.map(({ user, roles }) => ({
          email: user.email,
          name: user.displayName,
          roles: roles.map(viewRole),
        }))
        return { users: rows, ...pageOf(query, total) }
      },
    )

    app.get(
      '/users/:id/roles',
      {
        schema: {
          tags,
          summary: 'The roles somebody holds directly',
          params: userParams,
          response: { 200: rolesAnswer },
        },
      },
      async ({ actor, params }) => {
        const user = await mustExist(actor, params.id)
        const grants = await rolesOfUser(database, actor.workspaceId, user.id)
        return {
          roles: await viewRoles(
            database,
            actor.workspaceId,
            grants.map(({ role }) => role),
          ),
        }
      },
    )

    app.put(
      '/users/:id/roles',
      {
        schema: {
          tags,
          summary: 'Replace the roles somebody holds directly',
          params: userParams,
          body: rolesBody,
          response: { 200: rolesAnswer },
        },
      },
      async (request) => {
        const { actor, params, body } = request
        const user = await mustExist(actor, params.id)
        await database.transaction(async (tx) => {
          await confirm(tx, actor)
          await replaceUserRoles(tx, deedOf(request, clock), user.id, body.roles)
        })
        const grants = await rolesOfUser(database, actor.workspaceId, user.id)
        return {
          roles: await viewRoles(
            database,
            actor.workspaceId,
            grants.map(({ role }) => role),
          ),
        }
      },
    )

    app.get(
      '/users/:id/permissions',
      {
        schema: {
          tags,
          summary: 'What somebody may do, and why',
          params: userParams,
          response: { 200: userPermissions },
        },
      },
      async ({ actor, params }) => {
        const user = await mustExist(actor, params.id)
        const grants = await effectiveGrantsOf(database, actor.workspaceId, user.id)
        const keys = [...new Set(grants.map(({ role }) => role))]
        const viewRole = await roleViewer(database, actor.workspaceId, keys)
        const allowed = new Map<RoleKey, ReadonlySet<string>>()
        for (const key of keys) allowed.set(key, await permissionsOfRoles(database, actor.workspaceId, [key]))
        const names = [...new Set([...allowed.values()].flatMap((permissions) => [...permissions]))].sort()
        return {
          permissions: names.map((name) => ({
            name,
            via: grants
              .filter(({ role }) => allowed.get(role)?.has(name))
              .map(({ role, source, team }) => ({
                role: viewRole(role),
                ...(team ? { team: { id: team.id, teamTag: team.tag, name: team.name } } : {}),
                source,
              })),
          })),
        }
      },
    )

    app.get(
      '/users/:id/deprovisionings',
      {
        schema: {
          tags,
          summary: 'What was taken from somebody, and when',
          params: userParams,
          response: { 200: deprovisionings },
        },
      },
      async ({ actor, params }) => {
        const user = await mustExist(actor, params.id)
        const entries = await deprovisioningsOf(database, actor.workspaceId, user.id)
        const removed = entries.map(({ details }) => details?.removed as EndedAccess)
        const viewRole = await roleViewer(
          database,
          actor.workspaceId,
          removed.flatMap(({ roles }) => roles.map(roleKey)),
        )
        const show = (role: RoleRef) => viewRole(roleKey(role))
        return {
          deprovisionings: entries.map(({ time, actorType, actorIdentifier }, index) => {
            const { roles = [], teams = [], accessTokens = [], sessions = 0 } = removed[index] ?? {}
            return {
              timestamp: time.toISOString(),
              actorType,
              ...(actorIdentifier === undefined ? {} : { actorIdentifier }),
              removed: { roles: roles.map(show), teams: [...teams], accessTokens: [...accessTokens], sessions },
            }
          }),
        }
      },
    )
  }
