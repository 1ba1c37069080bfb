import { isUuid } from '@muster/service-kit/ids.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GROUP_SELECT, groupChange, groupNew } from '../../../contract/group.ts'
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
import { noSuchResource, readId } from '../no-such.ts'
import { changeGroup, createGroup, deleteGroup } from './change-group.ts'
import { type Group, toGraphGroup } from './group.ts'
import { countGroups, GROUP_ORDERS, listGroups } from './list.ts'
import { countMembers, listMembers, MEMBER_ORDERS } from './list-members.ts'
import { addMembers, removeMember } from './members.ts'
import { findGroup } from './repository.ts'

const byId = z.object({ id: z.string() })
const member = z.object({ id: z.string(), memberId: z.string() })
const MEMBER_SELECT = ['id', 'displayName', 'userPrincipalName', 'mail', 'jobTitle', 'accountEnabled']
const tags = ['Groups']
/** All members, and by OData's type cast those of one type. */
const MEMBER_LISTS = [
  { path: '/groups/:id/members', type: undefined, what: 'members' },
  { path: '/groups/:id/members/microsoft.graph.user', type: 'User', what: 'people' },
  { path: '/groups/:id/members/microsoft.graph.group', type: 'Group', what: 'nested groups' },
] as const

/** `/groups` (Graph group resource) and who is in them. */
export const groupRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps
    const find = async (tenantId: string, id: string): Promise<Group> => {
      const group = isUuid(id) ? await findGroup(database, { tenantId, id }) : undefined
      if (!group) throw noSuchResource(id)
      return group
    }

    app.get('/groups', { schema: { tags, summary: 'Lists groups', querystring: listQuery } }, async (request) => {
      const query = readObjectQuery(request.query, GROUP_SELECT, GROUP_ORDERS)
      const { items, ...page } = await listGroups(database.query, request.caller.tenantId, query)
      return listBody(
        { base, url: request.url, context: 'groups' },
        { ...page, items: items.map((group) => selectFrom(toGraphGroup(group), query.select)) },
      )
    })

    app.get(
      '/groups/$count',
      { schema: { tags, summary: 'Counts groups', querystring: countQuery } },
      async (request, reply) => {
        const total = await countGroups(database.query, request.caller.tenantId, readCountQuery(request.query))
        return reply.type('text/plain').send(String(total))
      },
    )

    app.post('/groups', { schema: { tags, summary: 'Makes a group', body: groupNew } }, async (request, reply) => {
      const members = request.body['members@odata.bind']?.map(readReference) ?? []
      const group = await write(deps, request, 'directory.write', async (tx, act) => {
        const made = await createGroup(tx, act, request.body)
        if (members.length > 0) await addMembers(tx, act, made.id, members)
        return made
      })
      return reply
        .code(201)
        .header('location', `${base}/v1.0/groups/${group.id}`)
        .send(objectBody({ base, url: request.url, context: 'groups' }, toGraphGroup(group)))
    })

    app.get(
      '/groups/:id',
      { schema: { tags, summary: 'Reads a group', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, GROUP_SELECT)
        return objectBody(
          { base, url: request.url, context: 'groups' },
          toGraphGroup(await find(request.caller.tenantId, request.params.id)),
          select,
        )
      },
    )

    app.patch(
      '/groups/:id',
      { schema: { tags, summary: 'Changes a group, or adds up to 20 members', params: byId, body: groupChange } },
      async (request, reply) => {
        const id = readId(request.params.id)
        const members = request.body['members@odata.bind']?.map(readReference) ?? []
        await write(deps, request, 'directory.write', async (tx, act) => {
          if (members.length > 0) await addMembers(tx, act, id, members)
          await changeGroup(tx, act, id, request.body)
        })
        return reply.code(204).send()
      },
    )

    app.delete(
      '/groups/:id',
      { schema: { tags, summary: 'Moves a group to the deleted items', params: byId } },
      async (request, reply) => {
        const id = readId(request.params.id)
        await write(deps, request, 'directory.write', (tx, act) => deleteGroup(tx, act, id))
        return reply.code(204).send()
      },
    )

    for (const { path, type, what } of MEMBER_LISTS) {
      app.get(
        path,
        { schema: { tags, summary: `Lists the ${what} of a group`, params: byId, querystring: listQuery } },
        async (request) => {
          const query = readObjectQuery(request.query, MEMBER_SELECT, MEMBER_ORDERS)
          const group = await find(request.caller.tenantId, request.params.id)
          const { items, ...page } = await listMembers(database.query, group, type, query)
          return listBody(
            { base, url: request.url, context: 'directoryObjects' },
            { ...page, items: items.map((item) => selectFrom(item, query.select)) },
          )
        },
      )

      app.get(
        `${path}/$count`,
        { schema: { tags, summary: `Counts the ${what} of a group`, params: byId, querystring: countQuery } },
        async (request, reply) => {
          const group = await find(request.caller.tenantId, request.params.id)
          const total = await countMembers(database.query, group, type, readCountQuery(request.query))
          return reply.type('text/plain').send(String(total))
        },
      )
    }

    app.post(
      '/groups/:id/members/$ref',
      { schema: { tags, summary: 'Adds a member', params: byId, body: referenceBody } },
      async (request, reply) => {
        const id = readId(request.params.id)
        const reference = readReference(request.body['@odata.id'])
        await write(deps, request, 'directory.write', (tx, act) => addMembers(tx, act, id, [reference]))
        return reply.code(204).send()
      },
    )

    app.delete(
      '/groups/:id/members/:memberId/$ref',
      { schema: { tags, summary: 'Removes a member', params: member } },
      async (request, reply) => {
        const [id, memberId] = [readId(request.params.id), readId(request.params.memberId)]
        await write(deps, request, 'directory.write', (tx, act) => removeMember(tx, act, id, memberId))
        return reply.code(204).send()
      },
    )
  }
