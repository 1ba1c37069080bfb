import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GROUP_SELECT } from '../../../contract/group.ts'
import { USER_SELECT } from '../../../contract/user.ts'
import type { DirectoryDeps } from '../../deps.ts'
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
} from '../../graph/odata.ts'
import { write } from '../../graph/write.ts'
import { purgeGroup, restoreGroup } from '../groups/change-group.ts'
import { noSuchResource, readId } from '../no-such.ts'
import { purgeUser, restoreUser } from '../users/delete-user.ts'
import { countDeletedItems, DELETED_ITEM_ORDERS, listDeletedItems } from './list.ts'
import { type DeletedItem, findDeletedItem, toGraph } from './repository.ts'

const byId = z.object({ id: z.string() })
const tags = ['Deleted items']
const LISTS = [
  { name: 'user', type: 'User', properties: USER_SELECT },
  { name: 'group', type: 'Group', properties: GROUP_SELECT },
] as const
const EITHER_SELECT = [...USER_SELECT, ...GROUP_SELECT]

/** `/directory/deletedItems`: what was deleted can return from here, or is taken away for good. */
export const deletedItemRoutes =
  (deps: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    const { database, publicUrl: base } = deps
    const find = async (tenantId: string, id: string): Promise<DeletedItem> => {
      const found = await findDeletedItem(database, tenantId, readId(id))
      if (!found) throw noSuchResource(id)
      return found
    }
    const entity = (request: { readonly url: string }, deleted: DeletedItem, select?: readonly string[]) =>
      objectBody(
        { base, url: request.url, context: 'directoryObjects' },
        { '@odata.type': `#microsoft.graph.${deleted.type.toLowerCase()}`, ...toGraph(deleted) },
        select,
      )

    for (const { name, type, properties } of LISTS) {
      app.get(
        `/directory/deletedItems/microsoft.graph.${name}`,
        { schema: { tags, summary: `Lists deleted ${name}s`, querystring: listQuery } },
        async (request) => {
          const query = readObjectQuery(request.query, properties, DELETED_ITEM_ORDERS)
          const { items, ...page } = await listDeletedItems(database.query, request.caller.tenantId, type, query)
          return listBody(
            { base, url: request.url, context: `${name}s` },
            { ...page, items: items.map((item) => selectFrom(item, query.select)) },
          )
        },
      )

      app.get(
        `/directory/deletedItems/microsoft.graph.${name}/$count`,
        { schema: { tags, summary: `Counts deleted ${name}s`, querystring: countQuery } },
        async (request, reply) => {
          const query = readCountQuery(request.query)
          const total = await countDeletedItems(database.query, request.caller.tenantId, type, query)
          return reply.type('text/plain').send(String(total))
        },
      )
    }

    app.get(
      '/directory/deletedItems/:id',
      { schema: { tags, summary: 'Reads a deleted item', params: byId, querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, EITHER_SELECT)
        return entity(request, await find(request.caller.tenantId, request.params.id), select)
      },
    )

    app.post(
      '/directory/deletedItems/:id/restore',
      { schema: { tags, summary: 'Brings a deleted item back', params: byId } },
      async (request) => {
        const { type, item } = await find(request.caller.tenantId, request.params.id)
        return write(deps, request, 'directory.write', async (tx, act) => {
          const restored: DeletedItem =
            type === 'User'
              ? { type, item: await restoreUser(tx, act, item.id) }
              : { type, item: await restoreGroup(tx, act, item.id) }
          return entity(request, restored)
        })
      },
    )

    app.delete(
      '/directory/deletedItems/:id',
      { schema: { tags, summary: 'Takes a deleted item away for good', params: byId } },
      async (request, reply) => {
        const { type, item } = await find(request.caller.tenantId, request.params.id)
        await write(deps, request, 'directory.write', (tx, act) =>
          type === 'User' ? purgeUser(tx, act, item.id) : purgeGroup(tx, act, item.id),
        )
        return reply.code(204).send()
      },
    )
  }
