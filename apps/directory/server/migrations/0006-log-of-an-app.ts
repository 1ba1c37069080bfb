import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

// An app's log outlives its job: it is asked for by the app, newest first.
const INDEX =
  'create index provisioning_log_app on directory.provisioning_log (tenant_id, service_principal_id, time desc, id desc)'

export const logOfAnApp: Migration = {
  async up(database: Kysely<unknown>): Promise<void> {
    await sql.raw(INDEX).execute(database)
  },
}
