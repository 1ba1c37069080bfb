import type { Me } from '../me.tsx'
import { roleName } from '../roles/role-names.ts'
import type { RoleDefinition } from './api-key-queries.ts'

/** Stands for a built-in role or a custom one in lists of choices, as in the API's own filter. */
const choiceOf = ({ type, role, tag }: Pick<RoleDefinition, 'type' | 'role' | 'tag'>): string =>
  `${type}:${type === 'CUSTOM' ? tag : role}`

/** A chosen value as the API takes it. */
export function roleOf(value: string): { type: 'CUSTOM'; tag: string } | { type: 'BASIC'; role: BasicRole } {
  const name = value.slice(value.indexOf(':') + 1)
  return value.startsWith('CUSTOM:') ? { type: 'CUSTOM', tag: name } : { type: 'BASIC', role: name as BasicRole }
}

type BasicRole = 'VIEWER' | 'USER' | 'MANAGER' | 'ADMIN'
const BASIC: readonly BasicRole[] = ['VIEWER', 'USER', 'MANAGER', 'ADMIN']

/** The choices for a field that gives roles. Nobody gives what they don't hold: such roles stand there, but can't be chosen. */
export function roleChoices(me: Me, roles: readonly RoleDefinition[] | undefined) {
  const known =
    roles ?? BASIC.map((role): RoleDefinition => ({ type: 'BASIC', role, name: '', description: '', permissions: [] }))
  const held = new Set(me.permissions)
  const items = (type: RoleDefinition['type']) =>
    known
      .filter((role) => role.type === type)
      .map((role) => {
        const isBeyond = role.permissions.some((permission) => !held.has(permission))
        const label = roleName({ ...role, role: role.role ?? '', tag: role.tag ?? '' })
        return {
          value: choiceOf(role),
          label: isBeyond ? `${label} (holds more than you do)` : label,
          disabled: isBeyond,
        }
      })
  return [
    { group: 'Built-in', items: items('BASIC') },
    { group: 'Custom', items: items('CUSTOM') },
  ].filter((group) => group.items.length > 0)
}
