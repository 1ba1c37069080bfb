import { queryClient } from '@muster/console-kit/console-root.tsx'
import type { z } from 'zod'
import type { roleDefinitions } from '../../../contract/roles.ts'
import { api } from '../api.ts'
import { type ApiKeyCreated, createApiKey, readAllKeys, refreshApiKeys } from '../api-keys/api-key-queries.ts'
import { SCIM_PERMISSIONS } from '../permissions.ts'
import type { RoleDefinition } from '../roles/roles-queries.ts'

const NAME = 'SCIM provisioning'
const TAG = 'scim-provisioning'

/** Makes a key that may speak SCIM and nothing else. The role for it is found or made, so that trying again makes no second one. */
export async function makeScimKey(): Promise<ApiKeyCreated> {
  const { roles } = await api<z.infer<typeof roleDefinitions>>('/api/v1/roles')
  const tag = roles.find(isScimRole)?.tag ?? (await makeRole(roles))
  const keys = await readAllKeys()
  const key = await createApiKey({
    name: free(NAME, new Set(keys.map(({ name }) => name)), ' '),
    description: 'Made on the SCIM page for the identity provider.',
    roles: [{ type: 'CUSTOM', tag }],
  })
  await refreshApiKeys()
  return key
}

const isScimRole = ({ type, permissions }: RoleDefinition): boolean =>
  type === 'CUSTOM' &&
  permissions.length === SCIM_PERMISSIONS.length &&
  SCIM_PERMISSIONS.every((permission) => permissions.includes(permission))

async function makeRole(roles: readonly RoleDefinition[]): Promise<string> {
  // A role of that tag with other permissions is somebody's own: it stays as it is.
  const tag = free(TAG, new Set(roles.map((role) => role.tag)), '-')
  const body = {
    name: tag === TAG ? NAME : tag,
    tag,
    description: 'What a directory needs to provision people over SCIM, and nothing else.',
    permissions: SCIM_PERMISSIONS,
  }
  await api('/api/v1/roles', { method: 'POST', body })
  await queryClient.invalidateQueries({ queryKey: ['roles'] })
  return tag
}

/** The name itself, or with the first number that nothing is called yet. */
function free(name: string, taken: ReadonlySet<string | undefined>, joint: string): string {
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}${joint}${number}`)) number += 1
  return `${name}${joint}${number}`
}
