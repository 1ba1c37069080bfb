import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { permission, permissionsAnswer } from '../../../contract/roles.ts'
import { api } from '../api.ts'

type Permission = z.infer<typeof permission>

/** Permissions about one thing, in the order that the API lists them. */
export interface PermissionGroup {
  readonly name: string
  readonly permissions: readonly Permission[]
}

const grouped = ({ permissions }: z.infer<typeof permissionsAnswer>): readonly PermissionGroup[] =>
  [...Map.groupBy(permissions, ({ group }) => group)].map(([name, own]) => ({ name, permissions: own }))

/** Everything that a role can allow, by group. It changes with the portal's version alone. */
export const usePermissionGroups = () =>
  useQuery({
    queryKey: ['permissions'],
    queryFn: ({ signal }) => api<z.infer<typeof permissionsAnswer>>('/api/v1/permissions', { signal }),
    select: grouped,
    staleTime: Number.POSITIVE_INFINITY,
  })
