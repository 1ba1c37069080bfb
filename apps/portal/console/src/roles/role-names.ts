import type { z } from 'zod'
import type { role } from '../../../contract/roles.ts'

export type Role = z.infer<typeof role>

const BASIC: Readonly<Record<string, string>> = { VIEWER: 'Viewer', USER: 'User', MANAGER: 'Manager', ADMIN: 'Admin' }

/** What people call a role. */
export const roleName = (role: {
  readonly type: string
  readonly role?: string | undefined
  readonly name?: string | undefined
  readonly tag?: string | undefined
}): string => (role.type === 'CUSTOM' ? (role.name ?? role.tag ?? '') : (BASIC[role.role ?? ''] ?? role.role ?? ''))

/** A role in one word, for lists of choices: `ADMIN`, `CUSTOM:my-role`. */
export const roleValue = (role: Role): string => (role.type === 'CUSTOM' ? `CUSTOM:${role.tag}` : role.role)
