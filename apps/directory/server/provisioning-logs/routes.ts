import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { provisioningLogList } from '../../contract/provisioning-log.ts'
import { requireRight } from '../graph/caller.ts'
import type { Comparison } from '../graph/filter.ts'
import { listBody, listQuery, readListQuery, toPage } from '../graph/odata.ts'
import type { ProvisioningRouteDeps } from '../provisioning/deps.ts'
import { type LogCondition, readLog } from './repository.ts'
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
          querystring: listQuery.pick({ $top: true, $filter: true, $skiptoken: true }),
          response: { 200: provisioningLogList },
        },
      },
      async (request) => {
        requireRight(request.caller, 'logs.read')
        const { tenantId } = request.caller
        const { top, filter, after } = readListQuery(request.query, [])
        const rows = await readLog(
          deps.database,
          tenantId,
          filter.map(toCondition),
          after && readCursor(after),
          top + 1,
        )
        const page = toPage(rows, top, (row) => [row.time.toISOString(), row.id])
        const body = listBody(
          { base: deps.publicUrl, url: request.url, context: 'auditLogs/provisioning' },
          { ...page, items: page.items.map((row) => logView(tenantId, row)) },
        )
        return body as never
      },
    )
  }

function readCursor([time = '', id = '']: readonly string[]): { readonly time: Date; readonly id: string } {
  const read = new Date(time)
  if (Number.isNaN(read.getTime()) || !isUuid(id))
    throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
  return { time: read, id }
}

/** Graph's properties that can be compared for equality, and the columns they are kept in. */
const EQUAL: Readonly<Record<string, LogCondition['column']>> = {
  id: 'id',
  jobId: 'jobId',
  cycleId: 'cycleId',
  changeId: 'changeId',
  'servicePrincipal/id': 'servicePrincipalId',
  'sourceIdentity/id': 'sourceId',
  'sourceIdentity/displayName': 'sourceName',
  'targetIdentity/id': 'targetId',
  provisioningAction: 'action',
  'provisioningStatusInfo/status': 'status',
}
const UUIDS: ReadonlySet<string> = new Set(['id', 'cycleId', 'changeId', 'servicePrincipalId'])
const ORDER = { eq: '=', lt: '<', le: '<=', gt: '>', ge: '>=' } as const
/** Nobody's id: what an id that is none is compared with. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** A filter that isn't understood is refused, never answered unfiltered. */
function toCondition({ property, operator, value }: Comparison): LogCondition {
  if (typeof value === 'string') {
    if (property === 'activityDateTime' && operator in ORDER) {
      const time = new Date(value)
      if (Number.isNaN(time.getTime()))
        throw new Refusal('invalid', `Invalid filter clause: '${value.slice(0, 60)}' is no time.`)
      return { column: 'time', operator: ORDER[operator as keyof typeof ORDER], value: time }
    }
    const column = Object.hasOwn(EQUAL, property) ? EQUAL[property] : undefined
    if (operator === 'eq' && column)
      return { column, operator: '=', value: UUIDS.has(column) && !isUuid(value) ? NOBODY : value }
  }
  throw new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property.slice(0, 60)}' of resource 'ProvisioningObjectSummary'.`,
  )
}
