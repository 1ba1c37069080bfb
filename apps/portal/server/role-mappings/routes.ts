import type { Executor } from '@muster/service-kit/database.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { pageOf, pageQuery } from '../../contract/common.ts'
import { roleMapping, roleMappingNew, roleMappingParams, roleMappings } from '../../contract/role-mappings.ts'
import { deedOf, needs } from '../identity/authenticate.ts'
import { confirm } from '../identity/confirm.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { roleViewer } from '../roles/role-view.ts'
import { createMapping, removeMapping } from './change-mappings.ts'
import { countMappings, listMappings, type RoleMapping } from './repository.ts'

const tags = ['SCIM role mappings']

/** `/scim/role-mappings`: which role here a role value of the provider gives. There is no change: delete, then make anew. */
export const roleMappingRoutes =
  ({ database, clock }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.addHook('onRequest', needs('Configure Open ID Connector & SCIM'))

    app.get(
      '/scim/role-mappings',
      {
        schema: { tags, summary: 'Role mappings, by value', querystring: pageQuery, response: { 200: roleMappings } },
      },
      async ({ actor: { workspaceId }, query }) => {
        const slice = { limit: query.pageSize, offset: query.page * query.pageSize }
        const found = await listMappings(database, workspaceId, slice)
        const total = await countMappings(database, workspaceId)
        return { roleMappings: found.map(await viewer(database, workspaceId, found)), ...pageOf(query, total) }
      },
    )

    app.post(
      '/scim/role-mappings',
      {
        schema: {
          tags,
          summary: 'Map a value that the provider sends to a role',
          body: roleMappingNew,
          response: { 200: roleMapping },
        },
      },
      async (request) => {
        const { actor, body } = request
        const made = await database.transaction(async (tx) => {
          await confirm(tx, actor)
          return createMapping(tx, deedOf(request, clock), body)
        })
        const view = await viewer(database, actor.workspaceId, [made])
        return view(made)
      },
    )

    app.delete(
      '/scim/role-mappings/:id',
      { schema: { tags, summary: 'End a role mapping, and what it gave', params: roleMappingParams } },
      async (request, reply) => {
        await database.transaction(async (tx) => {
          await confirm(tx, request.actor)
          await removeMapping(tx, deedOf(request, clock), request.params.id)
        })
        return reply.code(200).send()
      },
    )
  }

async function viewer(on: Executor, workspaceId: string, mappings: readonly RoleMapping[]) {
  const viewRole = await roleViewer(
    on,
    workspaceId,
    mappings.map(({ role }) => role),
  )
  return ({ id, idpValue, role, createdAt }: RoleMapping) => ({
    id,
    idpValue,
    role: viewRole(role),
    createdAt: createdAt.toISOString(),
  })
}
