import { queryClient } from '@muster/console-kit/console-root.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { apiKey, apiKeyCreated, apiKeyNew, apiKeys } from '../../../contract/api-keys.ts'
import type { roleDefinitions } from '../../../contract/roles.ts'
import { api } from '../api.ts'

export type ApiKeyView = z.infer<typeof apiKey>
export type ApiKeyCreated = z.infer<typeof apiKeyCreated>
type Page = z.infer<typeof apiKeys>

/** One page of keys, newest first. */
export const useApiKeys = (page: number, pageSize: number) =>
  useQuery({
    queryKey: ['api-keys', page, pageSize],
    queryFn: ({ signal }) => api<Page>(`/api/v1/auth/key?page=${page}&pageSize=${pageSize}`, { signal }),
    placeholderData: keepPreviousData,
  })

export const pathOfKey = (cid: string): string => `/api/v1/auth/key/${encodeURIComponent(cid)}`

/** A key by its id, also when it stands on another page of the list. */
export const useApiKey = (cid: string) =>
  useQuery({
    queryKey: ['api-keys', cid],
    queryFn: ({ signal }) => api<ApiKeyView>(pathOfKey(cid), { signal }),
  })

export const readApiKey = (cid: string): Promise<ApiKeyView> => api<ApiKeyView>(pathOfKey(cid))

export const createApiKey = (body: z.input<typeof apiKeyNew>): Promise<ApiKeyCreated> =>
  api<ApiKeyCreated>('/api/v1/auth/key', { method: 'POST', body })

export const refreshApiKeys = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['api-keys'] })

/** Most that the API hands out at once. */
const MOST = 1000

/** Every key of the workspace, for what is asked of all of them. */
export async function readAllKeys(signal?: AbortSignal): Promise<readonly ApiKeyView[]> {
  const keys: ApiKeyView[] = []
  for (let page = 0; ; page += 1) {
    const found = await api<Page>(`/api/v1/auth/key?page=${page}&pageSize=${MOST}`, signal ? { signal } : {})
    keys.push(...found.apiKeys)
    if (page + 1 >= found.totalPages) return keys
  }
}

/** Every role with what it allows. Only for those who hold “View Roles”. */
export const useRoleDefinitions = (isAllowed: boolean) =>
  useQuery({
    queryKey: ['roles', 'definitions'],
    queryFn: async ({ signal }) => (await api<z.infer<typeof roleDefinitions>>('/api/v1/roles', { signal })).roles,
    enabled: isAllowed,
  })
