import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { accessToken, accessTokenCreated, accessTokenNew, accessTokens } from '../../../contract/access-tokens.ts'
import { api } from '../api.ts'

export type AccessTokenView = z.infer<typeof accessToken>
export type AccessTokenCreated = z.infer<typeof accessTokenCreated>

/** One's own tokens. */
export const useAccessTokens = () =>
  useQuery({
    queryKey: ['access-tokens'],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof accessTokens>>('/api/v1/access-tokens', { signal })).accessTokens,
  })

export const createAccessToken = (body: z.input<typeof accessTokenNew>): Promise<AccessTokenCreated> =>
  api<AccessTokenCreated>('/api/v1/access-tokens', { method: 'POST', body })

export const deleteAccessToken = (id: string): Promise<void> =>
  api(`/api/v1/access-tokens/${encodeURIComponent(id)}`, { method: 'DELETE' })

export const refreshAccessTokens = (): Promise<void> => queryClient.invalidateQueries({ queryKey: ['access-tokens'] })
