import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { type RoleUses, usesOfRole } from './grants.ts'
import { assertMayGive } from './may-give.ts'
import { isPermission } from './permissions.ts'
import { type CustomRole, deleteCustomRole, insertCustomRole, lockCustomRole, updateCustomRole } from './repository.ts'

/** What a caller says of a role. */
export interface RoleText {
  readonly name: string
  readonly description?: string | undefined
  readonly permissions: readonly string[]
}

/**
 * Makes a role that nobody holds yet: whoever gives it is asked then.
 *
 * @throws {Refusal} `invalid` for an unknown permission or a name without a letter or digit; `conflict` when the tag is taken.
 */
export async function createRole(
  tx: Tx,
  { actor, origin, now }: Deed,
  text: RoleText & { readonly tag?: string | undefined },
): Promise<CustomRole> {
  const role: CustomRole = {
    tag: text.tag ?? tagOf(text.name),
    name: text.name,
    description: text.description,
    permissions: known(text.permissions),
  }
  if (!(await insertCustomRole(tx, actor.workspaceId, role, now)))
    throw new Refusal('conflict', `The tag "${role.tag}" is taken by another role.`)
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'ROLE',
    objectId: role.tag,
    objectIdentifier: role.name,
    details: { permissions: role.permissions },
  })
  return role
}

/**
 * Changes a role. When somebody or something holds it, widening it is giving.
 *
 * @throws {Refusal} `notFound`; `invalid` for an unknown permission; `forbidden` when it would give what the caller lacks.
 */
export async function changeRole(
  tx: Tx,
  { actor, origin, now }: Deed,
  tag: string,
  text: RoleText,
): Promise<CustomRole> {
  const before = await lockCustomRole(tx, actor.workspaceId, tag)
  if (!before) throw noSuchRole(tag)
  const after: CustomRole = {
    tag,
    name: text.name,
    description: text.description,
    permissions: known(text.permissions),
  }
  const added = after.permissions.filter((name) => !before.permissions.includes(name))
  const removed = before.permissions.filter((name) => !after.permissions.includes(name))
  if (added.length > 0 && isUsed(await usesOfRole(tx, actor.workspaceId, `CUSTOM:${tag}`)))
    assertMayGive(tx, actor, added)
  await updateCustomRole(tx, actor.workspaceId, after)
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'ROLE',
    objectId: tag,
    objectIdentifier: after.name,
    details: { added, removed },
  })
  return after
}

/** @throws {Refusal} `notFound`; `conflict`, naming what holds it, while it is in use. */
export async function deleteRole(tx: Tx, { actor, origin, now }: Deed, tag: string): Promise<void> {
  const role = await lockCustomRole(tx, actor.workspaceId, tag)
  if (!role) throw noSuchRole(tag)
  const uses = await usesOfRole(tx, actor.workspaceId, `CUSTOM:${tag}`)
  if (isUsed(uses))
    throw new Refusal('conflict', `The role "${role.name}" is in use: ${tell(uses)}. Take it from them first.`, {
      ...uses,
    })
  await deleteCustomRole(tx, actor.workspaceId, tag)
  await recordAudit(tx, actor, origin, now, {
    action: 'DELETE',
    objectType: 'ROLE',
    objectId: tag,
    objectIdentifier: role.name,
  })
}

export const noSuchRole = (tag: string): Refusal => new Refusal('notFound', `There is no role with the tag "${tag}".`)

const isUsed = ({ people, teams, keys, mappings, defaults }: RoleUses): boolean =>
  people + teams + keys + mappings + defaults > 0

function tell({ people, teams, keys, mappings, defaults }: RoleUses): string {
  const count = (number: number, one: string, many: string) =>
    number === 0 ? [] : [`${number} ${number === 1 ? one : many}`]
  const parts = [
    ...count(people, 'person', 'people'),
    ...count(teams, 'team', 'teams'),
    ...count(keys, 'API key', 'API keys'),
    ...count(mappings, 'role mapping', 'role mappings'),
  ]
  return [...parts, ...(defaults > 0 ? ['it is the default role'] : [])].join(', ')
}

function known(names: readonly string[]): string[] {
  const unknown = names.find((name) => !isPermission(name))
  if (unknown !== undefined)
    throw new Refusal('invalid', `There is no permission "${unknown}".`, { permission: unknown })
  return [...new Set(names)].sort()
}

/** `Release managers (EU)` → `release-managers-eu`. */
function tagOf(name: string): string {
  const tag = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 100)
  if (tag === '') throw new Refusal('invalid', 'This name holds no letter or digit to make a tag of: give a tag.')
  return tag
}
