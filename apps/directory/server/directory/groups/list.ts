import { type Kysely, sql } from 'kysely'
import { countObjects, listObjects, type ObjectTable } from '../../graph/list-objects.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import type { Group } from './group.ts'
import { GROUP_COLUMNS, type GroupRow, toGroup } from './repository.ts'

const GROUPS: ObjectTable = {
  table: 'groups',
  columns: GROUP_COLUMNS,
  resource: 'Group',
  fields: {
    id: { sql: sql`id`, kind: 'id' },
    displayName: { sql: sql`display_name_key`, kind: 'key' },
    mailNickname: { sql: sql`mail_nickname`, kind: 'text' },
    description: { sql: sql`(properties ->> 'description')`, kind: 'text' },
    mailEnabled: { sql: sql`mail_enabled`, kind: 'boolean' },
    securityEnabled: { sql: sql`security_enabled`, kind: 'boolean' },
    createdDateTime: { sql: sql`created_at`, kind: 'time' },
  },
  searched: ['displayName'],
}

/** Living groups by display name, a page at a time. */
export async function listGroups(on: Kysely<unknown>, tenantId: string, query: ObjectQuery): Promise<Page<Group>> {
  const page = await listObjects<GroupRow>(on, tenantId, query, GROUPS)
  return { ...page, items: page.items.map(toGroup) }
}

/** How many living groups fit. */
export function countGroups(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countObjects(on, tenantId, query, GROUPS)
}
