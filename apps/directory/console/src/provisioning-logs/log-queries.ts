import { queryOptions } from '@tanstack/react-query'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { type GraphList, graph, quoted } from '../api.ts'

export const LOGS_A_PAGE = 50

/** What of the log is asked for. Days are the reader's, `YYYY-MM-DD`. */
export interface LogsAsked {
  readonly appId?: string | undefined
  readonly cycleId?: string | undefined
  readonly status?: string | undefined
  readonly action?: string | undefined
  /** A part of a name, or an object id. */
  readonly identity: string
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly after?: string | undefined
}

const PATH = '/v1.0/auditLogs/provisioning'
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const logsQuery = (asked: LogsAsked) =>
  queryOptions({
    queryKey: ['logs', asked],
    queryFn: ({ signal }) => {
      const filter = filterOf(asked)
      const query = [`$top=${LOGS_A_PAGE}`]
      if (filter) query.push(`$filter=${encodeURIComponent(filter)}`)
      if (asked.after) query.push(`$skiptoken=${encodeURIComponent(asked.after)}`)
      return graph<GraphList<ProvisioningLogView>>(`${PATH}?${query.join('&')}`, { signal })
    },
  })

/** One entry, for an address that was sent to somebody. */
export const logQuery = (id: string) =>
  queryOptions({
    queryKey: ['log', id],
    queryFn: async ({ signal }) => {
      const filter = encodeURIComponent(`id eq ${quoted(id)}`)
      return (await graph<GraphList<ProvisioningLogView>>(`${PATH}?$filter=${filter}`, { signal })).value[0] ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
  })

function filterOf({ appId, cycleId, status, action, identity, from, to }: LogsAsked): string {
  const since = from && startOf(from, 0)
  const until = to && startOf(to, 1)
  return [
    appId && `servicePrincipal/id eq ${quoted(appId)}`,
    cycleId && `cycleId eq ${quoted(cycleId)}`,
    status && `provisioningStatusInfo/status eq ${quoted(status)}`,
    action && `provisioningAction eq ${quoted(action)}`,
    since && `activityDateTime ge ${since}`,
    until && `activityDateTime lt ${until}`,
    identity && identityFilter(identity),
  ]
    .filter(Boolean)
    .join(' and ')
}

/** Names are compared letter case and all, as Graph does: so the usual ways to write one are all asked for. */
function identityFilter(identity: string): string {
  if (GUID.test(identity))
    return `(sourceIdentity/id eq ${quoted(identity)} or targetIdentity/id eq ${quoted(identity)})`
  const capital = identity.toLowerCase().replaceAll(/(^|[\s-])(\p{L})/gu, (found) => found.toUpperCase())
  const ways = new Set([identity, identity.toLowerCase(), capital])
  return `(${[...ways].map((way) => `contains(sourceIdentity/displayName,${quoted(way)})`).join(' or ')})`
}

/** When a day of the reader's begins, some days later, as UTC. */
function startOf(day: string, later: number): string | undefined {
  const [year = Number.NaN, month = Number.NaN, date = Number.NaN] = day.split('-').map(Number)
  const begins = new Date(year, month - 1, date + later)
  return Number.isNaN(begins.getTime()) ? undefined : begins.toISOString()
}
