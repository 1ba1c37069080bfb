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

/** Why somebody or a group is in an app's scope: the whole directory is, they are assigned, or one of their groups is. */
export type Reason =
  | { readonly by: 'everyone' }
  | { readonly by: 'themselves' }
  | { readonly by: 'group'; readonly name: string }

/** Whose apps are asked for: a person with their groups, or a group. */
export interface Principal {
  readonly id: string
  readonly groups?: readonly { readonly id: string; readonly displayName: string }[] | undefined
}

/** As many as one filter asks for at once. */
const MOST_GROUPS = 50

/** The first apps that somebody, or a group, is in the scope of. */
export function useAppsOf({ id, groups = [] }: Principal) {
  const { states, error, refetch, isCut } = useAppStates()
  const apps = states ?? []
  const asked = groups.slice(0, MOST_GROUPS)
  const ids = [id, ...asked.map((group) => group.id)]
  const assigned = useQueries({ queries: apps.map(({ app }) => assignedQuery(app.id, ids)) })
  const settings = useQueries({ queries: apps.map(({ app }) => settingsQuery(app.id)) })
  const isKnown =
    states !== undefined && [...assigned, ...settings].every(({ data, error: fault }) => data !== undefined || fault)
  const found = apps.flatMap((state, place): { readonly state: AppState; readonly reason: Reason }[] => {
    const has = (one: string) => assigned[place]?.data?.has(one) ?? false
    const group = asked.find((one) => has(one.id))
    if (isConnected(state.job) && settings[place]?.data?.syncAll) return [{ state, reason: { by: 'everyone' } }]
    if (has(id)) return [{ state, reason: { by: 'themselves' } }]
    return group ? [{ state, reason: { by: 'group', name: group.displayName } }] : []
  })
  return {
    data: isKnown ? found : undefined,
    error: error ?? assigned.find(({ error: fault }) => fault)?.error ?? null,
    refetch,
    isCut: isCut || groups.length > MOST_GROUPS,
  }
}
