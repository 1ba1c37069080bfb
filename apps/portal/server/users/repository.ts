import { isDeepStrictEqual } from 'node:util'
import { type Executor, hot, run, type Tx, uniqueConstraint } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Statement, together } from '@muster/service-kit/together.ts'
import type { Actor } from '../identity/actor.ts'
import { CONFIRMING, type Confirming, confirm, confirmValues } from '../identity/confirm.ts'
import { closedGate } from '../identity/gate.ts'
import type { JsonObject } from '../json.ts'
import { userNameKeyOf } from '../scim/comparison-keys.ts'
import { userTerms } from '../scim/terms.ts'
import { derive, emailKeyOf, type User, type UserSource } from './user.ts'

/** The columns that `fromRow` reads, of `portal.users u`. */
export const USER_COLUMNS = `u.workspace_id, u.id, u.user_name, u.external_id, u.display_name, u.email, u.active, u.local_admin,
  u.source, u.attributes, u.version, u.created_at, u.last_modified_at`

export interface UserRow {
  readonly workspace_id: string
  readonly id: string
  readonly user_name: string
  readonly external_id: string | null
  readonly display_name: string
  readonly email: string
  readonly active: boolean
  readonly local_admin: boolean
  readonly source: UserSource
  readonly attributes: JsonObject
  readonly version: string
  readonly created_at: Date
  readonly last_modified_at: Date
}

const FIND = hot(`select ${USER_COLUMNS} from portal.users u where u.workspace_id = $1 and u.id = $2`)
// First the gate, then the row: PostgreSQL locks rows above the join, and reads a row that it waited for again.
const LOCK = hot(`
  with gate as materialized (select ${closedGate('$2')})
  select ${USER_COLUMNS} from gate, portal.users u where u.workspace_id = $1 and u.id = $2::uuid for update of u`)
const lockBehind = ({ text, next }: Confirming) =>
  hot(`
  ${text}, closed as materialized (select ${closedGate(next)} from held)
  select ${USER_COLUMNS} from closed, portal.users u where u.workspace_id = $1 and u.id = ${next}::uuid for update of u`)
const LOCK_ON_BEHALF = {
  USER: lockBehind(CONFIRMING.USER),
  PERSONAL_API_KEY: lockBehind(CONFIRMING.PERSONAL_API_KEY),
  API_KEY: lockBehind(CONFIRMING.API_KEY),
}
const HOLDER = hot('select id from portal.users where workspace_id = $1 and user_name_key = $2')
// `do nothing` and not an error: an error would end the transaction before it could tell who holds the name.
const INSERT = hot(`
  with u as (
    insert into portal.users (workspace_id, id, user_name_key, user_name, external_id, display_name, display_name_key,
      email, email_key, active, local_admin, password_hash, source, attributes, keys, created_at, last_modified_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $16)
    on conflict (workspace_id, user_name_key) do nothing
    returning *
  ), e as (
    insert into portal.user_emails (workspace_id, value_key, user_id)
    select u.workspace_id, value_key, u.id from u, unnest($17::text[]) value_key
  )
  select ${USER_COLUMNS} from u`)
const UPDATE = hot(`
  update portal.users set user_name_key = $3, user_name = $4, external_id = $5, display_name = $6, display_name_key = $7,
    email = $8, email_key = $9, active = $10, attributes = $11::jsonb, keys = $12, version = version + 1,
    last_modified_at = $13
  where workspace_id = $1 and id = $2
  returning *`)
const EMAILS_GONE = hot(
  'delete from portal.user_emails where workspace_id = $1 and user_id = $2 and value_key <> all($3::text[])',
)
const EMAILS_COME = hot(`
  insert into portal.user_emails (workspace_id, value_key, user_id)
  select $1, value_key, $2 from unnest($3::text[]) value_key on conflict do nothing`)
const DELETE = hot('delete from portal.users where workspace_id = $1 and id = $2')
const FIND_BY_NAME = hot(`
  select ${USER_COLUMNS} from portal.users u where u.workspace_id = $1 and u.user_name_key = $2`)
const FIND_BY_EMAIL = hot(`
  select ${USER_COLUMNS} from portal.user_emails e
  join portal.users u on u.workspace_id = e.workspace_id and u.id = e.user_id
  where e.workspace_id = $1 and e.value_key = $2 and not u.local_admin order by u.id limit 2`)

const FIND_ACTIVE_BY_TERM = hot(`
  select ${USER_COLUMNS} from portal.users u where u.workspace_id = $1 and u.active and u.keys @> array[$2::text]
  order by u.id`)

export interface UserKey {
  readonly workspaceId: string
  readonly id: string
}

export async function findUser(on: Executor, { workspaceId, id }: UserKey): Promise<User | undefined> {
  const rows = await run<UserRow>(on, FIND, [workspaceId, id])
  return rows[0] && userFromRow(rows[0])
}

/** Reads somebody and keeps every other writer, and whoever gives or takes their access, waiting until the transaction ends. */
export async function lockForChange(tx: Tx, { workspaceId, id }: UserKey): Promise<User | undefined> {
  const rows = await run<UserRow>(tx, LOCK, [workspaceId, id])
  return rows[0] && userFromRow(rows[0])
}

/**
 * As `lockForChange`, on behalf of an actor, who is confirmed on the way: held first, in the order of `confirm`.
 *
 * @throws {Refusal} `unauthorized` when the actor's session, token or key is gone.
 */
