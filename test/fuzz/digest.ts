import { type Database, run } from '@muster/service-kit/database.ts'

/** Tables of a workspace that a SCIM request may write. */
const TABLES = [
  'users',
  'user_emails',
  'user_roles',
  'identities',
  'departed',
  'population',
  'teams',
  'team_members',
  'team_roles',
  'standing_members',
  'settings',
  'roles',
  'api_keys',
] as const

const ROWS = TABLES.map(
  (table) => `select '${table}' || t::text as line from portal.${table} t where workspace_id = $1`,
).join(' union all ')

// Audit and events are only ever added to, and numbered a moment after the commit: the last one tells enough.
const DIGEST = `select md5(coalesce(string_agg(line, e'\\n' order by line collate "C"), '')) as rows,
  (select max(id) from portal.audit_entries where workspace_id = $1) as audit,
  (select max(id) from portal.events where workspace_id = $1) as events from (${ROWS}) as lines`

/** A text that changes when anything changes that a workspace holds. */
export async function digestOf(database: Database, workspaceId: string): Promise<string> {
  return JSON.stringify(await run(database, DIGEST, [workspaceId]))
}
