import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { DirectoryDeps } from '../deps.ts'
import { listBody, readSelectQuery, selectFrom, selectQuery } from '../graph/odata.ts'
import { findDomains } from './repository.ts'

const DOMAIN_SELECT = ['id', 'isDefault', 'isVerified']

/** `/domains` (Graph domain resource): the verified domains of the caller's tenant, its default one first. */
export const domainRoutes =
  ({ database, publicUrl: base }: DirectoryDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/domains',
      { schema: { tags: ['Domains'], summary: "Lists the tenant's domains", querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, DOMAIN_SELECT)
        const names = await findDomains(database, request.caller.tenantId)
        const items = names.map((id, place) => selectFrom({ id, isDefault: place === 0, isVerified: true }, select))
        return listBody({ base, url: request.url, context: 'domains' }, { items })
      },
    )
  }
