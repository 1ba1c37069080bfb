import { queryClient } from '@muster/console-kit/console-root.tsx'
import { queryOptions } from '@tanstack/react-query'
import type { JobView } from '../../../contract/synchronization.ts'
import { type GraphList, graph } from '../api.ts'
import { appApi } from '../apps/app-queries.ts'

/** What stands for a token that is kept and never shown; sent back, it leaves the kept one as it is. */
export const KEPT = '*'

export const synchronizationApi = (appId: string): string => `${appApi(appId)}/synchronization`
export const jobApi = (appId: string, jobId: string): string =>
  `${synchronizationApi(appId)}/jobs/${encodeURIComponent(jobId)}`

/** The app's one job; null when there is none yet. */
export const jobQuery = (appId: string) =>
  queryOptions({
    queryKey: ['job', appId],
    queryFn: async ({ signal }): Promise<JobView | null> =>
      (await graph<GraphList<JobView>>(`${synchronizationApi(appId)}/jobs`, { signal })).value[0] ?? null,
  })

/** Whether somebody has connected the app: a job with an address and a token. */
export const isConnected = (job: JobView | null | undefined): job is JobView =>
  job != null && job.status.code !== 'NotConfigured'

/** Credentials and settings, the token as {@link KEPT}. */
export interface Settings {
  readonly tenantUrl: string
  readonly hasToken: boolean
  /** The scope: everyone, or only who is assigned. */
  readonly syncAll: boolean
}

export async function readSettings(appId: string, signal?: AbortSignal): Promise<Settings> {
  const { value } = await graph<GraphList<{ readonly key: string; readonly value: string }>>(
    `${synchronizationApi(appId)}/secrets`,
    signal ? { signal } : {},
  )
  const read = new Map(value.map(({ key, value: text }) => [key, text]))
  return {
    tenantUrl: read.get('BaseAddress') ?? '',
    hasToken: read.has('SecretToken'),
    syncAll: read.get('SyncAll')?.toLowerCase() === 'true',
  }
}

export const settingsQuery = (appId: string) =>
  queryOptions({ queryKey: ['provisioning-settings', appId], queryFn: ({ signal }) => readSettings(appId, signal) })

/** Changes what is given and nothing else. */
export async function saveSettings(
  appId: string,
  { tenantUrl, token, syncAll }: { readonly tenantUrl?: string; readonly token?: string; readonly syncAll?: boolean },
): Promise<void> {
  const value = [
    ...(tenantUrl === undefined ? [] : [{ key: 'BaseAddress', value: tenantUrl }]),
    ...(token === undefined ? [] : [{ key: 'SecretToken', value: token }]),
    ...(syncAll === undefined ? [] : [{ key: 'SyncAll', value: String(syncAll) }]),
  ]
  if (value.length > 0) await graph(`${synchronizationApi(appId)}/secrets`, { method: 'PUT', body: { value } })
}

/** Makes the job unless an earlier try made it already. */
export async function ensureJob(appId: string): Promise<void> {
  const { value } = await graph<GraphList<JobView>>(`${synchronizationApi(appId)}/jobs`)
  if (value.length === 0)
    await graph(`${synchronizationApi(appId)}/jobs`, { method: 'POST', body: { templateId: 'scim' } })
}

/** Test connection: done when it would work; what it throws says why it wouldn't. An empty token means the kept one. */
export const testConnection = (appId: string, tenantUrl: string, token: string): Promise<unknown> =>
  graph(`${synchronizationApi(appId)}/jobs/validateCredentials`, {
    method: 'POST',
    body: {
      useSavedCredentials: false,
      templateId: 'scim',
      credentials: [
        { key: 'BaseAddress', value: tenantUrl },
        { key: 'SecretToken', value: token || KEPT },
      ],
    },
  })

/** Start, pause, runNow, restart: what the toolbar does. */
export const controlJob = (
  appId: string,
  jobId: string,
  verb: 'start' | 'pause' | 'runNow' | 'restart',
): Promise<unknown> =>
  graph(`${jobApi(appId, jobId)}/${verb}`, { method: 'POST', ...(verb === 'restart' ? { body: {} } : {}) })

export const changeInterval = (appId: string, jobId: string, interval: string): Promise<unknown> =>
  graph(jobApi(appId, jobId), { method: 'PATCH', body: { schedule: { interval } } })

/** Reads again what a change of provisioning touches. */
export const provisioningChanged = (appId: string): Promise<unknown> =>
  Promise.all([
    queryClient.invalidateQueries({ queryKey: ['job', appId] }),
    queryClient.invalidateQueries({ queryKey: ['provisioning-settings', appId] }),
  ])
