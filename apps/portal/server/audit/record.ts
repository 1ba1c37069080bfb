import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { NumberedTable } from '@muster/service-kit/numbering.ts'
import type { Statement } from '@muster/service-kit/together.ts'
import { type Actor, actorIdentifier, type Origin } from '../identity/actor.ts'
import type { Deed } from './deed.ts'

/** Numbered after commit, so that a reader of `sequence` never misses a late one. */
export const AUDIT_ENTRIES: NumberedTable = {
  schema: 'portal',
  table: 'audit_entries',
  tenantColumn: 'workspace_id',
}

export const AUDIT_ACTIONS = ['CREATE', 'READ', 'UPDATE', 'DELETE'] as const

/** What an entry can tell of. */
export const AUDIT_OBJECT_TYPES = [
  'USER',
  'ROLE',
  'ROLE_ASSIGNMENT',
  'TEAM',
  'TEAM_MEMBER',
  'API_KEY',
  'PERSONAL_API_KEY',
  'SESSION',
  'SCIM_SETTINGS',
  'DEFAULT_ROLE',
  'OPENID_CONNECTOR',
  'ALLOW_LIST_ENTRY',
] as const

export type AuditObjectType = (typeof AUDIT_OBJECT_TYPES)[number]

export interface AuditEntry {
  readonly action: (typeof AUDIT_ACTIONS)[number]
  readonly objectType: AuditObjectType
  readonly objectId?: string
  /** What a person reads: the e-mail of a USER, the name of a team, key or role. */
  readonly objectIdentifier: string
  /** JSON. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
}

const INSERT = hot(`
  insert into portal.audit_entries (workspace_id, time, action, object_type, object_id, object_identifier, actor_type,
    actor_identifier, actor_email, ip_address, request_id, details)
  select $1, $2, action, "objectType", "objectId", "objectIdentifier", $3, $4, $5, $6, $7, coalesce(details, '{}')
  from jsonb_to_recordset($8::jsonb)
    as entry (action text, "objectType" text, "objectId" text, "objectIdentifier" text, details jsonb)`)

/** Writes an entry in the transaction that did what it tells of: both commit, or neither. */
export const recordAudit = (tx: Tx, actor: Actor, origin: Origin, now: Date, entry: AuditEntry): Promise<void> =>
  recordAudits(tx, { actor, origin, now }, [entry])

/** As `recordAudit`, for a deed that touches many objects: one statement writes every entry. */
export async function recordAudits(tx: Tx, deed: Deed, entries: readonly AuditEntry[]): Promise<void> {
  const { text, values } = audited(deed, entries)
  await run(tx, text, values)
}

/** The entries of a deed as part of the statement that does it. */
export function audited({ actor, origin, now }: Deed, entries: readonly AuditEntry[]): Statement {
  const who = [actor.type, actorIdentifier(actor), 'email' in actor ? actor.email : null]
  const where = [origin.ipAddress ?? null, origin.requestId ?? null]
  return { text: INSERT, values: [actor.workspaceId, now, ...who, ...where, JSON.stringify(entries)] }
}
