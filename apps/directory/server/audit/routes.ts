import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { DIRECTORY_AUDIT_SELECT, directoryAuditEntity, directoryAuditList } from '../../contract/directory-audit.ts'
import type { DirectoryDeps } from '../deps.ts'
import { noSuchResource } from '../directory/no-such.ts'
import {
  listBody,
  listQuery,
  objectBody,
  readObjectQuery,
  readSelectQuery,
  selectFrom,
  selectQuery,
} from '../graph/odata.ts'
import { findAuditEntry, listAuditEntries } from './repository.ts'
import { auditView } from './view.ts'

const context = 'auditLogs/directoryAudits'
const tags = ['Logs']

/** `/auditLogs/directoryAudits` (Graph directoryAudit resource): who changed what in the directory, newest first. */
export const auditRoutes =
  ({ database, publicUrl: base }: Pick<DirectoryDeps, 'database' | 'publicUrl'>): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/auditLogs/directoryAudits',
      {
        schema: {
          tags,
          summary: 'Lists audit entries, newest first',
          querystring: listQuery.pick({ $top: true, $filter: true, $select: true, $skiptoken: true }),
          response: { 200: directoryAuditList },
        },
      },
      async (request) => {
        const query = readObjectQuery(request.query, DIRECTORY_AUDIT_SELECT)
        if (query.order || query.search || query.count)
          throw new Refusal('invalid', 'Audit entries are listed newest first, without $orderby, $search and $count.')
        const { items, ...page } = await listAuditEntries(database.query, request.caller.tenantId, query)
        const value = items.map((entry) => selectFrom(auditView(entry), query.select))
        return listBody({ base, url: request.url, context }, { ...page, items: value }) as never
      },
    )

    app.get(
      '/auditLogs/directoryAudits/:id',
      {
        schema: {
          tags,
          summary: 'Reads an audit entry',
          params: z.object({ id: z.string() }),
          querystring: selectQuery,
          response: { 200: directoryAuditEntity },
        },
      },
      async (request) => {
        const select = readSelectQuery(request.query, DIRECTORY_AUDIT_SELECT)
        const entry = await findAuditEntry(database.query, request.caller.tenantId, request.params.id)
        if (!entry) throw noSuchResource(request.params.id)
        return objectBody({ base, url: request.url, context }, auditView(entry), select) as never
      },
    )
  }
