import { type Kysely, type RawBuilder, sql } from 'kysely'
import { propertyField } from '../../graph/conditions.ts'
import { countRows, listRows, type RowList } from '../../graph/list-rows.ts'
import type { ListOrder, ObjectQuery, Page } from '../../graph/odata.ts'
import { GROUPS } from '../groups/list.ts'
import { type GroupRow, toGroup } from '../groups/repository.ts'
import { USERS } from '../users/list.ts'
import { toUser, type UserRow } from '../users/repository.ts'
import { type DeletedItem, toGraph } from './repository.ts'

const LATEST_FIRST: ListOrder = { by: 'deletedDateTime', direction: 'desc' }
const NAMED = { sql: sql`display_name_key`, type: 'text' } as const
const ORDERS: RowList['orders'] = { deletedDateTime: { sql: sql`deleted_at`, type: 'time' }, displayName: NAMED }
export const DELETED_ITEM_ORDERS = Object.keys(ORDERS)

const DELETED_AT = { sql: sql`deleted_at`, kind: 'seconds' } as const
const LISTS: Readonly<Record<DeletedItem['type'], RowList>> = {
  User: {
    ...USERS,
    // The name of someone deleted is free for others; theirs is still among the properties.
    fields: { ...USERS.fields, userPrincipalName: propertyField('userPrincipalName'), deletedDateTime: DELETED_AT },
    searched: ['displayName', 'mail'],
    orders: ORDERS,
    usualOrder: LATEST_FIRST,
  },
  Group: {
    ...GROUPS,
    fields: { ...GROUPS.fields, deletedDateTime: DELETED_AT },
    orders: ORDERS,
    usualOrder: LATEST_FIRST,
  },
}

const deletedOf = (tenantId: string): RawBuilder<unknown> => sql`tenant_id = ${tenantId} and deleted_at is not null`

/** The deleted users or groups, those deleted last first or as asked, a page at a time. */
export async function listDeletedItems(
  on: Kysely<unknown>,
  tenantId: string,
  type: DeletedItem['type'],
  query: ObjectQuery,
): Promise<Page<object>> {
  const page = await listRows<UserRow & GroupRow>(on, deletedOf(tenantId), query, LISTS[type])
  const items = page.items.map((row) =>
    toGraph(type === 'User' ? { type, item: toUser(row) } : { type, item: toGroup(row) }),
  )
  return { ...page, items }
}

/** How many deleted users or groups fit. */
export function countDeletedItems(
  on: Kysely<unknown>,
  tenantId: string,
  type: DeletedItem['type'],
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countRows(on, deletedOf(tenantId), query, LISTS[type])
}
