import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { JobKey } from '../job/job.ts'
import type { Failure } from '../steps/failure.ts'
import type { ObjectType } from '../steps/mapping.ts'

/** What failed and is to be tried again: an object itself, or one reference of it. */
export interface EscrowKey {
  readonly sourceType: ObjectType
  readonly sourceId: string
  /** Empty for the object itself. */
  readonly attribute: '' | 'manager' | 'members'
  /** Source id of the other end; undefined for the object itself and for a manager, of whom there is one. */
  readonly referenceId?: string
}

/** What stands where an escrow has no other end. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

// Tried again in the next cycle, then after 2, 4, 8 … cycles.
const STORE = hot(`insert into directory.escrows as e
  (tenant_id, job_id, source_type, source_id, attribute, reference_id, error_code, error_message, attempts, due_cycle, first_failed_at, last_failed_at)
  select $1, $2, r.*, 1, $9::bigint + 1, $10, $10
    from unnest($3::text[], $4::uuid[], $5::text[], $6::uuid[], $7::text[], $8::text[]) r
  on conflict (tenant_id, job_id, source_id, attribute, reference_id) do update set error_code = excluded.error_code,
    error_message = excluded.error_message, last_failed_at = excluded.last_failed_at, attempts = e.attempts + 1,
    due_cycle = $9::bigint + (1::bigint << least(e.attempts, 20))`)

/** Longest text of an error that is kept. */
const MESSAGE_LIMIT = 2_000

/** An object, or one reference of it, that failed. */
export interface Escrow extends EscrowKey {
  readonly failure: Failure
}

/** One escrow for each of some members that failed together, or the one of the object or its manager. */
export const escrowsOf = (
  object: Pick<EscrowKey, 'sourceType' | 'sourceId'>,
  attribute: EscrowKey['attribute'],
  memberIds: readonly string[],
  failure: Failure,
): Escrow[] =>
  attribute === 'members'
    ? memberIds.map((referenceId) => ({ ...object, attribute, referenceId, failure }))
    : [{ ...object, attribute, failure }]

/** Puts objects and references aside until their next try. Each may be named once. */
export async function storeEscrows(
  tx: Tx,
  job: JobKey,
  at: { readonly cycle: number; readonly now: Date },
  escrows: readonly Escrow[],
): Promise<void> {
  if (escrows.length === 0) return
  await execute(tx, STORE, [
    job.tenantId,
    job.jobId,
    escrows.map(({ sourceType }) => sourceType),
    escrows.map(({ sourceId }) => sourceId),
    escrows.map(({ attribute }) => attribute),
    escrows.map(({ referenceId }) => referenceId ?? NOBODY),
    escrows.map(({ failure }) => failure.errorCode),
    escrows.map(({ failure }) => messageOf(failure)),
    at.cycle,
    at.now,
  ])
}

const messageOf = ({ reason, additionalDetails }: Failure): string =>
  `${reason} ${additionalDetails}`.slice(0, MESSAGE_LIMIT).replaceAll('\0', '\ufffd').toWellFormed()

const CLEAR = hot(`delete from directory.escrows
  where tenant_id = $1 and job_id = $2 and source_id = any($3) and attribute = $4 and reference_id = any($5)`)

/** Whatever came of these objects, or of their managers, it did not fail. */
export async function clearEscrows(
  tx: Tx,
  job: JobKey,
  attribute: '' | 'manager',
  sourceIds: readonly string[],
): Promise<void> {
  if (sourceIds.length > 0) await execute(tx, CLEAR, [job.tenantId, job.jobId, sourceIds, attribute, [NOBODY]])
}

/** The same for members of one group. */
export async function clearMemberEscrows(
  tx: Tx,
  job: JobKey,
  groupId: string,
  memberIds: readonly string[],
): Promise<void> {
  await execute(tx, CLEAR, [job.tenantId, job.jobId, [groupId], 'members', memberIds])
}

const CLEAR_DUE = hot(`delete from directory.escrows
  where tenant_id = $1 and job_id = $2 and attribute <> '' and due_cycle <= $3`)

/** At the end of a cycle: references that were due and did not fail again are settled, or nobody's any more. */
export async function clearDueReferences(tx: Tx, job: JobKey, cycle: number): Promise<void> {
  await execute(tx, CLEAR_DUE, [job.tenantId, job.jobId, cycle])
}

const CLEAR_ALL_REFERENCES = hot(`delete from directory.escrows
  where tenant_id = $1 and job_id = $2 and source_id = $3 and attribute <> ''`)

/** The owner's link is gone: what hung on it is compared anew when there is another. */
export async function clearReferenceEscrows(tx: Tx, job: JobKey, sourceId: string): Promise<void> {
  await execute(tx, CLEAR_ALL_REFERENCES, [job.tenantId, job.jobId, sourceId])
}

const DUE = hot(`select source_type, source_id, attribute, reference_id from directory.escrows
  where tenant_id = $1 and job_id = $2 and due_cycle <= $3`)

interface EscrowRow {
  source_type: string
  source_id: string
  attribute: string
  reference_id: string
}

export async function dueEscrows(on: Executor, job: JobKey, cycle: number): Promise<EscrowKey[]> {
  return (await run<EscrowRow>(on, DUE, [job.tenantId, job.jobId, cycle])).map(fromRow)
}

const fromRow = (row: EscrowRow): EscrowKey => ({
  sourceType: row.source_type as ObjectType,
  sourceId: row.source_id,
  attribute: row.attribute as EscrowKey['attribute'],
  referenceId: row.reference_id,
})

const ESCROWED = hot(`select source_id from directory.escrows
  where tenant_id = $1 and job_id = $2 and source_type = $3 and source_id = any($4) and attribute = ''`)

/** Which of these objects failed before. */
export async function escrowedObjects(
  on: Executor,
  job: JobKey,
  type: ObjectType,
  sourceIds: readonly string[],
): Promise<Set<string>> {
  const rows = await run<{ source_id: string }>(on, ESCROWED, [job.tenantId, job.jobId, type, sourceIds])
  return new Set(rows.map((row) => row.source_id))
}

const ESCROWED_REFERENCES = hot(`select source_type, source_id, attribute, reference_id from directory.escrows
  where tenant_id = $1 and job_id = $2 and source_id = any($3) and attribute <> ''`)

/** References of these owners that failed before: they come back in their own time. */
export async function escrowedReferences(on: Executor, job: JobKey, ownerIds: readonly string[]): Promise<EscrowKey[]> {
  return (await run<EscrowRow>(on, ESCROWED_REFERENCES, [job.tenantId, job.jobId, ownerIds])).map(fromRow)
}

const COUNT = hot(`select count(*) filter (where attribute = '')::int as objects,
    count(*) filter (where attribute <> '')::int as references
  from directory.escrows where tenant_id = $1 and job_id = $2`)

/** What waits for another try. */
export async function countEscrows(
  on: Executor,
  job: JobKey,
): Promise<{ readonly objects: number; readonly references: number }> {
  const [row] = await run<{ objects: number; references: number }>(on, COUNT, [job.tenantId, job.jobId])
  return row ?? { objects: 0, references: 0 }
}

const CLEAR_ALL = hot(`delete from directory.escrows where tenant_id = $1 and job_id = $2`)

/** Forgets everything that failed. */
export async function clearAllEscrows(tx: Tx, { tenantId, jobId }: JobKey): Promise<void> {
  await execute(tx, CLEAR_ALL, [tenantId, jobId])
}
