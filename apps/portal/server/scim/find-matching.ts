import { type PageRequest, ScimError } from '@muster/scim'
import type { Database } from '@muster/service-kit/database.ts'
import { type RawBuilder, sql } from 'kysely'
import type { Condition, Search } from './filter-sql.ts'

/** One page of a list, and how many there are on all pages. */
export interface Found<Item> {
  readonly items: readonly Item[]
  readonly total: number
}

/** The rows of one kind of resource in one workspace. Its parts use the same alias as `Search` does. */
export interface Among {
  /** What one of them is called in a list's address: `Users`. */
  readonly name: string
  readonly table: RawBuilder<unknown>
  readonly id: RawBuilder<unknown>
  readonly where: Condition
}

/**
 * One page of what matches a filter, by id, and the exact total.
 *
 * The ids of all matches are found first, by themselves: asked for in the order of their ids and a few only, PostgreSQL
 * would rather walk the whole workspace in that order and hope to meet some early than use the index on `keys`, of whose
 * values it knows too little. The total needs them all anyway.
 *
 * @param among The rows that may match.
 * @param limit Most rows that are looked at without an index: a filter reads the resources of one workspace as long as
 *   that is cheap, and must not keep the database from everybody else's.
 * @throws {ScimError} `tooMany` when more would have to be.
 */
export async function findMatching<Row>(
  database: Database,
  columns: RawBuilder<unknown>,
  among: Among,
  search: Search,
  { startIndex, count }: PageRequest,
  limit: number,
): Promise<Found<Row>> {
  if (!search.isIndexed) await requireFew(database, among, search.candidates, limit)
  const { table, id, where } = among
  const found = sql`with found as materialized (select ${id} as id from ${table} where ${where} and ${search.condition})`
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

async function requireFew(database: Database, among: Among, candidates: Condition, limit: number): Promise<void> {
  const { name, table, where } = among
  const { rows } = await sql<{ found: number }>`select count(*)::int as found
    from (select 1 from ${table} where ${where} and ${candidates} limit ${limit + 1}) c`.execute(database.query)
  if ((rows[0]?.found ?? 0) <= limit) return
  throw new ScimError(
    'tooMany',
    `This filter leaves more than ${limit} ${name} to be looked at one by one. Narrow it with "and" and an "eq" that finds few, such as externalId eq "…", or have MUSTER_FILTER_LIMIT raised.`,
  )
}
