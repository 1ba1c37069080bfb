import type { Database, Tx } from '@muster/service-kit/database.ts'
import { purgeGroup } from '../directory/groups/change-group.ts'
import { lockGroup } from '../directory/groups/repository.ts'
import { purgeUser } from '../directory/users/delete-user.ts'
import { lockUser } from '../directory/users/repository.ts'
import type { Act } from '../graph/act.ts'
import { musterItself } from '../graph/caller.ts'
import type { Purging } from './purging.ts'
import { type DueItem, readDueItems } from './repository.ts'

/** Items read at once. Each goes in a transaction of its own. */
const PAGE = 200
/** A group's members go with it, each as a change of its own: that takes longer than a request may. */
const LIMIT_MS = 60_000

const KINDS = {
  User: { lock: lockUser, purge: purgeUser },
  Group: { lock: lockGroup, purge: purgeGroup },
} as const

/**
 * Takes away for good what has been in a tenant's deleted items since `until` or before, as an administrator would: with
 * changes, so that provisioning deletes it in the targets too, and an audit entry by Muster itself. One that fails is
 * told to `onFault` and tried again the next time; the others still go.
 */
export async function purgeDeletedItems(
  database: Database,
  tenantId: string,
  until: Date,
  { clock, onFault, isStopping }: Purging,
): Promise<void> {
  for (const type of ['User', 'Group'] as const) {
    let after: DueItem | undefined
    for (;;) {
      const items = await readDueItems(database, tenantId, type, { until, after, limit: PAGE })
      for (const { id } of items) {
        if (isStopping()) return
        const act: Act = { tenantId, caller: musterItself(tenantId), now: clock.now() }
        await database.transaction((tx) => purgeIfDue(tx, act, type, id, until), { limitMs: LIMIT_MS }).catch(onFault)
      }
      after = items.at(-1)
      if (items.length < PAGE) break
    }
  }
}

/** Somebody may have restored or purged it meanwhile: what is read under the lock counts. */
async function purgeIfDue(tx: Tx, act: Act, type: 'User' | 'Group', id: string, until: Date): Promise<void> {
  const { lock, purge } = KINDS[type]
  const item = await lock(tx, { tenantId: act.tenantId, id })
  if (item?.deletedAt && item.deletedAt <= until) await purge(tx, act, id)
}
