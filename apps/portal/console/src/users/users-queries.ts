import { queryClient } from '@muster/console-kit/console-root.tsx'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { rolesAnswer } from '../../../contract/roles.ts'
import type { defaultRole } from '../../../contract/settings.ts'
import type { deprovisionings, UserView, userDetail, userNew, userPermissions, users } from '../../../contract/users.ts'
import { api } from '../api.ts'
import { roleOfValue } from '../roles/role-choices.ts'
import type { Role } from '../roles/role-names.ts'

export type { UserView }
export type UserDetail = z.infer<typeof userDetail>
export type HeldPermission = z.infer<typeof userPermissions>['permissions'][number]
export type Deprovisioning = z.infer<typeof deprovisionings>['deprovisionings'][number]

const pathOf = (id: string): string => `/api/v1/users/${encodeURIComponent(id)}`

/** One page of people, as the address of the list asks for it. */
export const useUsers = (params: URLSearchParams) =>
  useQuery({
    queryKey: ['users', 'list', params.toString()],
    queryFn: ({ signal }) => api<z.infer<typeof users>>(`/api/v1/users?${params}`, { signal }),
    placeholderData: keepPreviousData,
  })

/** Somebody with their tokens and sessions. */
export const useUser = (id: string) =>
  useQuery({ queryKey: ['users', id], queryFn: ({ signal }) => api<UserDetail>(pathOf(id), { signal }) })

/** What somebody may do, and by which roles and teams. */
export const useHeldPermissions = (id: string) =>
  useQuery({
    queryKey: ['users', id, 'permissions'],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof userPermissions>>(`${pathOf(id)}/permissions`, { signal })).permissions,
  })

/** What was taken from somebody, the latest first. */
export const useDeprovisionings = (id: string) =>
  useQuery({
    queryKey: ['users', id, 'deprovisionings'],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof deprovisionings>>(`${pathOf(id)}/deprovisionings`, { signal })).deprovisionings,
  })

/** The role that newcomers get. */
export const useDefaultRole = () => useQuery({ queryKey: ['default-role'], queryFn: readDefaultRole })

export const readDefaultRole = async (): Promise<Role> =>
  (await api<z.infer<typeof defaultRole>>('/api/v1/settings/default-role')).role

export const chooseDefaultRole = async (value: string): Promise<Role> =>
  (
    await api<z.infer<typeof defaultRole>>('/api/v1/settings/default-role', {
      method: 'PUT',
      body: { role: roleOfValue(value) },
    })
  ).role

export const readUserRoles = async (id: string): Promise<readonly Role[]> =>
  (await api<z.infer<typeof rolesAnswer>>(`${pathOf(id)}/roles`)).roles

export const replaceUserRoles = (id: string, values: readonly string[]): Promise<unknown> =>
  api(`${pathOf(id)}/roles`, { method: 'PUT', body: { roles: values.map(roleOfValue) } })

export const removeUser = (id: string): Promise<void> => api<void>(pathOf(id), { method: 'DELETE' })

export const addUser = (body: z.input<typeof userNew>): Promise<UserView> =>
  api<UserView>('/api/v1/users', { method: 'POST', body })

export const endSession = (id: string): Promise<void> =>
  api<void>(`/api/v1/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' })

/** After something about somebody changed: whatever shows people is read again, and what the reader may do themselves. */
export const refreshUsers = (): Promise<unknown> =>
  Promise.all(['users', 'roles', 'me'].map((first) => queryClient.invalidateQueries({ queryKey: [first] })))

/** Everything about one person is read again. */
export const refreshUser = (id: string): Promise<unknown> => queryClient.invalidateQueries({ queryKey: ['users', id] })
