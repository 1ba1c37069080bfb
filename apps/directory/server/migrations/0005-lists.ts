import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { toKey, toPropertyKeys } from '../directory/keys.ts'

// `property_keys` holds the texts among an object's properties as they are compared, by Graph's names. The expressions
// of the indexes are those that a filter compares, letter for letter.
const COLUMNS = `
alter table directory.users add column property_keys jsonb not null default '{}';
alter table directory.groups add column property_keys jsonb not null default '{}';
alter table directory.applications add column display_name_key text collate "C" not null default '';
alter table directory.service_principals add column display_name_key text collate "C" not null default '';
`
const INDEXES = `
create index users_department on directory.users
  (tenant_id, ((property_keys ->> 'department') collate "C"), display_name_key, id) where deleted_at is null;
create index users_job_title on directory.users
  (tenant_id, ((property_keys ->> 'jobTitle') collate "C"), display_name_key, id) where deleted_at is null;
create index users_employee_id on directory.users
  (tenant_id, ((property_keys ->> 'employeeId') collate "C")) where deleted_at is null;
-- Few are blocked, and it is they who are looked for.
create index users_blocked on directory.users (tenant_id, display_name_key, id) where deleted_at is null and not account_enabled;
create index users_created on directory.users (tenant_id, created_at, id) where deleted_at is null;
create index groups_created on directory.groups (tenant_id, created_at, id) where deleted_at is null;
create index groups_mail_nickname on directory.groups
  (tenant_id, ((property_keys ->> 'mailNickname') collate "C"), display_name_key, id) where deleted_at is null;
create index app_role_assignments_by_resource on directory.app_role_assignments (tenant_id, resource_id, id);
create index groups_deleted on directory.groups (tenant_id, deleted_at, id) where deleted_at is not null;
create index applications_display_name on directory.applications (tenant_id, display_name_key, id);
create index service_principals_display_name on directory.service_principals (tenant_id, display_name_key, id);
create index service_principals_application on directory.service_principals (tenant_id, application_id);
`

/** Lists are filtered without letter case on every text, and by an index on what administrators filter by. */
export const lists: Migration = {
  up: async (on: Kysely<unknown>) => {
    await sql.raw(COLUMNS).execute(on)
    for (const table of ['users', 'groups'] as const) await foldProperties(on, table)
    for (const table of ['applications', 'service_principals'] as const) await foldNames(on, table)
    await sql.raw(INDEXES).execute(on)
  },
}

interface Row {
  readonly tenant_id: string
  readonly id: string
}

/** SQL never folds: keys of what is stored already are computed here. */
async function foldProperties(on: Kysely<unknown>, table: 'users' | 'groups'): Promise<void> {
  const properties =
    table === 'groups'
      ? sql`properties || jsonb_build_object('mailNickname', mail_nickname)`
      : sql`properties || jsonb_build_object('userPrincipalName', user_principal_name)`
  await forEachBatch<Row & { readonly properties: object }>(on, table, properties, async (rows) => {
    const keys = rows.map((row) => ({ ...row, keys: toPropertyKeys(row.properties) }))
    await sql`update ${sql.table(`directory.${table}`)} t set property_keys = k.keys
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(tenant_id uuid, id uuid, keys jsonb)
      where t.tenant_id = k.tenant_id and t.id = k.id`.execute(on)
  })
}

async function foldNames(on: Kysely<unknown>, table: 'applications' | 'service_principals'): Promise<void> {
  await forEachBatch<Row & { readonly properties: string }>(on, table, sql`display_name`, async (rows) => {
    const keys = rows.map(({ tenant_id, id, properties }) => ({ tenant_id, id, key: toKey(properties) }))
    await sql`update ${sql.table(`directory.${table}`)} t set display_name_key = k.key
      from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k(tenant_id uuid, id uuid, key text)
      where t.tenant_id = k.tenant_id and t.id = k.id`.execute(on)
  })
}

const BATCH = 2_000

async function forEachBatch<T extends Row>(
  on: Kysely<unknown>,
  table: string,
  properties: ReturnType<typeof sql>,
  fold: (rows: readonly T[]) => Promise<void>,
): Promise<void> {
  let after: Row | undefined
  for (;;) {
    const beyond = after ? sql`(tenant_id, id) > (${after.tenant_id}::uuid, ${after.id}::uuid)` : sql`true`
    const { rows } =
      await sql<T>`select tenant_id, id, ${properties} as properties from ${sql.table(`directory.${table}`)}
      where ${beyond} order by tenant_id, id limit ${BATCH}`.execute(on)
    if (rows.length > 0) await fold(rows)
    after = rows.at(-1)
    if (rows.length < BATCH) return
  }
}