export async function lockOnBehalf(tx: Tx, actor: Actor, key: UserKey): Promise<User | undefined> {
  if (actor.type === 'SYSTEM') return lockForChange(tx, key)
  const rows = await run<UserRow>(tx, LOCK_ON_BEHALF[actor.type], [...confirmValues(actor), key.id])
  if (rows[0]) return userFromRow(rows[0])
  // Nobody was found, or nobody asked any more: the latter is what a caller is told first.
  await confirm(tx, actor)
  return undefined
}

/** Whoever has a `userName`, in any letter case; the local first admin has none. */
export async function findUserByName(on: Executor, workspaceId: string, userName: string): Promise<User | undefined> {
  const rows = await run<UserRow>(on, FIND_BY_NAME, [workspaceId, userNameKeyOf(userName)])
  return rows[0] && userFromRow(rows[0])
}

/**
 * Whom an address stands for, in any letter case: whoever has it as `userName`, else whoever has it among their e-mails,
 * which may be several (2 are enough to tell). The local first admin is nobody's match.
 */
export async function findUsersByAddress(on: Executor, workspaceId: string, address: string): Promise<User[]> {
  const named = await findUserByName(on, workspaceId, address)
  if (named) return [named]
  return (await run<UserRow>(on, FIND_BY_EMAIL, [workspaceId, emailKeyOf(address)])).map(userFromRow)
}

/** The active people whose resource holds a value, by its term (`scim/terms.ts`), in id order. */
export async function findActiveUsersByTerm(on: Executor, workspaceId: string, term: string): Promise<User[]> {
  return (await run<UserRow>(on, FIND_ACTIVE_BY_TERM, [workspaceId, term])).map(userFromRow)
}

export interface NewUser {
  readonly workspaceId: string
  readonly id: string
  readonly source: UserSource
  readonly attributes: JsonObject
  readonly now: Date
  /** Only for the first admin of a workspace: an argon2id hash. Makes the account stand outside everybody's uniqueness. */
  readonly localPasswordHash?: string
}

/** @throws {Refusal} `conflict` when the name is taken, with the holder's id. */
export async function insertUser(tx: Tx, user: NewUser): Promise<User> {
  const { workspaceId, id, source, attributes, now, localPasswordHash } = user
  const local = localPasswordHash !== undefined
  const derived = derive(attributes)
  const rows = await run<UserRow>(tx, INSERT, [
    workspaceId,
    id,
    local ? null : derived.userNameKey,
    derived.userName,
    derived.externalId ?? null,
    derived.displayName,
    derived.displayNameKey,
    derived.email,
    derived.emailKey,
    derived.active,
    local,
    localPasswordHash ?? null,
    source,
    JSON.stringify(attributes),
    local ? [] : userTerms(workspaceId, attributes),
    now,
    local ? [] : derived.emailKeys,
  ])
  if (rows[0]) return userFromRow(rows[0])
  const [holder] = await run<{ id: string }>(tx, HOLDER, [workspaceId, derived.userNameKey])
  throw nameTaken(derived.userName, holder?.id)
}

/**
 * Stores new attributes of somebody whose row is locked; the version moves by one.
 *
 * @param beside What else the same statement writes.
 * @throws {Refusal} `conflict` when the new name is somebody else's.
 */
export async function updateUser(
  tx: Tx,
  before: User,
  attributes: JsonObject,
  now: Date,
  beside: readonly Statement[],
): Promise<User> {
  const { workspaceId, id } = before
  const derived = derive(attributes)
  const update: Statement = {
    text: UPDATE,
    values: [
      workspaceId,
      id,
      derived.userNameKey,
      derived.userName,
      derived.externalId ?? null,
      derived.displayName,
      derived.displayNameKey,
      derived.email,
      derived.emailKey,
      derived.active,
      JSON.stringify(attributes),
      userTerms(workspaceId, attributes),
      now,
    ],
  }
  const values = [workspaceId, id, derived.emailKeys]
  const emails = isDeepStrictEqual(derived.emailKeys, derive(before.attributes).emailKeys)
    ? []
    : [EMAILS_GONE, EMAILS_COME].map((text) => ({ text, values }))
  try {
    const rows = await together<UserRow>(tx, [update, ...emails, ...beside], `select ${USER_COLUMNS} from part1 u`)
    if (!rows[0]) throw new Refusal('notFound', `There is no user ${id}.`)
    return userFromRow(rows[0])
  } catch (error) {
    if (uniqueConstraint(error) === 'users_user_name_unique') throw nameTaken(derived.userName)
    throw error
  }
}

/** Takes the row away; e-mails, bindings and whatever else hangs on it go too. */
export const removedUser = ({ workspaceId, id }: UserKey): Statement => ({ text: DELETE, values: [workspaceId, id] })

function nameTaken(userName: string, holder?: string): Refusal {
  const who = holder ? ` by user ${holder}` : ''
  return new Refusal('conflict', `userName "${userName}" is taken${who}.`, holder ? { id: holder } : {})
}

/** A row as a person: the one place that knows both. */
export function userFromRow(row: UserRow): User {
  return {
    workspaceId: row.workspace_id,
    id: row.id,
    userName: row.user_name,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    displayName: row.display_name,
    email: row.email,
    active: row.active,
    localAdmin: row.local_admin,
    source: row.source,
    attributes: row.attributes,
    version: Number(row.version),
    createdAt: row.created_at,
    lastModifiedAt: row.last_modified_at,
  }
}
