import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { userNameKeyOf } from '../scim/comparison-keys.ts'
import { emailKeyOf } from '../users/user.ts'
import type { Claims, Match } from './decide-sign-in.ts'

const FIND_BOUND = hot(`select u.id, u.active from portal.identities i
  join portal.users u on u.workspace_id = i.workspace_id and u.id = i.user_id
  where i.workspace_id = $1 and i.issuer = $2 and i.subject = $3`)

// Four look-ups by index, put together: never a scan of everybody.
const FIND_MATCHES = hot(`with found as (
    select id, true as by_email, false as by_preferred from portal.users where workspace_id = $1 and user_name_key = $3
    union all select user_id, true, false from portal.user_emails where workspace_id = $1 and value_key = $4
    union all select id, false, true from portal.users where workspace_id = $1 and user_name_key = $5
    union all select user_id, false, true from portal.user_emails where workspace_id = $1 and value_key = $6
  )
  select u.id, u.active, bool_or(f.by_email) as by_email, bool_or(f.by_preferred) as by_preferred,
    exists (select 1 from portal.identities i where i.workspace_id = $1 and i.user_id = u.id and i.issuer = $2) as bound
  from found f join portal.users u on u.workspace_id = $1 and u.id = f.id
  where not u.local_admin group by u.id, u.active order by u.id`)

const BIND = hot(
  'insert into portal.identities (workspace_id, issuer, subject, user_id, bound_at) values ($1, $2, $3, $4, $5)',
)

const FIND_LOCAL = hot(`select id, email, display_name, password_hash from portal.users
  where workspace_id = $1 and local_admin and active and email_key = $2 limit 1`)

/** The account that (issuer, `sub`) has been bound to. */
export async function findBoundAccount(
  on: Executor,
  workspaceId: string,
  { issuer, subject }: Pick<Claims, 'issuer' | 'subject'>,
) {
  const [row] = await run<{ id: string; active: boolean }>(on, FIND_BOUND, [workspaceId, issuer, subject])
  return row && { userId: row.id, active: row.active }
}

/** Every account that the token's addresses name, in id order; the local first admin is never among them. */
export async function findMatches(
  on: Executor,
  workspaceId: string,
  { issuer, email, preferredUsername }: Claims,
): Promise<Match[]> {
  interface Row {
    readonly id: string
    readonly active: boolean
    readonly bound: boolean
    readonly by_email: boolean
    readonly by_preferred: boolean
  }
  const keys = [email, preferredUsername].flatMap((address) =>
    address === undefined ? [null, null] : [userNameKeyOf(address), emailKeyOf(address)],
  )
  return (await run<Row>(on, FIND_MATCHES, [workspaceId, issuer, ...keys])).map(
    ({ id, active, bound, by_email, by_preferred }) => ({
      userId: id,
      active,
      bound,
      by: new Set([
        ...(by_email ? (['email'] as const) : []),
        ...(by_preferred ? (['preferredUsername'] as const) : []),
      ]),
    }),
  )
}

/** Binds (issuer, `sub`) to an account whose row the caller holds `for update`. */
export async function bindIdentity(
  tx: Tx,
  workspaceId: string,
  { issuer, subject }: Claims,
  userId: string,
  now: Date,
): Promise<void> {
  await run(tx, BIND, [workspaceId, issuer, subject, userId, now])
}

/** The first admin of a workspace, who signs in with a password. */
export interface LocalAdmin {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly passwordHash: string
}

export async function findLocalAdmin(
  on: Executor,
  workspaceId: string,
  email: string,
): Promise<LocalAdmin | undefined> {
  interface Row {
    readonly id: string
    readonly email: string
    readonly display_name: string
    readonly password_hash: string | null
  }
  const [row] = await run<Row>(on, FIND_LOCAL, [workspaceId, emailKeyOf(email)])
  return row?.password_hash
    ? { userId: row.id, email: row.email, name: row.display_name, passwordHash: row.password_hash }
    : undefined
}
