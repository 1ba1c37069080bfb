import type { Me } from '../me.tsx'
import { definitionValue } from '../roles/role-choices.ts'
import { roleName } from '../roles/role-names.ts'
import type { RoleDefinition } from '../roles/roles-queries.ts'

const BASIC = ['VIEWER', 'USER', 'MANAGER', 'ADMIN'] as const

/**
 * The choices for a field that gives roles: the built-in ones alone for somebody who may not read the others. Nobody
 * gives what they don't hold, so such roles stand there but can't be chosen.
 */
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
          value: definitionValue(role),
          label: isBeyond ? `${label} (holds more than you do)` : label,
          disabled: isBeyond,
        }
      })
  return [
    { group: 'Built-in', items: items('BASIC') },
    { group: 'Custom', items: items('CUSTOM') },
  ].filter((group) => group.items.length > 0)
}
