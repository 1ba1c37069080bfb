import type { Database } from '@muster/service-kit/database.ts'
import { purgeProvisioningLogs } from '../provisioning-logs/purge.ts'
import { purgeExpired } from '../sign-in/purge.ts'
import { listTenants } from '../tenants/repository.ts'
import { purgeDeletedItems } from './purge-deleted-items.ts'
import type { Purging } from './purging.ts'
import { deleteOldAuditEntries, deleteOldChanges } from './repository.ts'

const DAY_MS = 86_400_000
/** How often it is looked for what may go. */
const EVERY_MS = 600_000
/** Entra keeps deleted users and groups for 30 days, and audit entries as long. */
const DELETED_ITEMS_KEPT_MS = 30 * DAY_MS
const AUDIT_KEPT_MS = 30 * DAY_MS
/**
 * A watermark or delta link of up to 30 days is honoured. One day on top, for what began to read on the last of them,
 * and for changes that were written before a watermark and numbered after it.
 */
const CHANGES_KEPT_MS = 31 * DAY_MS

/**
 * Clears away what has had its time: expired sign-ins, provisioning logs, deleted items, changes that every job has
 * read, audit entries.
 * Several nodes may do so at once.
 */
export async function purge(database: Database, purging: Purging): Promise<void> {
  const now = purging.clock.now()
  const ago = (ms: number) => new Date(now.getTime() - ms)
  await purgeExpired(database, now)
  await purgeProvisioningLogs(database, now)
  for (const { tenantId } of await listTenants(database)) {
    await purgeDeletedItems(database, tenantId, ago(DELETED_ITEMS_KEPT_MS), purging)
    while (!purging.isStopping() && (await deleteOldChanges(database, tenantId, ago(CHANGES_KEPT_MS))));
    while (!purging.isStopping() && (await deleteOldAuditEntries(database, tenantId, ago(AUDIT_KEPT_MS))));
    if (purging.isStopping()) return
  }
}

/** Keeps doing so until `stop` has ended. */
export function startPurging(database: Database, { clock, onFault }: Omit<Purging, 'isStopping'>) {
  let running = Promise.resolve()
  let isStopped = false
  const timer = setInterval(() => {
    running = running.then(() => purge(database, { clock, onFault, isStopping: () => isStopped })).catch(onFault)
  }, EVERY_MS)
  return {
    async stop(): Promise<void> {
      isStopped = true
      clearInterval(timer)
      await running
    },
  }
}
