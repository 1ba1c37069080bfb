import type { PageRequest } from '@muster/scim'
import type { Database } from '@muster/service-kit/database.ts'
import { type RawBuilder, sql } from 'kysely'
import type { Condition } from './filter-sql.ts'

/** One page of a list, and how many there are on all pages. */
export interface Found<Item> {
  readonly items: readonly Item[]
  readonly total: number
}

/**
 * One page of what matches a filter, by id, and the exact total.
 *
 * The ids of all matches are found first, by themselves: asked for in the order of their ids and a few only, PostgreSQL
 * would rather walk the whole workspace in that order and hope to meet some early than use the index on `keys`, of whose
 * values it knows too little. The total needs them all anyway.
 *
 * @param among The rows that may match; its parts use the same alias as `columns` and `condition`.
 */
export async function findMatching<Row>(
  database: Database,
  columns: RawBuilder<unknown>,
  among: { readonly table: RawBuilder<unknown>; readonly id: RawBuilder<unknown>; readonly where: RawBuilder<unknown> },
  condition: Condition,
  { startIndex, count }: PageRequest,
): Promise<Found<Row>> {
  const { table, id, where } = among
  const found = sql`with found as materialized (select ${id} as id from ${table} where ${where} and ${condition})`
  const { rows } = await sql<Row & { total: number }>`${found}
    select ${columns}, (select count(*)::int from found) as total from ${table}
    where ${where} and ${id} in (select f.id from found f order by f.id limit ${count} offset ${startIndex - 1})
    order by ${id}`.execute(database.query)
  if (rows[0]) return { items: rows, total: rows[0].total }
  if (count > 0 && startIndex === 1) return { items: [], total: 0 }
  const counted = await sql<{ total: number }>`${found} select count(*)::int as total from found`.execute(
    database.query,
  )
  return { items: [], total: counted.rows[0]?.total ?? 0 }
}
