import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { type AuditLogView, auditLogs, auditLogsQuery } from '../../contract/audit-logs.ts'
import { pageOf } from '../../contract/common.ts'
import { needs } from '../identity/authenticate.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { findAuditEntries, type StoredAuditEntry } from './repository.ts'

/** `/audit-logs`: who did what, newest first. */
export const auditRoutes =
  ({ database }: PortalDeps): FastifyPluginAsyncZod =>
  async (app) => {
    app.get(
      '/audit-logs',
      {
        onRequest: needs('View audit logs'),
        schema: {
          tags: ['Audit logs'],
          summary: 'Who did what',
          querystring: auditLogsQuery,
          response: { 200: auditLogs },
        },
      },
      async ({ actor, query }) => {
        const { page, pageSize, ...search } = query
        const slice = { limit: pageSize, offset: page * pageSize }
        const { entries, total } = await findAuditEntries(database, actor.workspaceId, search, slice)
        return { logs: entries.map(view), ...pageOf(query, total) }
      },
    )
  }

function view({
  time,
  details = {},
  objectId,
  actorIdentifier,
  ipAddress,
  requestId,
  sequence,
  ...entry
}: StoredAuditEntry): AuditLogView {
  return {
    action: entry.action,
    objectType: entry.objectType,
    objectIdentifier: entry.objectIdentifier,
    ...(objectId === undefined ? {} : { objectId }),
    timestamp: time.toISOString(),
    actorType: entry.actorType,
    ...(actorIdentifier === undefined ? {} : { actorIdentifier }),
    ...(ipAddress === undefined ? {} : { ipAddress }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(sequence === undefined ? {} : { sequence }),
    details: { ...details },
  }
}
