import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import {
  permissionsAnswer,
  roleChange,
  roleDefinition,
  roleDefinitions,
  roleDetail,
  roleNew,
  roleParams,
} from '../../contract/roles.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { BASIC_ROLE_TEXTS, BASIC_ROLES } from './basic-roles.ts'
import { changeRole, createRole, deleteRole, noSuchRole } from './custom-roles.ts'
import { usesOfRole } from './grants.ts'
import { PERMISSIONS, permissionsOfBasicRole } from './permissions.ts'
import { type CustomRole, findCustomRole, listCustomRoles } from './repository.ts'

const tags = ['Roles']

/** `/roles` and `/permissions`: what can be allowed, and the workspace's own roles. */
export const roleRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/permissions',
      { schema: { tags, summary: 'Everything that a role can allow', response: { 200: permissionsAnswer } } },
      async () => ({ permissions: [...PERMISSIONS] }),
    )

    app.get(
      '/roles',
      {
        onRequest: needs('View Roles'),
        schema: { tags, summary: 'Built-in and custom roles', response: { 200: roleDefinitions } },
      },
      async ({ actor }) => {
        return { roles: [...BASIC, ...(await listCustomRoles(database, actor.workspaceId)).map(definition)] }
      },
    )

    app.post(
      '/roles',
      {
        onRequest: needs('Edit Roles'),
        schema: { tags, summary: 'Make a custom role', body: roleNew, response: { 200: roleDefinition } },
      },
      async (request) => {
        const role = await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          return createRole(tx, deedOf(request, clock), request.body)
        })
        return definition(role)
      },
    )

    app.get(
      '/roles/:tag',
      {
        onRequest: needs('View Roles'),
        schema: {
          tags,
          summary: 'A custom role, and what holds it',
          params: roleParams,
          response: { 200: roleDetail },
        },
      },
      async ({ actor, params }) => {
        const role = await findCustomRole(database, actor.workspaceId, params.tag)
        if (!role) throw noSuchRole(params.tag)
        return { ...definition(role), uses: await usesOfRole(database, actor.workspaceId, `CUSTOM:${role.tag}`) }
      },
    )

    app.put(
      '/roles/:tag',
      {
        onRequest: needs('Edit Roles'),
        schema: {
          tags,
          summary: 'Change a custom role',
          params: roleParams,
          body: roleChange,
          response: { 200: roleDefinition },
        },
      },
      async (request) => {
        const role = await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          return changeRole(tx, deedOf(request, clock), request.params.tag, request.body)
        })
        return definition(role)
      },
    )

    app.delete(
      '/roles/:tag',
      {
        onRequest: needs('Edit Roles'),
        schema: { tags, summary: 'Delete a custom role that nothing uses', params: roleParams },
      },
      async (request, reply) => {
        await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await deleteRole(tx, deedOf(request, clock), request.params.tag)
        })
        return reply.code(200).send()
      },
    )
  }

const BASIC = BASIC_ROLES.map((role) => ({
  type: 'BASIC' as const,
  role,
  ...BASIC_ROLE_TEXTS[role],
  permissions: [...permissionsOfBasicRole(role)],
}))

const definition = ({ tag, name, description, permissions }: CustomRole) => ({
  type: 'CUSTOM' as const,
  tag,
  name,
  description: description ?? '',
  permissions: [...permissions],
})
