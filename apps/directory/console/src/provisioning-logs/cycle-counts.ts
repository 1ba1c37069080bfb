import { queryOptions } from '@tanstack/react-query'
import type { ExecutionView } from '../../../contract/synchronization.ts'
import { type GraphList, graph, quoted } from '../api.ts'

/** What can become of an object, and how the logs are asked for it. */
export const OUTCOMES = [
  { name: 'failed', word: 'Failed', query: 'status=failure' },
  { name: 'created', word: 'Created', query: 'status=success&action=create' },
  { name: 'updated', word: 'Updated', query: 'status=success&action=update' },
  { name: 'disabled', word: 'Disabled', query: 'status=success&action=disable' },
  { name: 'deleted', word: 'Deleted', query: 'status=success&action=delete' },
  { name: 'skipped', word: 'Skipped', query: 'status=skipped' },
] as const

export type CycleCounts = Readonly<Record<(typeof OUTCOMES)[number]['name'], number>>

/** How many of each a cycle that has ended brought. It never changes again. */
export const cycleCountsQuery = (jobId: string, { activityIdentifier, timeBegan }: ExecutionView) =>
  queryOptions({
    queryKey: ['cycle-counts', activityIdentifier],
    queryFn: async ({ signal }) => {
      // The job and the time narrow what the server has to look at to this cycle's rows.
      const cycle = `jobId eq ${quoted(jobId)} and activityDateTime ge ${timeBegan} and cycleId eq ${quoted(activityIdentifier)}`
      const counts = OUTCOMES.map(async ({ name, query }) => {
        const asked = new URLSearchParams(query)
        const action = asked.get('action')
        const filter = [
          cycle,
          `provisioningStatusInfo/status eq ${quoted(asked.get('status') ?? '')}`,
          ...(action ? [`provisioningAction eq ${quoted(action)}`] : []),
        ].join(' and ')
        const list = await graph<GraphList<unknown>>(
          `/v1.0/auditLogs/provisioning?$top=1&$count=true&$filter=${encodeURIComponent(filter)}`,
          { signal },
        )
        return [name, list['@odata.count'] ?? list.value.length] as const
      })
      return Object.fromEntries(await Promise.all(counts)) as CycleCounts
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
