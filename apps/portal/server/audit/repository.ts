import { type Database, hot, run } from '@muster/service-kit/database.ts'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { AuditEntry } from './record.ts'

/** An audit entry as it is read. */
export interface StoredAuditEntry extends AuditEntry {
  readonly time: Date
  readonly actorType: string
  readonly actorIdentifier?: string
  readonly ipAddress?: string
  readonly requestId?: string
  /** Undefined for the moment until it is given, after commit. */
  readonly sequence?: number
}

/** Values of one field are alternatives; fields narrow each other. */
export interface AuditSearch {
  readonly startTime?: Date | undefined
  readonly endTime?: Date | undefined
  readonly actions?: readonly string[] | undefined
  readonly objectIdentifiers?: readonly string[] | undefined
  readonly objectTypes?: readonly string[] | undefined
  readonly actorTypes?: readonly string[] | undefined
  readonly actorApiKeyIdentifiers?: readonly string[] | undefined
  readonly actorEmails?: readonly string[] | undefined
  readonly actorIpAddresses?: readonly string[] | undefined
  /** Kinds of request without an actor; no entry has one. */
  readonly actorRequestTypes?: readonly string[] | undefined
}

interface AuditRow {
  readonly sequence: string | null
  readonly time: Date
  readonly action: AuditEntry['action']
  readonly object_type: AuditEntry['objectType']
  readonly object_id: string | null
  readonly object_identifier: string
  readonly actor_type: string
  readonly actor_identifier: string | null
  readonly ip_address: string | null
  readonly request_id: string | null
  readonly details: Record<string, unknown>
}

const COLUMNS = `sequence, time, action, object_type, object_id, object_identifier, actor_type, actor_identifier,
  ip_address, request_id, details`

/** One page of entries, newest first, and how many there are on all pages. */
export async function findAuditEntries(
  database: Database,
  workspaceId: string,
  search: AuditSearch,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<{ readonly entries: readonly StoredAuditEntry[]; readonly total: number }> {
  const from = sql`from portal.audit_entries where workspace_id = ${workspaceId} ${sql.join(conditions(search), sql` `)}`
  const rows = await sql<AuditRow>`select ${sql.raw(COLUMNS)} ${from}
    order by time desc, id desc limit ${limit} offset ${offset}`.execute(database.query)
  const total = await sql<{ total: number }>`select count(*)::int as total ${from}`.execute(database.query)
  return { entries: rows.rows.map(fromRow), total: total.rows[0]?.total ?? 0 }
}

function conditions(search: AuditSearch): RawBuilder<SqlBool>[] {
  const among = (column: string, values: readonly string[] | undefined) =>
    values && values.length > 0 ? [sql<SqlBool>`and ${sql.ref(column)} = any(${values}::text[])`] : []
  const { startTime, endTime } = search
  const keys = search.actorApiKeyIdentifiers
  return [
    sql<SqlBool>`and true`,
    ...(startTime ? [sql<SqlBool>`and time >= ${startTime}`] : []),
    ...(endTime ? [sql<SqlBool>`and time <= ${endTime}`] : []),
    ...among('action', search.actions),
    ...among('object_identifier', search.objectIdentifiers),
    ...among('object_type', search.objectTypes),
    ...among('actor_type', search.actorTypes),
    ...(keys ? [sql<SqlBool>`and actor_type = 'API_KEY'`, ...among('actor_identifier', keys)] : []),
    ...among('actor_email', search.actorEmails),
    ...among('ip_address', search.actorIpAddresses),
    ...(search.actorRequestTypes?.length ? [sql<SqlBool>`and false`] : []),
  ]
}

// By the index on the object: a person has few entries.
const DEPROVISIONINGS = hot(`
  select ${COLUMNS} from portal.audit_entries
  where workspace_id = $1 and object_id = $2 and object_type = 'USER' and details ->> 'event' = 'user.deprovisioned'
  order by time desc, id desc`)

/** What was taken from somebody, each time that it was. */
export async function deprovisioningsOf(
  database: Database,
  workspaceId: string,
  userId: string,
): Promise<StoredAuditEntry[]> {
  return (await run<AuditRow>(database, DEPROVISIONINGS, [workspaceId, userId])).map(fromRow)
}

function fromRow(row: AuditRow): StoredAuditEntry {
  return {
    action: row.action,
    objectType: row.object_type,
    ...(row.object_id === null ? {} : { objectId: row.object_id }),
    objectIdentifier: row.object_identifier,
    details: row.details,
    time: row.time,
    actorType: row.actor_type,
    ...(row.actor_identifier === null ? {} : { actorIdentifier: row.actor_identifier }),
    ...(row.ip_address === null ? {} : { ipAddress: row.ip_address }),
    ...(row.request_id === null ? {} : { requestId: row.request_id }),
    ...(row.sequence === null ? {} : { sequence: Number(row.sequence) }),
  }
}
