import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Kysely, sql } from 'kysely'
import type { Filter } from '../graph/filter.ts'
import { type Page, toPage } from '../graph/odata.ts'
import { auditCondition } from './conditions.ts'
import type { AuditTarget } from './record.ts'

/** A row of the audit log, as it was written. */
export interface AuditEntry {
  readonly id: string
  readonly entry_id: string
  readonly time: Date
  readonly category: string
  readonly activity: string
  readonly initiated_by: {
    readonly user?: { readonly id: string; readonly displayName: string; readonly userPrincipalName: string }
    readonly app?: { readonly appId: string | null; readonly displayName: string }
  }
  readonly target: AuditTarget
  readonly related: readonly AuditTarget[]
  readonly details: Readonly<Record<string, unknown>>
  readonly request_id: string | null
}

const COLUMNS = sql`id, entry_id, time, category, activity, initiated_by, target, related, details, request_id`

/** The entries of a tenant that fit, newest first, a page at a time. */
export async function listAuditEntries(
  on: Kysely<unknown>,
  tenantId: string,
  query: {
    readonly where: Filter | undefined
    readonly after: readonly string[] | undefined
    readonly top: number
  },
): Promise<Page<AuditEntry>> {
  const fits = query.where ? auditCondition(query.where, tenantId) : sql`true`
  const follows = query.after ? isAfter(query.after) : sql`true`
  const { rows } = await sql<AuditEntry>`select ${COLUMNS} from directory.audit_entries
    where tenant_id = ${tenantId} and ${fits} and ${follows} order by time desc, id desc limit ${query.top + 1}`.execute(
    on,
  )
  return toPage(rows, query.top, (row) => [row.time.toISOString(), row.id])
}

function isAfter([time = '', id = '']: readonly string[]) {
  const read = new Date(time)
  if (Number.isNaN(read.getTime()) || !/^\d{1,18}$/.test(id))
    throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
  return sql`(time, id) < (${read}, ${id}::bigint)`
}

export async function findAuditEntry(
  on: Kysely<unknown>,
  tenantId: string,
  entryId: string,
): Promise<AuditEntry | undefined> {
  if (!isUuid(entryId)) return undefined
  const { rows } = await sql<AuditEntry>`select ${COLUMNS} from directory.audit_entries
    where tenant_id = ${tenantId} and entry_id = ${entryId}`.execute(on)
  return rows[0]
}
