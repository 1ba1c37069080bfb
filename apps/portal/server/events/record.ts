import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { NumberedTable } from '@muster/service-kit/numbering.ts'
import type { Statement } from '@muster/service-kit/together.ts'

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
 * Tells the world of a change, in the transaction that made it. This is that transaction's last statement, or part of it:
 * whoever changes an object holds its row by then, so that of two changes the later version gets the later row.
 */
export async function recordEvent(tx: Tx, workspaceId: string, now: Date, event: PortalEvent): Promise<void> {
  const { text, values } = told(workspaceId, now, event)
  await run(tx, text, values)
}

/** An event as part of the statement that makes the change. */
export function told(workspaceId: string, now: Date, event: PortalEvent): Statement {
  const { type, objectId, objectVersion, data } = event
  const values = [workspaceId, newId(now), now, type, objectId, objectVersion ?? null, JSON.stringify(data)]
  return { text: INSERT, values }
}
