import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import type { JobView } from '../../../contract/synchronization.ts'
import { APPS_A_PAGE, appsQuery, type EnterpriseApp } from '../apps/app-queries.ts'
import { assignedQuery } from '../apps/assignment-queries.ts'
import { isConnected, jobQuery, settingsQuery } from '../provisioning/provisioning-queries.ts'

/** An app and its provisioning; `job` is undefined while it is not known, null when there is none. */
export interface AppState {
  readonly app: EnterpriseApp
  readonly job: JobView | null | undefined
}

const FIRST_APPS = { search: '', sort: 'displayName', after: undefined }

/** The first apps of the directory: as many as one page has, by name. */
export const firstAppsQuery = queryOptions({ ...appsQuery(FIRST_APPS), staleTime: 15_000 })

/** The first apps and the state of their provisioning. */
export function useAppStates(refetchInterval: number | false = false) {
  const list = useQuery({ ...firstAppsQuery, refetchInterval })
  const apps = list.data?.value
  const jobs = useQueries({ queries: (apps ?? []).map(({ id }) => ({ ...jobQuery(id), refetchInterval })) })
  return {
    states: apps?.map((app, place): AppState => ({ app, job: jobs[place]?.data })),
    error: list.error ?? jobs.find(({ error }) => error)?.error ?? null,
    refetch: list.refetch,
    /** How many there are in all, if there are more than were read. */
    total: list.data?.['@odata.count'] ?? 0,
    isCut: (list.data?.['@odata.count'] ?? 0) > APPS_A_PAGE,
  }
}

/** Whether changes of people reach the app without anybody's doing: its provisioning is started. */
export const isStarted = ({ job }: AppState): boolean => isConnected(job) && job.schedule.state === 'Active'

/** Why somebody or a group is in an app's scope; undefined when they aren't, or while it is not known. */
export type Reason = 'everyone' | 'assigned'

/** The first apps that somebody, or a group, is in the scope of. */
export function useAppsOf(id: string) {
  const { states, error, refetch, isCut } = useAppStates()
  const apps = states ?? []
  const assigned = useQueries({ queries: apps.map(({ app }) => assignedQuery(app.id, [id])) })
  const settings = useQueries({ queries: apps.map(({ app }) => settingsQuery(app.id)) })
  const isKnown =
    states !== undefined && [...assigned, ...settings].every(({ data, error: fault }) => data !== undefined || fault)
  const reasons = apps.map((state, place): { state: AppState; reason: Reason } | undefined => {
    if (assigned[place]?.data?.has(id)) return { state, reason: 'assigned' }
    if (isConnected(state.job) && settings[place]?.data?.syncAll) return { state, reason: 'everyone' }
    return undefined
  })
  return {
    data: isKnown ? reasons.filter((one) => one !== undefined) : undefined,
    error: error ?? assigned.find(({ error: fault }) => fault)?.error ?? null,
    refetch,
    isCut,
  }
}
