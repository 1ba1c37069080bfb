import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { JobKey } from '../job/job.ts'
import type { ObjectType } from '../steps/mapping.ts'

// Here and in the files beside, a statement reads one table by its key and the joining is done in TypeScript: in an
// initial cycle these tables have grown since the planner last looked at them, and its joins then cost minutes.

/** One owner's references of one attribute, by the target system's ids. */
export interface OwnerKey {
  readonly ownerType: ObjectType
  readonly ownerTargetId: string
  readonly attribute: 'manager' | 'members'
}

const values = (job: JobKey, owner: OwnerKey) => [
  job.tenantId,
  job.jobId,
  owner.ownerType,
  owner.ownerTargetId,
  owner.attribute,
]

const DOUBT = hot(`insert into directory.references_sent
  (tenant_id, job_id, owner_type, owner_target_id, attribute, target_id, confirmed)
  select $1, $2, r.*, false from unnest($3::text[], $4::text[], $5::text[], $6::text[]) r
  on conflict (tenant_id, job_id, owner_type, owner_target_id, attribute, target_id) do update set confirmed = false`)

/** References of one owner. */
export interface References extends OwnerKey {
  readonly targetIds: readonly string[]
}

/**
 * Before requests that add or remove these, each of another owner: until their answers are recorded, nobody knows
 * whether the target has them.
 */
export async function doubtReferences(tx: Tx, job: JobKey, owners: readonly References[]): Promise<void> {
  const rows = owners.flatMap(({ targetIds, ...owner }) => targetIds.map((targetId) => ({ ...owner, targetId })))
  if (rows.length === 0) return
  await execute(tx, DOUBT, [
    job.tenantId,
    job.jobId,
    rows.map(({ ownerType }) => ownerType),
    rows.map(({ ownerTargetId }) => ownerTargetId),
    rows.map(({ attribute }) => attribute),
    rows.map(({ targetId }) => targetId),
  ])
}

const CONFIRM = hot(`update directory.references_sent set confirmed = true
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = $4 and attribute = $5 and target_id = any($6)`)

// One reference an owner. The position stands for a join, which would be planned without statistics (see above).
const CONFIRM_ONE_EACH = hot(`update directory.references_sent set confirmed = true
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = any($4::text[]) and attribute = $5
    and target_id = ($6::text[])[array_position($4::text[], owner_target_id)]`)

/** The target has these, each of another owner. */
export async function confirmReferences(tx: Tx, job: JobKey, owners: readonly References[]): Promise<void> {
  const managers = owners.filter(({ attribute, targetIds }) => attribute === 'manager' && targetIds.length === 1)
  if (managers.length > 0)
    await execute(tx, CONFIRM_ONE_EACH, [
      job.tenantId,
      job.jobId,
      'User',
      managers.map(({ ownerTargetId }) => ownerTargetId),
      'manager',
      managers.flatMap(({ targetIds }) => targetIds),
    ])
  for (const owner of owners)
    if (owner.targetIds.length > 0 && !managers.includes(owner))
      await execute(tx, CONFIRM, [...values(job, owner), owner.targetIds])
}

const FORGET = hot(`delete from directory.references_sent
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = $4 and attribute = $5 and target_id = any($6)`)

/** The target no longer has them. */
export async function forgetReferences(
  tx: Tx,
  job: JobKey,
  owner: OwnerKey,
  targetIds: readonly string[],
): Promise<void> {
  if (targetIds.length > 0) await execute(tx, FORGET, [...values(job, owner), targetIds])
}

/** Something that was sent, by the target system's ids. */
interface SentRow {
  owner_target_id: string
  target_id: string
  confirmed: boolean
}

const OF_OWNERS = hot(`select owner_target_id, target_id, confirmed from directory.references_sent
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and attribute = $4 and owner_target_id = any($5)`)

/** Everything sent of one attribute of these owners, by owner. */
export async function sentBy(
  on: Executor,
  job: JobKey,
  { ownerType, attribute }: Pick<OwnerKey, 'ownerType' | 'attribute'>,
  ownerTargetIds: readonly string[],
): Promise<Map<string, { readonly targetId: string; readonly isConfirmed: boolean }[]>> {
  const rows = await run<SentRow>(on, OF_OWNERS, [job.tenantId, job.jobId, ownerType, attribute, ownerTargetIds])
  const byOwner = new Map<string, { targetId: string; isConfirmed: boolean }[]>()
  for (const row of rows) {
    const sent = { targetId: row.target_id, isConfirmed: row.confirmed }
    byOwner.set(row.owner_target_id, [...(byOwner.get(row.owner_target_id) ?? []), sent])
  }
  return byOwner
}

const NAMED = hot(`select target_id, confirmed from directory.references_sent
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = $4 and attribute = $5 and target_id = any($6)`)

/** Which of these were sent, and whether the target confirmed them. */
export async function sentAmong(
  on: Executor,
  job: JobKey,
  owner: OwnerKey,
  targetIds: readonly string[],
): Promise<Map<string, 'unconfirmed' | 'confirmed'>> {
  const rows = await run<SentRow>(on, NAMED, [...values(job, owner), targetIds])
  return new Map(rows.map((row) => [row.target_id, row.confirmed ? 'confirmed' : 'unconfirmed']))
}

const PAGE = hot(`select target_id from directory.references_sent
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = $4 and attribute = $5 and target_id > $6
  order by target_id limit $7`)

/** What was sent of one owner, in pages by target id. */
export async function sentPage(
  on: Executor,
  job: JobKey,
  owner: OwnerKey,
  after: string,
  limit: number,
): Promise<string[]> {
  const rows = await run<{ target_id: string }>(on, PAGE, [...values(job, owner), after, limit])
  return rows.map((row) => row.target_id)
}

/** A reference whose request was under way when its worker died. */
export interface UnconfirmedReference extends OwnerKey {
  readonly targetId: string
}

const UNCONFIRMED = hot(`select owner_type, owner_target_id, attribute, target_id from directory.references_sent
  where tenant_id = $1 and job_id = $2 and not confirmed`)

export async function unconfirmedReferences(on: Executor, job: JobKey): Promise<UnconfirmedReference[]> {
  const rows = await run<{ owner_type: string; owner_target_id: string; attribute: string; target_id: string }>(
    on,
    UNCONFIRMED,
    [job.tenantId, job.jobId],
  )
  return rows.map((row) => ({
    ownerType: row.owner_type as ObjectType,
    ownerTargetId: row.owner_target_id,
    attribute: row.attribute as OwnerKey['attribute'],
    targetId: row.target_id,
  }))
}
