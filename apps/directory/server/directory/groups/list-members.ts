import { type Kysely, sql } from 'kysely'
import type { ObjectType } from '../../changes/record.ts'
import { countRows, listRows, type RowList } from '../../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import type { Group } from './group.ts'

const NAME = sql`coalesce(u.display_name_key, g.display_name_key)`

/** The members of a group, people and groups, by what both or one of the two have. */
const MEMBERS: RowList = {
  columns: sql`m.member_id as id, m.member_type, coalesce(u.display_name, g.display_name) as display_name, u.user_principal_name,
    u.account_enabled, u.properties`,
  from: sql`directory.group_members m
    left join directory.users u on u.tenant_id = m.tenant_id and u.id = m.member_id and m.member_type = 'User'
    left join directory.groups g on g.tenant_id = m.tenant_id and g.id = m.member_id and m.member_type = 'Group'`,
  id: sql`m.member_id`,
  resource: 'DirectoryObject',
  fields: {
    id: { sql: sql`m.member_id`, kind: 'id' },
    displayName: { sql: NAME, kind: 'key' },
    userPrincipalName: { sql: sql`u.user_principal_name_key`, kind: 'key' },
    mail: { sql: sql`u.mail_key`, kind: 'key' },
    jobTitle: { sql: sql`((u.property_keys ->> 'jobTitle') collate "C")`, kind: 'key' },
    accountEnabled: { sql: sql`u.account_enabled`, kind: 'boolean' },
  },
  searched: ['displayName'],
  orders: { displayName: { sql: NAME, type: 'text' } },
}
export const MEMBER_ORDERS = Object.keys(MEMBERS.orders)

/** Deleted ones are not shown until they return. */
const livingOf = (group: Group, type: ObjectType | undefined) =>
  sql`m.tenant_id = ${group.tenantId} and m.group_id = ${group.id} and u.deleted_at is null and g.deleted_at is null
    and ${type === undefined ? sql`true` : sql`m.member_type = ${type}`}`

/** The members of a group, or those of one type, as Graph's directory objects, a page at a time. */
export async function listMembers(
  on: Kysely<unknown>,
  group: Group,
  type: ObjectType | undefined,
  query: ObjectQuery,
): Promise<Page<object>> {
  const page = await listRows<MemberRow>(on, livingOf(group, type), query, MEMBERS)
  return { ...page, items: page.items.map(toDirectoryObject) }
}

/** How many members of a group, or of one type, fit. */
export function countMembers(
  on: Kysely<unknown>,
  group: Group,
  type: ObjectType | undefined,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countRows(on, livingOf(group, type), query, MEMBERS)
}

interface MemberRow {
  readonly id: string
  readonly member_type: ObjectType
  readonly display_name: string
  readonly user_principal_name: string | null
  readonly account_enabled: boolean | null
  readonly properties: { readonly mail?: string; readonly jobTitle?: string } | null
}

function toDirectoryObject(row: MemberRow): object {
  if (row.member_type === 'Group')
    return { '@odata.type': '#microsoft.graph.group', id: row.id, displayName: row.display_name }
  return {
    '@odata.type': '#microsoft.graph.user',
    id: row.id,
    displayName: row.display_name,
    userPrincipalName: row.user_principal_name,
    mail: row.properties?.mail ?? null,
    jobTitle: row.properties?.jobTitle ?? null,
    accountEnabled: row.account_enabled,
  }
}
