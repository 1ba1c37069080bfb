import { execute, hot, type Tx } from '@muster/service-kit/database.ts'

export type ObjectType = 'User' | 'Group'

/** What happened to one object, one reference or one assignment: one row of the change feed. */
export type NewChange =
  | {
      readonly kind: 'object'
      readonly operation: 'add' | 'update' | 'softDelete' | 'restore' | 'hardDelete'
      readonly objectType: ObjectType
      readonly objectId: string
      /** The version that the object has after this change. */
      readonly objectVersion: number
    }
  | {
      readonly kind: 'reference'
      readonly operation: 'add' | 'remove'
      /** The owner: the group of a member, the person whose manager it is. */
      readonly objectType: ObjectType
      readonly objectId: string
      readonly attribute: 'members' | 'manager'
      readonly targetId: string
    }
  | {
      readonly kind: 'assignment'
      readonly operation: 'add' | 'remove'
      /** Who is assigned. */
      readonly objectType: ObjectType
      readonly objectId: string
      /** The service principal assigned to. */
      readonly targetId: string
    }

const INSERT =
  hot(`insert into directory.changes (tenant_id, time, kind, operation, object_type, object_id, object_version, attribute, target_id)
  select $1, $2, c.kind, c.operation, c.object_type, c.object_id, c.object_version, c.attribute, c.target_id
  from jsonb_to_recordset($3::jsonb) as c(place integer, kind text, operation text, object_type text, object_id uuid, object_version bigint,
    attribute text, target_id uuid)
  order by c.place`)

/**
 * Puts one change into the feed, in the transaction that makes it. It gets its number after the commit; so that a
 * reader who sees the number sees the object, this is the transaction's last statement but for other records.
 */
export async function recordChange(tx: Tx, tenantId: string, now: Date, change: NewChange): Promise<void> {
  await recordChanges(tx, tenantId, now, [change])
}

/** As `recordChange`, for several at once, kept in the order given. */
export async function recordChanges(tx: Tx, tenantId: string, now: Date, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return
  const rows = changes.map((change, place) => ({
    place,
    kind: change.kind,
    operation: change.operation,
    object_type: change.objectType,
    object_id: change.objectId,
    object_version: change.kind === 'object' ? change.objectVersion : null,
    attribute: change.kind === 'reference' ? change.attribute : null,
    target_id: change.kind === 'object' ? null : change.targetId,
  }))
  await execute(tx, INSERT, [tenantId, now, JSON.stringify(rows)])
}
