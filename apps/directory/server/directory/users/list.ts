import { type Kysely, sql } from 'kysely'
import { USER_PROPERTY_NAMES } from '../../../contract/user.ts'
import type { Field } from '../../graph/conditions.ts'
import { countObjects, listObjects, type ObjectTable } from '../../graph/list-objects.ts'
import type { ObjectQuery, Page } from '../../graph/odata.ts'
import { toUser, USER_COLUMNS, type UserRow } from './repository.ts'
import type { User } from './user.ts'

/** Texts without a comparison key of their own: compared as they stand, by reading the tenant's users. */
const AS_THEY_STAND = USER_PROPERTY_NAMES.filter((name) => name !== 'mail' && name !== 'businessPhones')

const USERS: ObjectTable = {
  table: 'users',
  columns: USER_COLUMNS,
  resource: 'User',
  fields: {
    ...Object.fromEntries(
      AS_THEY_STAND.map((name): [string, Field] => [name, { sql: sql`(properties ->> ${name})`, kind: 'text' }]),
    ),
    id: { sql: sql`id`, kind: 'id' },
    userPrincipalName: { sql: sql`user_principal_name_key`, kind: 'key' },
    displayName: { sql: sql`display_name_key`, kind: 'key' },
    mail: { sql: sql`mail_key`, kind: 'key' },
    accountEnabled: { sql: sql`account_enabled`, kind: 'boolean' },
    userType: { sql: sql`'Member'::text`, kind: 'text' },
    createdDateTime: { sql: sql`created_at`, kind: 'time' },
  },
  searched: ['displayName', 'userPrincipalName', 'mail'],
}

/** Living users by display name, a page at a time. */
export async function listUsers(on: Kysely<unknown>, tenantId: string, query: ObjectQuery): Promise<Page<User>> {
  const page = await listObjects<UserRow>(on, tenantId, query, USERS)
  return { ...page, items: page.items.map(toUser) }
}

/** How many living users fit. */
export function countUsers(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'search'>,
): Promise<number> {
  return countObjects(on, tenantId, query, USERS)
}
