import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { provisioningLogList } from '../../contract/provisioning-log.ts'
import { requireRight } from '../graph/caller.ts'
import { listBody, listQuery, readObjectQuery } from '../graph/odata.ts'
import type { ProvisioningRouteDeps } from '../provisioning/deps.ts'
import { countLog, readLog } from './repository.ts'
import { logView } from './view.ts'

/** `/auditLogs/provisioning`: what became of every object, newest first. */
export const provisioningLogRoutes =
  (deps: Pick<ProvisioningRouteDeps, 'database' | 'publicUrl'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/auditLogs/provisioning',
      {
        schema: {
          tags: ['Logs'],
          summary: 'List provisioning log entries, newest first',
          querystring: listQuery.pick({ $top: true, $filter: true, $skiptoken: true, $count: true }),
          response: { 200: provisioningLogList },
        },
      },
      async (request) => {
        requireRight(request.caller, 'logs.read')
        const { tenantId } = request.caller
        const query = readObjectQuery(request.query, [], [])
        const { items, ...page } = await readLog(deps.database.query, tenantId, query)
        const total = query.count ? { total: await countLog(deps.database.query, tenantId, query) } : {}
        const body = listBody(
          { base: deps.publicUrl, url: request.url, context: 'auditLogs/provisioning' },
          { ...page, ...total, items: items.map((row) => logView(tenantId, row)) },
        )
        return body as never
      },
    )
  }
