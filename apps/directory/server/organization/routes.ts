import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { DirectoryDeps } from '../deps.ts'
import { listBody, readSelectQuery, selectFrom, selectQuery } from '../graph/odata.ts'
import { findDomains, findTenant } from '../tenants/repository.ts'

const ORGANIZATION_SELECT = ['id', 'displayName', 'verifiedDomains']

/** `/organization` (Graph organization resource): the caller's tenant by name. Everybody who is signed in may know it. */
export const organizationRoutes =
  ({ database, publicUrl: base }: Pick<DirectoryDeps, 'database' | 'publicUrl'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/organization',
      { schema: { tags: ['Organization'], summary: "Reads the caller's tenant", querystring: selectQuery } },
      async (request) => {
        const select = readSelectQuery(request.query, ORGANIZATION_SELECT)
        const { tenantId } = request.caller
        const tenant = await findTenant(database, tenantId)
        const names = await findDomains(database, tenantId)
        // A tenant's first domain is its default one: none is added later.
        const verifiedDomains = names.map((name, place) => ({ name, isDefault: place === 0, isInitial: place === 0 }))
        const items = tenant ? [{ id: tenantId, displayName: tenant.name, verifiedDomains }] : []
        return listBody(
          { base, url: request.url, context: 'organization' },
          { items: items.map((item) => selectFrom(item, select)) },
        )
      },
    )
  }
