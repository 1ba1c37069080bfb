import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Comparison } from '../../graph/filter.ts'
import { type ListQuery, type Page, readAfter, startsWith, toPage } from '../../graph/odata.ts'
import { toKey } from '../keys.ts'
import { toUser, USER_COLUMNS, type UserRow } from './repository.ts'
import type { User } from './user.ts'

const columns = sql.raw(USER_COLUMNS)

/** Living users by display name, a page at a time. */
export async function listUsers(on: Kysely<unknown>, tenantId: string, query: ListQuery): Promise<Page<User>> {
  const conditions = sql.join(
    [sql`tenant_id = ${tenantId} and deleted_at is null`, ...query.filter.map(toCondition)],
    sql` and `,
  )
  const [name, id] = readAfter(query.after)
  const after = id === undefined ? sql`true` : sql`(display_name_key, id) > (${name}, ${id}::uuid)`
  const { rows } = await sql<UserRow>`select ${columns} from directory.users where ${conditions} and ${after}
    order by display_name_key, id limit ${query.top + 1}`.execute(on)
  const { items, next } = toPage(rows, query.top, (row) => [row.display_name_key, row.id])
  const total = query.count ? await countWhere(on, conditions) : undefined
  return { items: items.map(toUser), ...(next ? { next } : {}), ...(total === undefined ? {} : { total }) }
}

async function countWhere(on: Kysely<unknown>, conditions: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{
    total: string
  }>`select count(*) as total from directory.users where ${conditions}`.execute(on)
  return Number(rows[0]?.total ?? 0)
}

/** The equalities and prefixes that an index serves. Another filter is refused, not answered by reading everyone. */
function toCondition({ property, operator, value }: Comparison): RawBuilder<unknown> {
  if (typeof value === 'string') {
    const key = toKey(value)
    if (operator === 'eq' && property === 'userPrincipalName') return sql`user_principal_name_key = ${key}`
    if (operator === 'eq' && property === 'displayName') return sql`display_name_key = ${key}`
    if (operator === 'eq' && property === 'mail') return sql`mail_key = ${key}`
    if (operator === 'eq' && property === 'id') return isUuid(value) ? sql`id = ${value}` : sql`false`
    if (operator === 'startswith' && property === 'displayName') return startsWith(sql`display_name_key`, key)
    if (operator === 'startswith' && property === 'userPrincipalName')
      return startsWith(sql`user_principal_name_key`, key)
    if (operator === 'startswith' && property === 'mail') return startsWith(sql`mail_key`, key)
  }
  throw new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property}' of resource 'User'.`,
  )
}
