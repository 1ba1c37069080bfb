import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { NumberedTable } from '@muster/service-kit/numbering.ts'

/** Numbered after commit; the feed reads numbered rows only. */
export const EVENTS: NumberedTable = { schema: 'portal', table: 'events', tenantColumn: 'workspace_id' }

export type EventType =
  | 'user.created'
  | 'user.updated'
  | 'user.deprovisioned'
  | 'user.returned'
  | 'user.deleted'
  | 'team.created'
  | 'team.updated'
  | 'team.deleted'

export interface PortalEvent {
  readonly type: EventType
  readonly objectId: string
  /** The object's version after the change; absent when the object is gone. */
  readonly objectVersion?: number
  /** JSON. Never a secret. */
  readonly data: Readonly<Record<string, unknown>>
}

const INSERT = hot(`
  insert into portal.events (workspace_id, event_id, time, type, object_id, object_version, data)
  values ($1, $2, $3, $4, $5, $6, $7::jsonb)`)

/**
 * Tells the world of a change, in the transaction that made it. This is that transaction's last statement: the object's
 * version has moved just before, so that of two changes to one object the later version gets the later row.
 */
export async function recordEvent(tx: Tx, workspaceId: string, now: Date, event: PortalEvent): Promise<void> {
  const { type, objectId, objectVersion, data } = event
  await run(tx, INSERT, [workspaceId, newId(now), now, type, objectId, objectVersion ?? null, JSON.stringify(data)])
}
