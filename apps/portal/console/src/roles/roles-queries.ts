import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { roleChange, roleDefinition, roleDefinitions, roleDetail, roleNew } from '../../../contract/roles.ts'
import { api } from '../api.ts'

export type RoleDefinition = z.infer<typeof roleDefinition>
/** A custom role and what holds it. */
export type RoleDetail = z.infer<typeof roleDetail>

/** Every role with what it allows: the built-in ones first, then custom ones by name. */
export const useRoles = () =>
  useQuery({
    queryKey: ['roles', 'definitions'],
    queryFn: async ({ signal }) => (await api<z.infer<typeof roleDefinitions>>('/api/v1/roles', { signal })).roles,
  })

const pathOfRole = (tag: string): string => `/api/v1/roles/${encodeURIComponent(tag)}`

export const readRole = (tag: string, signal?: AbortSignal): Promise<RoleDetail> =>
  api<RoleDetail>(pathOfRole(tag), signal ? { signal } : {})

/** A custom role by its tag. */
export const useRole = (tag: string) =>
  useQuery({ queryKey: ['roles', 'custom', tag], queryFn: ({ signal }) => readRole(tag, signal) })

export const refreshRole = (tag: string): Promise<void> =>
  queryClient.invalidateQueries({ queryKey: ['roles', 'custom', tag] })

export const createRole = (body: z.input<typeof roleNew>): Promise<RoleDefinition> =>
  api<RoleDefinition>('/api/v1/roles', { method: 'POST', body })

export const changeRole = (tag: string, body: z.input<typeof roleChange>): Promise<RoleDefinition> =>
  api<RoleDefinition>(pathOfRole(tag), { method: 'PUT', body })

export const deleteRole = (tag: string): Promise<void> => api<void>(pathOfRole(tag), { method: 'DELETE' })

/** After a role was made, changed or deleted: lists, and what people may do by it, are read again. */
export const refreshRoles = (): Promise<unknown> =>
  Promise.all(['roles', 'users', 'me'].map((first) => queryClient.invalidateQueries({ queryKey: [first] })))
