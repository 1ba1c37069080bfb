import { type Role, roleName, roleValue } from './role-names.ts'
import type { RoleDefinition } from './roles-queries.ts'

type RoleIn = { type: 'CUSTOM'; tag: string } | { type: 'BASIC'; role: 'VIEWER' | 'USER' | 'MANAGER' | 'ADMIN' }

/** A chosen value as the API takes it: the other direction of `roleValue`. */
export const roleOfValue = (value: string): RoleIn =>
  value.startsWith('CUSTOM:')
    ? { type: 'CUSTOM', tag: value.slice('CUSTOM:'.length) }
    : { type: 'BASIC', role: value as 'VIEWER' | 'USER' | 'MANAGER' | 'ADMIN' }

/** A definition in the words that lists of choices use: `ADMIN`, `CUSTOM:my-role`. */
export const definitionValue = ({ type, role, tag }: RoleDefinition): string =>
  type === 'CUSTOM' ? `CUSTOM:${tag}` : (role ?? '')

interface Choice {
  readonly value: string
  readonly label: string
}

/** Roles to choose from, built-in ones apart from custom ones. `held` are there even before the list has come. */
export function roleChoices(
  roles: readonly RoleDefinition[] | undefined,
  held: readonly Role[] = [],
): { group: string; items: Choice[] }[] {
  if (roles === undefined)
    return [{ group: 'Roles', items: held.map((role) => ({ value: roleValue(role), label: roleName(role) })) }]
  const items = (type: RoleDefinition['type']) =>
    roles
      .filter((role) => role.type === type)
      .map((role): Choice => ({ value: definitionValue(role), label: role.name }))
  return [
    { group: 'Built-in', items: items('BASIC') },
    { group: 'Custom', items: items('CUSTOM') },
  ].filter((group) => group.items.length > 0)
}

/** What `open` says in the address of the roles page while a role is being made. */
export const NEW_ROLE = 'new'

const RESERVED = [NEW_ROLE, 'VIEWER', 'USER', 'MANAGER', 'ADMIN']

/** A role in the address of the roles page: a built-in one's name, a custom one's tag where the two can't be mixed up. */
export const roleAddress = (role: RoleDefinition): string =>
  role.tag !== undefined && !RESERVED.includes(role.tag) ? role.tag : definitionValue(role)

/** The other direction: a custom role's tag, or nothing for a built-in role. */
export const tagOfAddress = (address: string): string | undefined => {
  if (address.startsWith('CUSTOM:')) return address.slice('CUSTOM:'.length)
  return RESERVED.includes(address) ? undefined : address
}
