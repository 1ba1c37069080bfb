import { type BasicRole, isBasicRole } from './basic-roles.ts'

/** A role as grants name it: one of the four built-in ones, or a workspace's own by its tag. */
export type RoleRef =
  | { readonly type: 'BASIC'; readonly role: BasicRole }
  | { readonly type: 'CUSTOM'; readonly tag: string }

/** A role as rows hold it: `BASIC:ADMIN`, `CUSTOM:my-role`. */
export type RoleKey = `BASIC:${BasicRole}` | `CUSTOM:${string}`

/** Why someone holds a role: at provisioning, by a mapping of the provider's values, by an admin, at installation. */
export type GrantSource = 'DEFAULT' | 'MAPPING' | 'ADMIN' | 'BOOTSTRAP'

export const roleKey = (ref: RoleRef): RoleKey => (ref.type === 'BASIC' ? `BASIC:${ref.role}` : `CUSTOM:${ref.tag}`)

/**
 * Reads a stored role.
 *
 * @throws when it is none: a fault of ours, rows hold nothing else.
 */
export function readRoleKey(key: string): RoleRef {
  const [type, rest = ''] = [key.slice(0, key.indexOf(':')), key.slice(key.indexOf(':') + 1)]
  if (type === 'BASIC' && isBasicRole(rest)) return { type, role: rest }
  if (type === 'CUSTOM' && rest !== '') return { type, tag: rest }
  throw new Error(`${JSON.stringify(key)} is no role`)
}

/** The tags among `keys`, each once and in order: the order in which their rows are locked. */
export function customTags(keys: Iterable<string>): string[] {
  const tags = [...keys].filter((key) => key.startsWith('CUSTOM:')).map((key) => key.slice('CUSTOM:'.length))
  return [...new Set(tags)].sort()
}
