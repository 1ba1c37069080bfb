import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { USER_SELECT } from '../../../contract/user.ts'
import type { DirectoryDeps } from '../../deps.ts'
import {
  listBody,
  listQuery,
  objectBody,
  readObjectQuery,
  readReference,
  readSelectQuery,
  referenceBody,
  selectFrom,
  selectQuery,
} from '../../graph/odata.ts'
import { write } from '../../graph/write.ts'
import { noSuchResource, readId } from '../no-such.ts'
import { USER_ORDERS } from '../users/list.ts'
import { toGraphUser } from '../users/user.ts'
import { listRoleMembers, listRoles } from './list.ts'
import { ROLE_SELECT, type RoleTemplate, roleOfTemplate, toGraphRole } from './role.ts'
import { addRoleMember, removeRoleMember } from './role-members.ts'

const byId = z.object({ id: z.string().describe('Id of the role, or `roleTemplateId=` and the id of its template.') })
const member = z.object({ id: z.string(), memberId: z.string() })
const tags = ['Directory roles']

/** `/directoryRoles` (Graph directoryRole resource): the four roles and who holds them. */
export const roleRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps

    app.get(
      '/directoryRoles',
      { schema: { tags, summary: 'Lists the directory roles', querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, ROLE_SELECT, [])
        const { items, ...page } = await listRoles(database.query, query)
        return listBody(
          { base, url: request.url, context: 'directoryRoles' },
          { ...page, items: items.map((role) => selectFrom(toGraphRole(role), query.select)) },
        )
      },
    )

    app.get(
      '/directoryRoles/:id',
      { schema: { tags, summary: 'Reads a directory role', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, ROLE_SELECT)
        return objectBody(
          { base, url: request.url, context: 'directoryRoles' },
          toGraphRole(readRole(request.params.id)),
          select,
        )
      },
    )

    app.get(
      '/directoryRoles/:id/members',
      { schema: { tags, summary: 'Lists who holds a role', params: byId, querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, USER_SELECT, USER_ORDERS)
        const role = readRole(request.params.id)
        const { items, ...page } = await listRoleMembers(database.query, request.caller.tenantId, role, query)
        const users = items.map((user) =>
          selectFrom({ '@odata.type': '#microsoft.graph.user', ...toGraphUser(user) }, query.select),
        )
        return listBody({ base, url: request.url, context: 'directoryObjects' }, { ...page, items: users })
      },
    )

    app.post(
      '/directoryRoles/:id/members/$ref',
      { schema: { tags, summary: 'Gives someone a role', params: byId, body: referenceBody } },
      async (request, reply) => {
        const role = readRole(request.params.id)
        const reference = readReference(request.body['@odata.id'])
        await write(deps, request, 'directory.write', (tx, act) => addRoleMember(tx, act, role, reference))
        return reply.code(204).send()
      },
    )

    app.delete(
      '/directoryRoles/:id/members/:memberId/$ref',
      { schema: { tags, summary: 'Takes a role away', params: member } },
      async (request, reply) => {
        const role = readRole(request.params.id)
        const memberId = readId(request.params.memberId)
        await write(deps, request, 'directory.write', (tx, act) => removeRoleMember(tx, act, role, memberId))
        return reply.code(204).send()
      },
    )
  }

function readRole(id: string): RoleTemplate {
  const role = roleOfTemplate(id.replace(/^roleTemplateId=/, '').replace(/^'(.*)'$/, '$1'))
  if (!role) throw noSuchResource(id)
  return role
}
