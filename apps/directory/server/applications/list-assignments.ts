import { type Kysely, sql } from 'kysely'
import { countRows, listRows, type RowList } from '../graph/list-rows.ts'
import type { ObjectQuery, Page } from '../graph/odata.ts'
import type { ServicePrincipal } from './application.ts'
import { ASSIGNMENT_COLUMNS, ASSIGNMENT_TABLES, type AssignmentRow, toGraphAssignment } from './assignments.ts'

const NAME = sql`coalesce(u.display_name_key, g.display_name_key, '')`

/** Who is assigned to an app, people and groups. */
const ASSIGNMENTS: RowList = {
  columns: sql.raw(ASSIGNMENT_COLUMNS),
  from: sql.raw(ASSIGNMENT_TABLES),
  id: sql`a.id`,
  resource: 'AppRoleAssignment',
  fields: {
    id: { sql: sql`a.id`, kind: 'id' },
    principalId: { sql: sql`a.principal_id`, kind: 'id' },
    principalDisplayName: { sql: NAME, kind: 'key' },
    // One of two words of ours, so they are compared in lower case without folding.
    principalType: { sql: sql`case a.principal_type when 'User' then 'user' else 'group' end`, kind: 'key' },
    appRoleId: { sql: sql`a.app_role_id`, kind: 'id' },
    createdDateTime: { sql: sql`a.created_at`, kind: 'seconds' },
  },
  searched: [],
  orders: {
    principalDisplayName: { sql: NAME, type: 'text' },
    createdDateTime: { sql: sql`a.created_at`, type: 'time' },
  },
}
export const ASSIGNMENT_ORDERS = Object.keys(ASSIGNMENTS.orders)

const to = ({ tenantId, id }: ServicePrincipal) =>
  sql`a.tenant_id = ${tenantId} and a.resource_id = ${id} and u.deleted_at is null and g.deleted_at is null`

/** Who is assigned to an app, a page at a time. Deleted people and groups are not shown until they return. */
export async function listAssignments(
  on: Kysely<unknown>,
  principal: ServicePrincipal,
  query: ObjectQuery,
): Promise<Page<object>> {
  const page = await listRows<AssignmentRow>(on, to(principal), query, ASSIGNMENTS)
  return { ...page, items: page.items.map((row) => toGraphAssignment(row, principal)) }
}

/** How many assignments to an app fit. */
export function countAssignments(
  on: Kysely<unknown>,
  principal: ServicePrincipal,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countRows(on, to(principal), query, ASSIGNMENTS)
}
