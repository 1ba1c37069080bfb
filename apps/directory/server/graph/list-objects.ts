import { type Kysely, sql } from 'kysely'
import { type Searchable, toCondition } from './conditions.ts'
import { type ObjectQuery, type Page, readAfter, toPage } from './odata.ts'

/** A table of directory objects with a comparison key of their display name. */
export interface ObjectTable extends Searchable {
  readonly table: 'users' | 'groups'
  readonly columns: string
}

interface Named {
  readonly id: string
  readonly display_name_key: string
}

/** Living objects by display name, a page at a time. */
export async function listObjects<Row extends Named>(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
  table: ObjectTable,
): Promise<Page<Row>> {
  const descending = query.order === 'desc'
  const [name, id] = readAfter(query.after)
  const cursor = sql`(display_name_key, id) ${descending ? sql`<` : sql`>`} (${name}, ${id}::uuid)`
  const direction = descending ? sql`desc` : sql`asc`
  const { rows } = await sql<Row>`select ${sql.raw(table.columns)} from ${from(table)}
    where tenant_id = ${tenantId} and deleted_at is null and ${toCondition(query, table)} and ${id === undefined ? sql`true` : cursor}
    order by display_name_key ${direction}, id ${direction} limit ${query.top + 1}`.execute(on)
  const page = toPage(rows, query.top, (row) => [row.display_name_key, row.id])
  return query.count ? { ...page, total: await countObjects(on, tenantId, query, table) } : page
}

/** How many living objects fit. */
export async function countObjects(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'search'>,
  table: ObjectTable,
): Promise<number> {
  const { rows } = await sql<{ total: string }>`select count(*) as total from ${from(table)}
    where tenant_id = ${tenantId} and deleted_at is null and ${toCondition(query, table)}`.execute(on)
  return Number(rows[0]?.total ?? 0)
}

const from = ({ table }: ObjectTable) => sql.table(`directory.${table}`)
