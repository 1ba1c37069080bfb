import { hashPassword } from '@muster/service-kit/passwords.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GROUP_SELECT } from '../../../contract/group.ts'
import { USER_SELECT, userChange, userNew } from '../../../contract/user.ts'
import type { DirectoryDeps } from '../../deps.ts'
import {
  countQuery,
  listBody,
  listQuery,
  objectBody,
  readCountQuery,
  readObjectQuery,
  readReference,
  readSelectQuery,
  referenceBody,
  selectFrom,
  selectQuery,
} from '../../graph/odata.ts'
import { write } from '../../graph/write.ts'
import { toGraphGroup } from '../groups/group.ts'
import { GROUP_ORDERS, listGroups, withMember } from '../groups/list.ts'
import { noSuchResource } from '../no-such.ts'
import { changeUser, createUser } from './change-user.ts'
import { deleteUser } from './delete-user.ts'
import { countUsers, listUsers, USER_ORDERS } from './list.ts'
import { setManager } from './manager.ts'
import { findUser } from './repository.ts'
import { toGraphUser, type User } from './user.ts'

const byId = z.object({ id: z.string().describe('Object id or user principal name.') })
const tags = ['Users']

/** `/users` (Graph user resource): the people of the directory and who manages whom. */
export const userRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps
    const find = async (tenantId: string, idOrName: string): Promise<User> => {
      const user = await findUser(database, tenantId, idOrName)
      if (!user) throw noSuchResource(idOrName)
      return user
    }

    app.get('/users', { schema: { tags, summary: 'Lists users', querystring: listQuery } }, async (request) => {
      const query = readObjectQuery(request.query, USER_SELECT, USER_ORDERS)
      const { items, ...page } = await listUsers(database.query, request.caller.tenantId, query)
      return listBody(
        { base, url: request.url, context: 'users' },
        { ...page, items: items.map((user) => selectFrom(toGraphUser(user), query.select)) },
      )
    })

    app.get(
      '/users/$count',
      { schema: { tags, summary: 'Counts users', querystring: countQuery } },
      async (request, reply) => {
        const total = await countUsers(database.query, request.caller.tenantId, readCountQuery(request.query))
        return reply.type('text/plain').send(String(total))
      },
    )

    app.post('/users', { schema: { tags, summary: 'Makes a user', body: userNew } }, async (request, reply) => {
      const hash = await hashPassword(request.body.passwordProfile.password)
      const user = await write(deps, request, 'directory.write', (tx, act) => createUser(tx, act, request.body, hash))
      return reply
        .code(201)
        .header('location', `${base}/v1.0/users/${user.id}`)
        .send(objectBody({ base, url: request.url, context: 'users' }, toGraphUser(user)))
    })

    app.get(
      '/users/:id',
      { schema: { tags, summary: 'Reads a user', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, USER_SELECT)
        const user = await find(request.caller.tenantId, request.params.id)
        return objectBody({ base, url: request.url, context: 'users' }, toGraphUser(user), select)
      },
    )

    app.patch(
      '/users/:id',
      { schema: { tags, summary: 'Changes a user', params: byId, body: userChange } },
      async (request, reply) => {
        const { id } = await find(request.caller.tenantId, request.params.id)
        const password = request.body.passwordProfile?.password
        const hash = password === undefined ? undefined : await hashPassword(password)
        await write(deps, request, 'directory.write', (tx, act) => changeUser(tx, act, id, request.body, hash))
        return reply.code(204).send()
      },
    )

    app.delete(
      '/users/:id',
      { schema: { tags, summary: 'Moves a user to the deleted items', params: byId } },
      async (request, reply) => {
        const { id } = await find(request.caller.tenantId, request.params.id)
        await write(deps, request, 'directory.write', (tx, act) => deleteUser(tx, act, id))
        return reply.code(204).send()
      },
    )

    app.get(
      '/users/:id/memberOf/microsoft.graph.group',
      { schema: { tags, summary: 'Lists the groups that a user is in', params: byId, querystring: listQuery } },
      async (request) => {
        const query = readObjectQuery(request.query, GROUP_SELECT, GROUP_ORDERS)
        const { id, tenantId } = await find(request.caller.tenantId, request.params.id)
        const { items, ...page } = await listGroups(database.query, tenantId, query, withMember(id))
        const groups = items.map((group) =>
          selectFrom({ '@odata.type': '#microsoft.graph.group', ...toGraphGroup(group) }, query.select),
        )
        return listBody({ base, url: request.url, context: 'groups' }, { ...page, items: groups })
      },
    )

    app.get(
      '/users/:id/manager',
      { schema: { tags, summary: "Reads a user's manager", params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, USER_SELECT)
        const { managerId } = await find(request.caller.tenantId, request.params.id)
        const manager =
          managerId === undefined ? undefined : await findUser(database, request.caller.tenantId, managerId)
        if (!manager) throw noSuchResource('manager')
        return objectBody(
          { base, url: request.url, context: 'directoryObjects' },
          { '@odata.type': '#microsoft.graph.user', ...toGraphUser(manager) },
          select,
        )
      },
    )

    app.put(
      '/users/:id/manager/$ref',
      { schema: { tags, summary: 'Gives a user a manager', params: byId, body: referenceBody } },
      async (request, reply) => {
        const { id } = await find(request.caller.tenantId, request.params.id)
        const manager = readReference(request.body['@odata.id'])
        await write(deps, request, 'directory.write', (tx, act) => setManager(tx, act, id, manager))
        return reply.code(204).send()
      },
    )

    app.delete(
      '/users/:id/manager/$ref',
      { schema: { tags, summary: "Takes a user's manager away", params: byId } },
      async (request, reply) => {
        const { id } = await find(request.caller.tenantId, request.params.id)
        await write(deps, request, 'directory.write', (tx, act) => setManager(tx, act, id, undefined))
        return reply.code(204).send()
      },
    )
  }
