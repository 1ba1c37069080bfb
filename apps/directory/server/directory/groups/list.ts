import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Comparison } from '../../graph/filter.ts'
import { type ListQuery, type Page, readAfter, startsWith, toPage } from '../../graph/odata.ts'
import { toKey } from '../keys.ts'
import type { Group } from './group.ts'
import { GROUP_COLUMNS, type GroupRow, toGroup } from './repository.ts'

const columns = sql.raw(GROUP_COLUMNS)

/** Living groups by display name, a page at a time. */
export async function listGroups(on: Kysely<unknown>, tenantId: string, query: ListQuery): Promise<Page<Group>> {
  const conditions = sql.join(
    [sql`tenant_id = ${tenantId} and deleted_at is null`, ...query.filter.map(toCondition)],
    sql` and `,
  )
  const [name, id] = readAfter(query.after)
  const after = id === undefined ? sql`true` : sql`(display_name_key, id) > (${name}, ${id}::uuid)`
  const { rows } = await sql<GroupRow>`select ${columns} from directory.groups where ${conditions} and ${after}
    order by display_name_key, id limit ${query.top + 1}`.execute(on)
  const { items, next } = toPage(rows, query.top, (row) => [row.display_name_key, row.id])
  const total = query.count ? await countWhere(on, conditions) : undefined
  return { items: items.map(toGroup), ...(next ? { next } : {}), ...(total === undefined ? {} : { total }) }
}

async function countWhere(on: Kysely<unknown>, conditions: RawBuilder<unknown>): Promise<number> {
  const { rows } = await sql<{
    total: string
  }>`select count(*) as total from directory.groups where ${conditions}`.execute(on)
  return Number(rows[0]?.total ?? 0)
}

/** The equalities and prefixes that an index serves; another filter is refused. */
function toCondition({ property, operator, value }: Comparison): RawBuilder<unknown> {
  if (typeof value === 'string') {
    if (operator === 'eq' && property === 'displayName') return sql`display_name_key = ${toKey(value)}`
    if (operator === 'eq' && property === 'id') return isUuid(value) ? sql`id = ${value}` : sql`false`
    if (operator === 'startswith' && property === 'displayName') return startsWith(sql`display_name_key`, toKey(value))
  }
  throw new Refusal(
    'invalid',
    `Unsupported or invalid query filter clause specified for property '${property}' of resource 'Group'.`,
  )
}
