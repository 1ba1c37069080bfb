import { type Database, execute, hot } from '@muster/service-kit/database.ts'

/** Rows deleted at once: few enough that nobody waits for it. */
const BATCH = 2_000

/** Provisioning logs and what is known of a cycle are kept this long (facts §5.3). */
export const KEPT_MS = 30 * 24 * 60 * 60 * 1000

const LOG_ROWS = hot(`delete from directory.provisioning_log where ctid = any(array(
  select ctid from directory.provisioning_log where time < $1 limit ${BATCH}))`)

// A job goes on showing its last cycles by kind, however long ago they were.
const CYCLES = hot(`delete from directory.cycles where ctid = any(array(
  select c.ctid from directory.cycles c where c.ended_at < $1
    and exists (select from directory.cycles n where n.tenant_id = c.tenant_id and n.job_id = c.job_id
      and n.number > c.number and n.ended_at is not null)
    and (c.state = 'Failed' or exists (select from directory.cycles n where n.tenant_id = c.tenant_id
      and n.job_id = c.job_id and n.number > c.number and n.state in ('Succeeded', 'EntryLevelErrors')))
    and (c.state <> 'Succeeded' or exists (select from directory.cycles n where n.tenant_id = c.tenant_id
      and n.job_id = c.job_id and n.number > c.number and n.state = 'Succeeded'))
    and (c.state <> 'Succeeded' or coalesce((c.counts ->> 'exported')::bigint, 0) = 0
      or exists (select from directory.cycles n where n.tenant_id = c.tenant_id and n.job_id = c.job_id
        and n.number > c.number and n.state = 'Succeeded' and (n.counts ->> 'exported')::bigint > 0))
  limit ${BATCH}))`)

/** Clears away log rows and cycles that are older than thirty days, in batches. */
export async function purgeProvisioningLogs(database: Database, now: Date): Promise<void> {
  const before = new Date(now.getTime() - KEPT_MS)
  for (const statement of [LOG_ROWS, CYCLES]) while ((await execute(database, statement, [before])) === BATCH);
}
