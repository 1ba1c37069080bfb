import { type Kysely, type RawBuilder, sql } from 'kysely'
import { USER_PROPERTY_NAMES } from '../../../contract/user.ts'
import { type Field, propertyField } from '../../graph/conditions.ts'
import { countRows, listRows, type RowList } from '../../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import { toUser, USER_COLUMNS, type UserRow } from './repository.ts'
import type { User } from './user.ts'

/** Texts whose comparison keys stand together in one column. Those with an index: see the migrations. */
const IN_PROPERTY_KEYS = USER_PROPERTY_NAMES.filter((name) => name !== 'mail' && name !== 'businessPhones')

/** Users, by what Graph's users can be filtered, searched and ordered by. */
export const USERS: RowList = {
  columns: sql.raw(USER_COLUMNS),
  from: sql.table('directory.users'),
  id: sql`id`,
  resource: 'User',
  fields: {
    ...Object.fromEntries(IN_PROPERTY_KEYS.map((name): [string, Field] => [name, propertyField(name)])),
    id: { sql: sql`id`, kind: 'id' },
    userPrincipalName: { sql: sql`user_principal_name_key`, kind: 'key' },
    displayName: { sql: sql`display_name_key`, kind: 'key' },
    mail: { sql: sql`mail_key`, kind: 'key' },
    accountEnabled: { sql: sql`account_enabled`, kind: 'boolean' },
    userType: { sql: sql`'member'::text`, kind: 'key' },
    createdDateTime: { sql: sql`created_at`, kind: 'seconds' },
  },
  searched: ['displayName', 'userPrincipalName', 'mail'],
  orders: {
    displayName: { sql: sql`display_name_key`, type: 'text' },
    userPrincipalName: { sql: sql`user_principal_name_key`, type: 'text' },
    createdDateTime: { sql: sql`created_at`, type: 'time' },
  },
  usualOrder: { by: 'displayName', direction: 'asc' },
}
export const USER_ORDERS = Object.keys(USERS.orders)

const livingOf = (tenantId: string) => sql`tenant_id = ${tenantId} and deleted_at is null`

/** Living users by display name or as asked, a page at a time. `among` narrows them. */
export async function listUsers(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
  among: RawBuilder<unknown> = sql`true`,
): Promise<Page<User>> {
  const page = await listRows<UserRow>(on, sql`${livingOf(tenantId)} and ${among}`, query, USERS)
  return { ...page, items: page.items.map(toUser) }
}

/** How many living users fit. */
export function countUsers(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countRows(on, livingOf(tenantId), query, USERS)
}
