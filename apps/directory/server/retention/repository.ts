import { type Executor, execute, hot, run } from '@muster/service-kit/database.ts'

/** Rows that one statement takes away: few enough that nobody waits for it. */
const BATCH = 5_000

/** Something in the deleted items, and since when. */
export interface DueItem {
  readonly id: string
  readonly deletedAt: Date
}

const due = (table: 'users' | 'groups') =>
  hot(`select id, deleted_at from directory.${table}
  where tenant_id = $1 and deleted_at is not null and deleted_at <= $2 and (deleted_at, id) > ($3, $4) order by deleted_at, id limit $5`)
const DUE = { User: due('users'), Group: due('groups') }
const LOWEST: DueItem = { id: '00000000-0000-0000-0000-000000000000', deletedAt: new Date(0) }

/** What was deleted at `until` or before, the longest ago first, after the one that was read last. */
export async function readDueItems(
  on: Executor,
  tenantId: string,
  type: 'User' | 'Group',
  page: { readonly until: Date; readonly after: DueItem | undefined; readonly limit: number },
): Promise<DueItem[]> {
  const { id, deletedAt } = page.after ?? LOWEST
  const rows = await run<{ id: string; deleted_at: Date }>(on, DUE[type], [
    tenantId,
    page.until,
    deletedAt,
    id,
    page.limit,
  ])
  return rows.map((row) => ({ id: row.id, deletedAt: row.deleted_at }))
}

// A job that stands still too long begins anew and reads no feed; a cycle that runs reads on, whenever it began.
const DELETE_CHANGES = hot(`delete from directory.changes where tenant_id = $1 and id = any(array(
  select id from directory.changes where tenant_id = $1 and time < $2 and sequence <= coalesce(
    (select min(j.watermark) from directory.jobs j where j.tenant_id = $1 and (j.watermark_at >= $2 or exists (
      select 1 from directory.cycles c where c.tenant_id = j.tenant_id and c.job_id = j.job_id and c.state = 'Running'))),
    9223372036854775807)
  limit ${BATCH}))`)
const DELETE_AUDIT_ENTRIES = hot(`delete from directory.audit_entries where tenant_id = $1 and id = any(array(
  select id from directory.audit_entries where tenant_id = $1 and time < $2 and sequence is not null limit ${BATCH}))`)

/** Takes a batch of changes from before `before` away that every job has read; answers whether more may be left. */
export async function deleteOldChanges(on: Executor, tenantId: string, before: Date): Promise<boolean> {
  return (await execute(on, DELETE_CHANGES, [tenantId, before])) === BATCH
}

/** Takes a batch of audit entries from before `before` away; answers whether more may be left. */
export async function deleteOldAuditEntries(on: Executor, tenantId: string, before: Date): Promise<boolean> {
  return (await execute(on, DELETE_AUDIT_ENTRIES, [tenantId, before])) === BATCH
}
