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
  readonly disabled?: boolean
}

const BASIC = ['VIEWER', 'USER', 'MANAGER', 'ADMIN'] as const
const BUILT_IN = BASIC.map(
  (role): RoleDefinition => ({ type: 'BASIC', role, name: '', description: '', permissions: [] }),
)

/**
 * Roles to choose from, built-in ones apart from custom ones; the built-in ones alone for somebody who may not read the
 * others. `held` are there even before the list has come. Nobody gives what they don't hold: of what is beyond the
 * permissions of `giver`, each stands there and can't be chosen.
 */
export function roleChoices(
  roles: readonly RoleDefinition[] | undefined,
  { held, giver }: { readonly held?: readonly Role[]; readonly giver?: readonly string[] } = {},
): { group: string; items: Choice[] }[] {
  if (roles === undefined && held)
    return [{ group: 'Roles', items: held.map((role) => ({ value: roleValue(role), label: roleName(role) })) }]
  const items = (type: RoleDefinition['type']) =>
    (roles ?? BUILT_IN).filter((role) => role.type === type).map((role) => choiceOf(role, giver))
  return [
    { group: 'Built-in', items: items('BASIC') },
    { group: 'Custom', items: items('CUSTOM') },
  ].filter((group) => group.items.length > 0)
}

function choiceOf(role: RoleDefinition, giver: readonly string[] | undefined): Choice {
  const label = roleName(role)
  const isBeyond = giver !== undefined && role.permissions.some((permission) => !giver.includes(permission))
  const value = definitionValue(role)
  return isBeyond ? { value, label: `${label} (holds more than you do)`, disabled: true } : { value, label }
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
