import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { GROUP_SELECT } from '../../../contract/group.ts'
import { USER_SELECT } from '../../../contract/user.ts'
import type { DirectoryDeps } from '../../deps.ts'
import { listBody, listQuery, objectBody, readListQuery, selectFrom } from '../../graph/odata.ts'
import { write } from '../../graph/write.ts'
import { purgeGroup, restoreGroup } from '../groups/change-group.ts'
import { noSuchResource, readId } from '../no-such.ts'
import { purgeUser, restoreUser } from '../users/delete-user.ts'
import { type DeletedItem, findDeletedItem, listDeletedItems, toGraph } from './repository.ts'

const byId = z.object({ id: z.string() })
const tags = ['Deleted items']
const TYPES = { user: 'User', group: 'Group' } as const

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
    const entity = (request: { readonly url: string }, deleted: DeletedItem, object = toGraph(deleted)) =>
      objectBody(
        { base, url: request.url, context: 'directoryObjects' },
        { '@odata.type': `#microsoft.graph.${deleted.type.toLowerCase()}`, ...object },
      )

    for (const name of ['user', 'group'] as const)
      app.get(
        `/directory/deletedItems/microsoft.graph.${name}`,
        { schema: { tags, summary: `Lists deleted ${name}s`, querystring: listQuery } },
        async (request) => {
          const query = readListQuery(request.query, name === 'user' ? USER_SELECT : GROUP_SELECT)
          if (query.filter.length > 0 || query.count)
            throw new Refusal('invalid', 'Deleted items are listed without $filter and $count.')
          const { items, ...page } = await listDeletedItems(database, request.caller.tenantId, TYPES[name], query)
          return listBody(
            { base, url: request.url, context: `${name}s` },
            { ...page, items: items.map((item) => selectFrom(item, query.select)) },
          )
        },
      )

    app.get(
      '/directory/deletedItems/:id',
      { schema: { tags, summary: 'Reads a deleted item', params: byId } },
      async (request) => {
        return entity(request, await find(request.caller.tenantId, request.params.id))
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
