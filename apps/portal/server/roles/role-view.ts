import type { Executor } from '@muster/service-kit/database.ts'
import type { Role } from '../../contract/roles.ts'
import { BASIC_ROLE_TEXTS } from './basic-roles.ts'
import { namesOfCustomRoles } from './repository.ts'
import { type RoleKey, readRoleKey } from './role.ts'

/** Turns stored roles into what callers read, names included; one statement for however many. */
export async function roleViewer(
  on: Executor,
  workspaceId: string,
  keys: Iterable<string>,
): Promise<(key: RoleKey) => Role> {
  const names = await namesOfCustomRoles(on, workspaceId, keys)
  return (key) => {
    const role = readRoleKey(key)
    if (role.type === 'BASIC') return { ...role, name: BASIC_ROLE_TEXTS[role.role].name }
    return { ...role, name: names.get(key) ?? role.tag }
  }
}

/** As callers read them, each once. */
export async function viewRoles(on: Executor, workspaceId: string, keys: Iterable<RoleKey>): Promise<Role[]> {
  const unique = [...new Set(keys)].sort()
  return unique.map(await roleViewer(on, workspaceId, unique))
}
