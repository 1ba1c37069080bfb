import type { Database } from '@muster/service-kit/database.ts'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { isBasicRole } from '../roles/basic-roles.ts'
import type { RoleKey } from '../roles/role.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'
import { USER_COLUMNS, type UserRow, userFromRow } from './repository.ts'
import { emailKeyOf, type User, type UserSource } from './user.ts'

export interface UserSearch {
  readonly search?: string | undefined
  readonly role?: string | undefined
  readonly source?: UserSource | undefined
  readonly status: 'ACTIVE' | 'DEACTIVATED' | 'ALL'
  readonly sort: 'name' | '-name' | 'email' | '-email' | 'joinedAt' | '-joinedAt'
  /** Only these addresses, in any letter case. */
  readonly emails?: readonly string[] | undefined
}

/** A person as the Users page lists them. */
export interface ListedUser {
  readonly user: User
  /** Held directly. */
  readonly roles: readonly RoleKey[]
  readonly teams: readonly { readonly id: string; readonly teamTag: string; readonly name: string }[]
  readonly lastActiveAt?: Date
}

const ORDERS = {
  name: sql`u.display_name_key, u.id`,
  '-name': sql`u.display_name_key desc, u.id desc`,
  email: sql`u.email_key, u.id`,
  '-email': sql`u.email_key desc, u.id desc`,
  joinedAt: sql`u.created_at, u.id`,
  '-joinedAt': sql`u.created_at desc, u.id desc`,
} satisfies Record<UserSearch['sort'], RawBuilder<unknown>>

interface ListedRow extends UserRow {
  readonly roles: readonly RoleKey[]
  readonly teams: ListedUser['teams']
  readonly seen_at: Date | null
}

const AROUND = sql`
  array(select distinct r.role from portal.user_roles r
        where r.workspace_id = u.workspace_id and r.user_id = u.id order by r.role) as roles,
  coalesce((select jsonb_agg(jsonb_build_object('id', t.id, 'teamTag', t.tag, 'name', t.name) order by t.name, t.id)
        from portal.team_members m join portal.teams t on t.workspace_id = m.workspace_id and t.id = m.team_id
        where m.workspace_id = u.workspace_id and m.user_id = u.id), '[]') as teams,
  (select l.seen_at from portal.last_seen l
        where l.workspace_id = u.workspace_id and l.kind = 'USER' and l.id = u.id::text) as seen_at`

/** One page of people with what they hold, in one statement, and how many there are on all pages. */
export async function listUsers(
  database: Database,
  workspaceId: string,
  search: UserSearch,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly users: readonly ListedUser[]; readonly total: number }> {
  const from = sql`from portal.users u where u.workspace_id = ${workspaceId} ${sql.join(conditions(search), sql` `)}`
  const found = sql`select u.* ${from} order by ${ORDERS[search.sort]} limit ${limit} offset ${offset}`
  const { rows } = await sql<ListedRow>`select ${sql.raw(USER_COLUMNS)}, ${AROUND} from (${found}) u
    order by ${ORDERS[search.sort]}`.execute(database.query)
  const counted = await sql<{ total: number }>`select count(*)::int as total ${from}`.execute(database.query)
  return { users: rows.map(fromRow), total: counted.rows[0]?.total ?? 0 }
}

/** One person with what they hold; undefined when there is no such person. */
export async function findListedUser(
  database: Database,
  workspaceId: string,
  id: string,
): Promise<ListedUser | undefined> {
  const { rows } = await sql<ListedRow>`select ${sql.raw(USER_COLUMNS)}, ${AROUND} from portal.users u
    where u.workspace_id = ${workspaceId} and u.id = ${id}`.execute(database.query)
  return rows[0] && fromRow(rows[0])
}

function conditions({ search, role, source, status, emails }: UserSearch): RawBuilder<SqlBool>[] {
  const part = search ? `%${textKeyOf(search).replace(/[\\%_]/g, '\\$&')}%` : undefined
  return [
    status === 'ALL' ? sql<SqlBool>`and true` : sql<SqlBool>`and u.active = ${status === 'ACTIVE'}`,
    ...(part ? [sql<SqlBool>`and (u.display_name_key like ${part} or u.email_key like ${part})`] : []),
    ...(source ? [sql<SqlBool>`and u.source = ${source}`] : []),
    ...(emails ? [sql<SqlBool>`and u.email_key = any(${emails.map(emailKeyOf)}::text[])`] : []),
    ...(role
      ? [
          sql<SqlBool>`and u.id in (select r.user_id from portal.user_roles r
            where r.workspace_id = u.workspace_id and r.role = ${roleKeyOf(role)})`,
        ]
      : []),
  ]
}

/** `ADMIN` and `my-role` as callers may shorten them. */
function roleKeyOf(role: string): string {
  if (role.startsWith('BASIC:') || role.startsWith('CUSTOM:')) return role
  return isBasicRole(role) ? `BASIC:${role}` : `CUSTOM:${role}`
}

const fromRow = ({ roles, teams, seen_at, ...row }: ListedRow): ListedUser => ({
  user: userFromRow(row),
  roles,
  teams,
  ...(seen_at === null ? {} : { lastActiveAt: seen_at }),
})
