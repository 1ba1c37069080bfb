import { type Kysely, type RawBuilder, sql } from 'kysely'
import { propertyField } from '../../graph/conditions.ts'
import { countRows, listRows, type RowList } from '../../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import type { Group } from './group.ts'
import { GROUP_COLUMNS, type GroupRow, toGroup } from './repository.ts'

/** Groups, by what Graph's groups can be filtered, searched and ordered by. */
export const GROUPS: RowList = {
  columns: sql.raw(GROUP_COLUMNS),
  from: sql.table('directory.groups'),
  id: sql`id`,
  resource: 'Group',
  fields: {
    id: { sql: sql`id`, kind: 'id' },
    displayName: { sql: sql`display_name_key`, kind: 'key' },
    mailNickname: propertyField('mailNickname'),
    description: propertyField('description'),
    mailEnabled: { sql: sql`mail_enabled`, kind: 'boolean' },
    securityEnabled: { sql: sql`security_enabled`, kind: 'boolean' },
    createdDateTime: { sql: sql`created_at`, kind: 'seconds' },
  },
  searched: ['displayName'],
  orders: {
    displayName: { sql: sql`display_name_key`, type: 'text' },
    createdDateTime: { sql: sql`created_at`, type: 'time' },
  },
  usualOrder: { by: 'displayName', direction: 'asc' },
}
export const GROUP_ORDERS = Object.keys(GROUPS.orders)

const livingOf = (tenantId: string) => sql`tenant_id = ${tenantId} and deleted_at is null`

/** The groups that somebody, or a group, is in themselves: not by way of another. */
export const withMember = (memberId: string): RawBuilder<unknown> =>
  sql`exists (select from directory.group_members m where m.tenant_id = groups.tenant_id and m.group_id = groups.id
    and m.member_id = ${memberId})`

/** Living groups by display name or as asked, a page at a time. `among` narrows them. */
export async function listGroups(
  on: Kysely<unknown>,
  tenantId: string,
  query: ObjectQuery,
  among: RawBuilder<unknown> = sql`true`,
): Promise<Page<Group>> {
  const page = await listRows<GroupRow>(on, sql`${livingOf(tenantId)} and ${among}`, query, GROUPS)
  return { ...page, items: page.items.map(toGroup) }
}

/** How many living groups fit. */
export function countGroups(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countRows(on, livingOf(tenantId), query, GROUPS)
}
