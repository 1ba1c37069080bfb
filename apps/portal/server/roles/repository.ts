import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type BasicRole, isBasicRole } from './basic-roles.ts'
import { permissionsOfBasicRole } from './permissions.ts'
import { customTags, type RoleKey } from './role.ts'

/** A workspace's own role. */
export interface CustomRole {
  readonly tag: string
  readonly name: string
  readonly description: string | undefined
  /** Sorted by name. */
  readonly permissions: readonly string[]
}

interface CustomRoleRow {
  readonly tag: string
  readonly name: string
  readonly description: string | null
  readonly permissions: readonly string[]
}

const COLUMNS = `r.tag, r.name, r.description, array(select p.permission from portal.role_permissions p
  where p.workspace_id = r.workspace_id and p.role_tag = r.tag order by p.permission) as permissions`
const LIST = hot(`select ${COLUMNS} from portal.roles r where r.workspace_id = $1 order by r.name, r.tag`)
const FIND = hot(`select ${COLUMNS} from portal.roles r where r.workspace_id = $1 and r.tag = $2`)
// `for update` makes grants of this role wait (they hold it `for key share`); anything weaker would let them pass.
const LOCK_FOR_CHANGE = hot('select tag from portal.roles where workspace_id = $1 and tag = $2 for update')
const LOCK_FOR_GRANT = hot(
  'select tag from portal.roles where workspace_id = $1 and tag = any($2::text[]) order by tag for key share',
)
const NAMES = hot('select tag, name from portal.roles where workspace_id = $1 and tag = any($2::text[])')
const INSERT =
  hot(`insert into portal.roles (workspace_id, tag, name, description, created_at) values ($1, $2, $3, $4, $5)
  on conflict (workspace_id, tag) do nothing returning tag`)
const UPDATE = hot('update portal.roles set name = $3, description = $4 where workspace_id = $1 and tag = $2')
const DELETE = hot('delete from portal.roles where workspace_id = $1 and tag = $2')
const SET_PERMISSIONS = hot(`with gone as (
    delete from portal.role_permissions where workspace_id = $1 and role_tag = $2 and permission <> all($3::text[])
  )
  insert into portal.role_permissions (workspace_id, role_tag, permission)
  select $1, $2, permission from unnest($3::text[]) permission on conflict do nothing`)
const PERMISSIONS_OF = hot(
  'select distinct permission from portal.role_permissions where workspace_id = $1 and role_tag = any($2::text[])',
)

export async function listCustomRoles(on: Executor, workspaceId: string): Promise<CustomRole[]> {
  return (await run<CustomRoleRow>(on, LIST, [workspaceId])).map(fromRow)
}

export async function findCustomRole(on: Executor, workspaceId: string, tag: string): Promise<CustomRole | undefined> {
  const [row] = await run<CustomRoleRow>(on, FIND, [workspaceId, tag])
  return row && fromRow(row)
}

/**
 * Keeps every grant of the role waiting until the transaction ends, then reads it: who changes or deletes a role sees
 * each grant that was made before, and each that comes after sees the change.
 */
export async function lockCustomRole(tx: Tx, workspaceId: string, tag: string): Promise<CustomRole | undefined> {
  await run(tx, LOCK_FOR_CHANGE, [workspaceId, tag])
  return findCustomRole(tx, workspaceId, tag)
}

/**
 * Holds the custom roles among `keys` as they are until the transaction ends. Whatever grants a role calls this before
 * it reads what the role allows.
 *
 * @throws {Refusal} `invalid`, naming the first that does not exist.
 */
export async function lockRolesForGrant(tx: Tx, workspaceId: string, keys: Iterable<string>): Promise<void> {
  const tags = customTags(keys)
  if (tags.length === 0) return
  const found = new Set((await run<{ tag: string }>(tx, LOCK_FOR_GRANT, [workspaceId, tags])).map(({ tag }) => tag))
  const missing = tags.find((tag) => !found.has(tag))
  if (missing !== undefined)
    throw new Refusal('invalid', `There is no role with the tag "${missing}".`, { tag: missing })
}

/** @returns false when the tag is taken. */
export async function insertCustomRole(tx: Tx, workspaceId: string, role: CustomRole, now: Date): Promise<boolean> {
  const rows = await run(tx, INSERT, [workspaceId, role.tag, role.name, role.description ?? null, now])
  if (rows.length === 0) return false
  await run(tx, SET_PERMISSIONS, [workspaceId, role.tag, role.permissions])
  return true
}

export async function updateCustomRole(tx: Tx, workspaceId: string, role: CustomRole): Promise<void> {
  await run(tx, UPDATE, [workspaceId, role.tag, role.name, role.description ?? null])
  await run(tx, SET_PERMISSIONS, [workspaceId, role.tag, role.permissions])
}

export async function deleteCustomRole(tx: Tx, workspaceId: string, tag: string): Promise<void> {
  await run(tx, DELETE, [workspaceId, tag])
}

/** Whether a role can be granted: the built-in ones always. */
export async function existsRole(on: Executor, workspaceId: string, key: string): Promise<boolean> {
  const [tag] = customTags([key])
  return tag === undefined
    ? isBasicRole(key.slice('BASIC:'.length))
    : (await run(on, NAMES, [workspaceId, [tag]])).length > 0
}

/** The names of custom roles, by key; a built-in role's name is in the program. */
export async function namesOfCustomRoles(
  on: Executor,
  workspaceId: string,
  keys: Iterable<string>,
): Promise<ReadonlyMap<RoleKey, string>> {
  const tags = customTags(keys)
  if (tags.length === 0) return new Map()
  const rows = await run<{ tag: string; name: string }>(on, NAMES, [workspaceId, tags])
  return new Map(rows.map(({ tag, name }) => [`CUSTOM:${tag}`, name]))
}

/** What the roles allow together. */
export async function permissionsOfRoles(
  on: Executor,
  workspaceId: string,
  keys: Iterable<string>,
): Promise<Set<string>> {
  const all = [...keys]
  const basic = all.map((key) => key.slice('BASIC:'.length)).filter((role): role is BasicRole => isBasicRole(role))
  const tags = customTags(all)
  const custom = tags.length === 0 ? [] : await run<{ permission: string }>(on, PERMISSIONS_OF, [workspaceId, tags])
  return new Set<string>([...basic.flatMap(permissionsOfBasicRole), ...custom.map(({ permission }) => permission)])
}

const fromRow = ({ tag, name, description, permissions }: CustomRoleRow): CustomRole => ({
  tag,
  name,
  description: description ?? undefined,
  permissions,
})
