import { type Kysely, sql } from 'kysely'
import { listRows, type RowList } from '../../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import { toKey } from '../keys.ts'
import { listUsers } from '../users/list.ts'
import type { User } from '../users/user.ts'
import { DIRECTORY_ROLES, type RoleTemplate, roleOfTemplate } from './role.ts'

const ROWS = JSON.stringify(
  DIRECTORY_ROLES.map(({ id, displayName, description }, place) => ({
    id,
    place,
    name_key: toKey(displayName),
    description_key: toKey(description),
  })),
)

/** The roles stand in the program. As rows they are filtered and counted by the rules of every other list. */
const ROLES: RowList = {
  columns: sql`r.id`,
  from: sql`jsonb_to_recordset(${ROWS}::jsonb) as r(id uuid, place integer, name_key text, description_key text)`,
  id: sql`r.id`,
  resource: 'DirectoryRole',
  fields: {
    id: { sql: sql`r.id`, kind: 'id' },
    roleTemplateId: { sql: sql`r.id`, kind: 'id' },
    displayName: { sql: sql`(r.name_key collate "C")`, kind: 'key' },
    description: { sql: sql`(r.description_key collate "C")`, kind: 'key' },
  },
  searched: [],
  orders: { place: { sql: sql`lpad(r.place::text, 4, '0')`, type: 'text' } },
  usualOrder: { by: 'place', direction: 'asc' },
}

export async function listRoles(on: Kysely<unknown>, query: ObjectQuery): Promise<Page<RoleTemplate>> {
  const page = await listRows<{ readonly id: string }>(on, sql`true`, query, ROLES)
  return { ...page, items: page.items.flatMap((row) => roleOfTemplate(row.id) ?? []) }
}

/** Who holds a role, a page at a time, deleted people left out. */
export function listRoleMembers(
  on: Kysely<unknown>,
  tenantId: string,
  role: RoleTemplate,
  query: ObjectQuery,
): Promise<Page<User>> {
  const holds = sql`id in (select user_id from directory.directory_role_members where tenant_id = ${tenantId} and role_template_id = ${role.id})`
  return listUsers(on, tenantId, query, holds)
}
