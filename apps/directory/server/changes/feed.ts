import { type Database, type Executor, hot, run } from '@muster/service-kit/database.ts'
import { type NumberedTable, numberRows } from '@muster/service-kit/numbering.ts'
import type { NewChange } from './record.ts'

export const CHANGES: NumberedTable = { schema: 'directory', table: 'changes', tenantColumn: 'tenant_id' }

/** A change with its place in the tenant's feed: gap-free from 1. */
export type Change = NewChange & { readonly sequence: number; readonly time: Date }

/** Numbers everything committed so far and answers the last number: what was answered before this call is included. */
export async function numberChanges(database: Database, tenantId: string): Promise<number> {
  return numberRows(database, CHANGES, tenantId)
}

interface ChangeRow {
  readonly sequence: string
  readonly time: Date
  readonly kind: NewChange['kind']
  readonly operation: string
  readonly object_type: string
  readonly object_id: string
  readonly object_version: string | null
  readonly attribute: string | null
  readonly target_id: string | null
}

const READ = hot(`select sequence, time, kind, operation, object_type, object_id, object_version, attribute, target_id
  from directory.changes where tenant_id = $1 and sequence > $2 and sequence <= $3 order by sequence limit $4`)

/** The changes numbered after `after` up to `upTo`, oldest first, `limit` at most. */
export async function readChanges(
  on: Executor,
  tenantId: string,
  after: number,
  upTo: number,
  limit: number,
): Promise<Change[]> {
  const rows = await run<ChangeRow>(on, READ, [tenantId, after, upTo, limit])
  return rows.map(fromRow)
}

function fromRow(row: ChangeRow): Change {
  return {
    kind: row.kind,
    operation: row.operation,
    sequence: Number(row.sequence),
    time: row.time,
    objectType: row.object_type,
    objectId: row.object_id,
    ...(row.object_version === null ? {} : { objectVersion: Number(row.object_version) }),
    ...(row.attribute === null ? {} : { attribute: row.attribute }),
    ...(row.target_id === null ? {} : { targetId: row.target_id }),
  } as Change
}
