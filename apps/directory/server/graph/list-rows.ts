import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { type Searchable, toCondition } from './conditions.ts'
import { type ListOrder, type ObjectQuery, type Page, toPage } from './odata.ts'

/** A column that a list can be ordered by. It is never null. */
interface OrderColumn {
  readonly sql: RawBuilder<unknown>
  readonly type: 'text' | 'time'
}

/** A list of the directory as SQL: what a row is, and what it can be filtered, searched and ordered by. */
export interface RowList extends Searchable {
  readonly columns: RawBuilder<unknown>
  readonly from: RawBuilder<unknown>
  /** The id of a row, which makes every order whole. */
  readonly id: RawBuilder<unknown>
  /** By Graph's names, as `$orderby` gives them. */
  readonly orders: Readonly<Record<string, OrderColumn>>
  /** The order when none was asked for; undefined: by id. */
  readonly usualOrder?: ListOrder
}

/** What makes a row one of the list that was asked for: always the tenant, and whose list it is. */
type Belongs = RawBuilder<unknown>

/** A page of the rows that belong to the list and fit the query, and how many there are if that was asked. */
export async function listRows<Row>(
  on: Kysely<unknown>,
  belongs: Belongs,
  query: ObjectQuery,
  list: RowList,
): Promise<Page<Row>> {
  const { by, direction } = query.order ?? list.usualOrder ?? { by: 'id', direction: 'asc' }
  const column: OrderColumn | undefined = Object.hasOwn(list.orders, by) ? list.orders[by] : undefined
  const [to, beyond] = direction === 'desc' ? [sql`desc`, sql`<`] : [sql`asc`, sql`>`]
  const order = `${by} ${direction}`
  const after = query.after && readAfter(query.after, order, column?.type)
  const cursor = column
    ? sql`(${column.sql}, ${list.id}) ${beyond} (${after?.key}, ${after?.id}::uuid)`
    : sql`${list.id} ${beyond} ${after?.id}::uuid`
  const sort = column ? sql`${column.sql} ${to}, ${list.id} ${to}` : sql`${list.id} ${to}`
  const { rows } = await sql<
    Row & SortKey
  >`select ${list.columns}, ${column?.sql ?? sql`''`} as sort_key, ${list.id} as sort_id
    from ${list.from} where ${belongs} and ${toCondition(query, list)} and ${after ? cursor : sql`true`}
    order by ${sort} limit ${query.top + 1}`.execute(on)
  const page = toPage(rows, query.top, ({ sort_key: key, sort_id: id }) => [
    order,
    key instanceof Date ? key.toISOString() : key,
    id,
  ])
  return query.count ? { ...page, total: await countRows(on, belongs, query, list) } : page
}

/** How many rows belong to the list and fit. */
export async function countRows(
  on: Kysely<unknown>,
  belongs: Belongs,
  query: Pick<ObjectQuery, 'where' | 'search'>,
  list: RowList,
): Promise<number> {
  const { rows } = await sql<{ total: string }>`select count(*) as total from ${list.from}
    where ${belongs} and ${toCondition(query, list)}`.execute(on)
  return Number(rows[0]?.total ?? 0)
}

interface SortKey {
  readonly sort_key: string | Date
  readonly sort_id: string
}

/** What a `$skiptoken` carries: the order that it was given in, the sort key and the id of the last row. */
function readAfter(token: readonly string[], order: string, type: OrderColumn['type'] | undefined) {
  const [given, key = '', id = ''] = token
  const isWhole = token.length === 3 && given === order && isUuid(id)
  if (!isWhole || (type === 'time' && Number.isNaN(Date.parse(key))))
    throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
  return { key: type === 'time' ? new Date(key) : key, id }
}
