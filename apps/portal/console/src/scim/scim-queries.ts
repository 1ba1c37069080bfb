import { queryClient } from '@muster/console-kit/console-root.tsx'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { scimSettings, scimSettingsChange } from '../../../contract/settings.ts'
import type { users } from '../../../contract/users.ts'
import { api } from '../api.ts'
import { type ApiKeyView, readAllKeys, useRoleDefinitions } from '../api-keys/api-key-queries.ts'
import { useMe } from '../me.tsx'
import { PERMISSION, SCIM_PERMISSIONS } from '../permissions.ts'
import type { RoleDefinition } from '../roles/roles-queries.ts'

export type ScimSettings = z.infer<typeof scimSettings>

/** How often the page looks for news of the connection, in ms. */
const LOOK_MS = 15_000

const SETTINGS = ['settings', 'scim']

export const useScimSettings = (isAllowed = true) =>
  useQuery({
    queryKey: SETTINGS,
    queryFn: ({ signal }) => api<ScimSettings>('/api/v1/settings/scim', { signal }),
    enabled: isAllowed,
  })

/** Changes some of the switches; the server's answer is what the page shows then. */
export const useChangeScimSettings = () =>
  useMutation({
    mutationFn: (change: z.infer<typeof scimSettingsChange>) =>
      api<ScimSettings>('/api/v1/settings/scim', { method: 'PATCH', body: change }),
    onSuccess: (now) => queryClient.setQueryData(SETTINGS, now),
  })

/** Whether a key holds all that `/scim/v2` asks for. */
const speaksScim = (key: ApiKeyView, roles: readonly RoleDefinition[]): boolean => {
  const held = new Set(permissionsOf(key, roles))
  return SCIM_PERMISSIONS.every((permission) => held.has(permission))
}

/** Whether it holds more than that. */
const isBroad = (key: ApiKeyView, roles: readonly RoleDefinition[]): boolean =>
  permissionsOf(key, roles).some((permission) => !SCIM_PERMISSIONS.includes(permission))

const permissionsOf = (key: ApiKeyView, roles: readonly RoleDefinition[]): readonly string[] =>
  key.roles.flatMap(
    (held) =>
      roles.find((role) =>
        held.type === 'CUSTOM' ? role.type === 'CUSTOM' && role.tag === held.tag : role.role === held.role,
      )?.permissions ?? [],
  )

export interface ScimKey extends ApiKeyView {
  /** It may do more than SCIM needs. */
  readonly isBroad: boolean
}

/** The keys that a directory can speak with, the one that was used last in front. Needs “Edit API keys” and “View Roles”. */
export function useScimKeys() {
  const me = useMe()
  const isAllowed = me.may(PERMISSION.editApiKeys) && me.may(PERMISSION.viewRoles)
  const roles = useRoleDefinitions(isAllowed)
  const keys = useQuery({
    queryKey: ['api-keys', 'all'],
    queryFn: ({ signal }) => readAllKeys(signal),
    enabled: isAllowed,
    refetchInterval: LOOK_MS,
  })
  const found =
    keys.data && roles.data
      ? keys.data
          .filter((key) => speaksScim(key, roles.data))
          .map((key): ScimKey => ({ ...key, isBroad: isBroad(key, roles.data) }))
          .sort((one, other) => (other.lastUsedDate ?? '').localeCompare(one.lastUsedDate ?? ''))
      : undefined
  return {
    isAllowed,
    keys: found,
    roles: roles.data,
    error: keys.error ?? roles.error,
    refetch: () => Promise.all([keys.refetch(), roles.refetch()]),
  }
}

/**
 * The last call of the identity provider, as far as the API tells: the last use of a key that can do nothing but SCIM.
 * A key that can do more may have been used for anything; it counts only when people have come by SCIM and no key of
 * the first kind was ever used.
 */
export function useLastScimCall() {
  const { isAllowed, keys, error } = useScimKeys()
  const people = useCountOfPeople('source=SCIM').data
  const used = keys?.filter(({ lastUsedDate }) => lastUsedDate !== undefined)
  const key = used?.find((one) => !one.isBroad) ?? ((people ?? 0) > 0 ? used?.[0] : undefined)
  return { isAllowed, isKnown: keys !== undefined, hasKey: (keys?.length ?? 0) > 0, key, people, error }
}

/** How many people there are of some kind: `source=SCIM`, `status=DEACTIVATED`. Needs “View Roles”. */
export function useCountOfPeople(filter: string) {
  const isAllowed = useMe().may(PERMISSION.viewRoles)
  return useQuery({
    queryKey: ['users', 'count', filter],
    queryFn: async ({ signal }) =>
      (await api<z.infer<typeof users>>(`/api/v1/users?pageSize=1&${filter}`, { signal })).total,
    enabled: isAllowed,
    refetchInterval: LOOK_MS,
  })
}
