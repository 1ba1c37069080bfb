import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { ASSIGNMENT_SELECT, assignmentNew } from '../../contract/application.ts'
import type { DirectoryDeps } from '../deps.ts'
import { noSuchResource, readId } from '../directory/no-such.ts'
import {
  countQuery,
  listBody,
  listQuery,
  objectBody,
  readCountQuery,
  readObjectQuery,
  readSelectQuery,
  selectFrom,
  selectQuery,
} from '../graph/odata.ts'
import { write } from '../graph/write.ts'
import type { ServicePrincipal } from './application.ts'
import { assign, findAssignment, unassign } from './assignments.ts'
import { ASSIGNMENT_ORDERS, countAssignments, listAssignments } from './list-assignments.ts'
import { findServicePrincipal } from './repository.ts'

const byId = z.object({ id: z.string() })
const one = z.object({ id: z.string(), assignmentId: z.string() })
const tags = ['Assignments']

/** `/servicePrincipals/{id}/appRoleAssignedTo`: the users and groups of an enterprise app. */
export const assignmentRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps
    const find = async (tenantId: string, id: string): Promise<ServicePrincipal> => {
      const principal = await findServicePrincipal(database, tenantId, id)
      if (!principal) throw noSuchResource(id)
      return principal
    }
    const address = (request: { readonly url: string }) => ({ base, url: request.url, context: 'appRoleAssignments' })

    app.get(
      '/servicePrincipals/:id/appRoleAssignedTo',
      { schema: { tags, summary: 'Lists who is assigned', params: byId, querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, ASSIGNMENT_SELECT, ASSIGNMENT_ORDERS)
        const principal = await find(request.caller.tenantId, request.params.id)
        const { items, ...page } = await listAssignments(database.query, principal, query)
        return listBody(address(request), { ...page, items: items.map((item) => selectFrom(item, query.select)) })
      },
    )

    app.get(
      '/servicePrincipals/:id/appRoleAssignedTo/$count',
      { schema: { tags, summary: 'Counts who is assigned', params: byId, querystring: countQuery } },
      async (request, reply) => {
        const principal = await find(request.caller.tenantId, request.params.id)
        const total = await countAssignments(database.query, principal, readCountQuery(request.query))
        return reply.type('text/plain').send(String(total))
      },
    )

    app.post(
      '/servicePrincipals/:id/appRoleAssignedTo',
      { schema: { tags, summary: 'Assigns a user or a group', params: byId, body: assignmentNew } },
      async (request, reply) => {
        const id = readId(request.params.id)
        const assignment = await write(deps, request, 'applications.write', (tx, act) =>
          assign(tx, act, id, request.body),
        )
        return reply.code(201).send(objectBody(address(request), assignment))
      },
    )

    app.get(
      '/servicePrincipals/:id/appRoleAssignedTo/:assignmentId',
      { schema: { tags, summary: 'Reads an assignment', params: one, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, ASSIGNMENT_SELECT)
        const assignment = await findAssignment(
          database,
          await find(request.caller.tenantId, request.params.id),
          request.params.assignmentId,
        )
        if (!assignment) throw noSuchResource(request.params.assignmentId)
        return objectBody(address(request), assignment, select)
      },
    )

    app.delete(
      '/servicePrincipals/:id/appRoleAssignedTo/:assignmentId',
      { schema: { tags, summary: 'Takes an assignment away', params: one } },
      async (request, reply) => {
        const id = readId(request.params.id)
        const assignmentId = readId(request.params.assignmentId)
        await write(deps, request, 'applications.write', (tx, act) => unassign(tx, act, id, assignmentId))
        return reply.code(204).send()
      },
    )
  }
