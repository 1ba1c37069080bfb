import { type Executor, execute, hot, run, type Tx, uniqueConstraint } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { UserProperties } from '../../../contract/user.ts'
import { toKey, toPropertyKeys } from '../keys.ts'
import type { User, UserKey } from './user.ts'

export interface UserRow {
  readonly tenant_id: string
  readonly id: string
  readonly user_principal_name: string
  readonly display_name: string
  readonly display_name_key: string
  readonly account_enabled: boolean
  readonly manager_id: string | null
  readonly properties: UserProperties
  readonly force_change_password: boolean
  readonly version: string
  readonly created_at: Date
  readonly deleted_at: Date | null
}

export const USER_COLUMNS = `tenant_id, id, user_principal_name, display_name, display_name_key, account_enabled, manager_id, properties,
  force_change_password, version, created_at, deleted_at`

const FIND = hot(`select ${USER_COLUMNS} from directory.users where tenant_id = $1 and id = $2 and deleted_at is null`)
const FIND_BY_NAME = hot(
  `select ${USER_COLUMNS} from directory.users where tenant_id = $1 and user_principal_name_key = $2`,
)
const LOCK = hot(`select ${USER_COLUMNS} from directory.users where tenant_id = $1 and id = $2 for update`)
const HOLD = hot(
  `select ${USER_COLUMNS} from directory.users where tenant_id = $1 and id = any($2::uuid[]) order by id for key share`,
)
const INSERT =
  hot(`insert into directory.users (tenant_id, id, user_principal_name, user_principal_name_key, display_name, display_name_key, mail_key,
    account_enabled, properties, password_hash, force_change_password, created_at, last_modified_at, property_keys)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12, $13) returning ${USER_COLUMNS}`)
const UPDATE =
  hot(`update directory.users set user_principal_name = $3, user_principal_name_key = $4, display_name = $5, display_name_key = $6,
    mail_key = $7, account_enabled = $8, properties = $9, password_hash = coalesce($10, password_hash), force_change_password = $11,
    manager_id = $12, deleted_at = $13, last_modified_at = $14, property_keys = $15, version = version + 1
  where tenant_id = $1 and id = $2 returning ${USER_COLUMNS}`)

/** The living user with that id or user principal name. */
export async function findUser(on: Executor, tenantId: string, idOrName: string): Promise<User | undefined> {
  const [row] = isUuid(idOrName)
    ? await run<UserRow>(on, FIND, [tenantId, idOrName])
    : await run<UserRow>(on, FIND_BY_NAME, [tenantId, toKey(idOrName)])
  return row && toUser(row)
}

/** Reads a user, deleted ones too, and keeps every other writer of that row waiting until the transaction ends. */
export async function lockUser(tx: Tx, { tenantId, id }: UserKey): Promise<User | undefined> {
  const [row] = await run<UserRow>(tx, LOCK, [tenantId, id])
  return row && toUser(row)
}

/**
 * Reads users whose access is being given or taken, and keeps them as they are until the transaction ends: blocking,
 * deleting and purging wait. Several may hold the same user.
 */
export async function holdUsers(tx: Tx, tenantId: string, ids: readonly string[]): Promise<User[]> {
  return (await run<UserRow>(tx, HOLD, [tenantId, ids])).map(toUser)
}

/** What a user is made of, before there is one. */
export type NewUser = Pick<
  User,
  'tenantId' | 'id' | 'userPrincipalName' | 'displayName' | 'accountEnabled' | 'properties' | 'forceChangePassword'
> & {
  readonly passwordHash: string | undefined
}

/** @throws {Refusal} `conflict` when another living user has the name. */
export async function insertUser(tx: Tx, user: NewUser, now: Date): Promise<User> {
  const { mail } = user.properties
  const [row] = await run<UserRow>(tx, INSERT, [
    user.tenantId,
    user.id,
    user.userPrincipalName,
    toKey(user.userPrincipalName),
    user.displayName,
    toKey(user.displayName),
    mail === undefined ? null : toKey(mail),
    user.accountEnabled,
    JSON.stringify(user.properties),
    user.passwordHash ?? null,
    user.forceChangePassword,
    now,
    propertyKeys(user),
  ]).catch(refuseTakenName)
  return toUser(row as UserRow)
}

/**
 * Stores a user as it is now and moves its version. A deleted one gives its name free.
 *
 * @throws {Refusal} `conflict` when another living user has the name.
 */
export async function updateUser(tx: Tx, user: User, now: Date, passwordHash?: string): Promise<User> {
  const { mail } = user.properties
  const [row] = await run<UserRow>(tx, UPDATE, [
    user.tenantId,
    user.id,
    user.userPrincipalName,
    user.deletedAt ? null : toKey(user.userPrincipalName),
    user.displayName,
    toKey(user.displayName),
    mail === undefined ? null : toKey(mail),
    user.accountEnabled,
    JSON.stringify(user.properties),
    passwordHash ?? null,
    user.forceChangePassword,
    user.managerId ?? null,
    user.deletedAt ?? null,
    now,
    propertyKeys(user),
  ]).catch(refuseTakenName)
  return toUser(row as UserRow)
}

/** The name stands here too: that of someone deleted is given free, and they are still looked for by it. */
const propertyKeys = ({ properties, userPrincipalName }: Pick<User, 'properties' | 'userPrincipalName'>) =>
  JSON.stringify(toPropertyKeys({ ...properties, userPrincipalName }))

function refuseTakenName(error: unknown): never {
  if (uniqueConstraint(error) === 'users_principal_name_unique')
    throw new Refusal('conflict', 'Another object with the same value for property userPrincipalName already exists.', {
      sameValueOf: 'userPrincipalName',
    })
  throw error
}

const DELETE = hot('delete from directory.users where tenant_id = $1 and id = $2')

/** Takes the row away: sessions and directory roles go with it. */
export async function deleteUserRow(tx: Tx, { tenantId, id }: UserKey): Promise<void> {
  await execute(tx, DELETE, [tenantId, id])
}

const SET_MANAGER = hot(
  'update directory.users set manager_id = $3, last_modified_at = $4 where tenant_id = $1 and id = $2',
)

/** A reference is not a property: the version stays. */
export async function setManagerId(
  tx: Tx,
  { tenantId, id }: UserKey,
  managerId: string | undefined,
  now: Date,
): Promise<void> {
  await execute(tx, SET_MANAGER, [tenantId, id, managerId ?? null, now])
}

const DROP_MANAGED = hot(`update directory.users set manager_id = null, last_modified_at = $3
  where tenant_id = $1 and manager_id = $2 returning id`)

/** Takes a manager from everyone who has them; answers who that was. */
export async function dropManagerOfAll(tx: Tx, { tenantId, id }: UserKey, now: Date): Promise<string[]> {
  const rows = await run<{ id: string }>(tx, DROP_MANAGED, [tenantId, id, now])
  return rows.map((row) => row.id).sort()
}

export function toUser(row: UserRow): User {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    userPrincipalName: row.user_principal_name,
    displayName: row.display_name,
    accountEnabled: row.account_enabled,
    properties: row.properties,
    managerId: row.manager_id ?? undefined,
    forceChangePassword: row.force_change_password,
    version: Number(row.version),
    createdAt: row.created_at,
    deletedAt: row.deleted_at ?? undefined,
  }
}
