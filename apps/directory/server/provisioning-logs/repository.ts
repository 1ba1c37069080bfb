import { execute, hot, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Kysely, sql } from 'kysely'
import { type ObjectQuery, type Page, toPage } from '../graph/odata.ts'
import { logCondition } from './conditions.ts'
import type { LogRow } from './log-row.ts'

const INSERT = hot(`insert into directory.provisioning_log (tenant_id, id, time, job_id, service_principal_id, cycle_id,
  change_id, action, status, duration_ms, source, target, error, steps, modified_properties)
  select $1, r.* from json_to_recordset($2::json) r("id" uuid, "time" timestamptz, "jobId" text, "servicePrincipalId" uuid,
    "cycleId" uuid, "changeId" uuid, "action" text, "status" text, "durationMs" integer, "source" jsonb, "target" jsonb,
    "error" jsonb, "steps" jsonb, "modifiedProperties" jsonb)`)

/** PostgreSQL stores neither NUL nor half a surrogate pair, and what a target answers may hold either. */
const storable = (value: unknown): string =>
  JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'string' ? inner.replaceAll('\0', '\ufffd').toWellFormed() : inner,
  )

/** Writes what became of some objects, in the transaction that remembers it. */
export async function insertLogRows(tx: Tx, tenantId: string, rows: readonly LogRow[]): Promise<void> {
  if (rows.length > 0) await execute(tx, INSERT, [tenantId, storable(rows)])
}

interface LogSqlRow {
  id: string
  time: Date
  job_id: string
  service_principal_id: string
  service_principal_name: string | null
  service_principal_app_id: string | null
  cycle_id: string
  change_id: string
  action: string
  status: string
  duration_ms: number
  source: LogRow['source']
  target: LogRow['target']
  error: LogRow['error']
  steps: LogRow['steps']
  modified_properties: LogRow['modifiedProperties']
}

/** A row as it is read: with the app's name of today. */
export type StoredLogRow = LogRow & { readonly servicePrincipalName: string; readonly applicationId: string }

/** Rows of a tenant that fit, newest first, a page at a time. */
export async function readLog(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where' | 'after' | 'top'>,
): Promise<Page<StoredLogRow>> {
  const follows = query.after ? isAfter(query.after) : sql`true`
  const { rows } = await sql<LogSqlRow>`select l.id, l.time, l.job_id, l.service_principal_id,
      p.display_name as service_principal_name, p.app_id as service_principal_app_id, l.cycle_id, l.change_id, l.action,
      l.status, l.duration_ms, l.source, l.target, l.error, l.steps, l.modified_properties
    from directory.provisioning_log l
    left join directory.service_principals p on p.tenant_id = l.tenant_id and p.id = l.service_principal_id
    where l.tenant_id = ${tenantId} and ${fits(query)} and ${follows}
    order by l.time desc, l.id desc limit ${query.top + 1}`.execute(on)
  return toPage(rows.map(fromRow), query.top, (row) => [row.time.toISOString(), row.id])
}

/** How many rows of a tenant fit. */
export async function countLog(
  on: Kysely<unknown>,
  tenantId: string,
  query: Pick<ObjectQuery, 'where'>,
): Promise<number> {
  const { rows } = await sql<{ total: string }>`select count(*) as total from directory.provisioning_log l
    where l.tenant_id = ${tenantId} and ${fits(query)}`.execute(on)
  return Number(rows[0]?.total ?? 0)
}

const fits = ({ where }: Pick<ObjectQuery, 'where'>) => (where ? logCondition(where) : sql`true`)

function isAfter([time = '', id = '']: readonly string[]) {
  const read = new Date(time)
  if (Number.isNaN(read.getTime()) || !isUuid(id))
    throw new Refusal('invalid', "The '$skiptoken' is not one that was given here.")
  return sql`(l.time, l.id) < (${read}, ${id}::uuid)`
}

function fromRow(row: LogSqlRow): StoredLogRow {
  return {
    id: row.id,
    time: row.time,
    jobId: row.job_id,
    servicePrincipalId: row.service_principal_id,
    servicePrincipalName: row.service_principal_name ?? '',
    applicationId: row.service_principal_app_id ?? '',
    cycleId: row.cycle_id,
    changeId: row.change_id,
    action: row.action as LogRow['action'],
    status: row.status as LogRow['status'],
    durationMs: row.duration_ms,
    source: row.source,
    target: row.target,
    error: row.error,
    steps: row.steps,
    modifiedProperties: row.modified_properties,
  }
}
