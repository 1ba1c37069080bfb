import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Job, JobKey } from './job.ts'

const COLUMNS = `tenant_id, job_id, service_principal_id, template_id, state, interval_seconds, watermark, watermark_at,
  cycle_number, resets, links_reset, next_cycle_at, run_requested, steady_state_first_at, steady_state_last_at, quarantine`

interface JobRow {
  tenant_id: string
  job_id: string
  service_principal_id: string
  template_id: string
  state: string
  interval_seconds: number
  watermark: string | null
  watermark_at: Date | null
  cycle_number: string
  resets: string
  links_reset: boolean
  next_cycle_at: Date | null
  run_requested: boolean
  steady_state_first_at: Date | null
  steady_state_last_at: Date | null
  quarantine: Job['quarantine'] | null
}

function fromRow(row: JobRow): Job {
  return {
    tenantId: row.tenant_id,
    jobId: row.job_id,
    servicePrincipalId: row.service_principal_id,
    templateId: row.template_id,
    state: row.state as Job['state'],
    intervalSeconds: row.interval_seconds,
    watermark: row.watermark === null ? undefined : Number(row.watermark),
    watermarkAt: row.watermark_at ?? undefined,
    cycleNumber: Number(row.cycle_number),
    resets: Number(row.resets),
    isLinksReset: row.links_reset,
    nextCycleAt: row.next_cycle_at ?? undefined,
    isRunRequested: row.run_requested,
    steadyStateFirstAt: row.steady_state_first_at ?? undefined,
    steadyStateLastAt: row.steady_state_last_at ?? undefined,
    quarantine: row.quarantine ?? undefined,
  }
}

const INSERT = hot(`insert into directory.jobs
  (tenant_id, job_id, service_principal_id, template_id, state, interval_seconds, created_at)
  values ($1, $2, $3, $4, 'Disabled', $5, $6) returning ${COLUMNS}`)

export async function insertJob(
  tx: Tx,
  now: Date,
  job: Pick<Job, 'tenantId' | 'jobId' | 'servicePrincipalId' | 'templateId' | 'intervalSeconds'>,
): Promise<Job> {
  const values = [job.tenantId, job.jobId, job.servicePrincipalId, job.templateId, job.intervalSeconds, now]
  const [row] = await run<JobRow>(tx, INSERT, values)
  return fromRow(row as JobRow)
}

const FIND = hot(`select ${COLUMNS} from directory.jobs where tenant_id = $1 and job_id = $2`)
// Rows that hang on the job are inserted meanwhile: their foreign keys are not in the way of this lock.
const LOCK = hot(`${FIND} for no key update`)

export async function findJob(on: Executor, { tenantId, jobId }: JobKey): Promise<Job | undefined> {
  const rows = await run<JobRow>(on, FIND, [tenantId, jobId])
  return rows[0] && fromRow(rows[0])
}

/** Reads a job and keeps every other writer of it waiting until the transaction ends. */
export async function lockJob(tx: Tx, { tenantId, jobId }: JobKey): Promise<Job | undefined> {
  const rows = await run<JobRow>(tx, LOCK, [tenantId, jobId])
  return rows[0] && fromRow(rows[0])
}

const OF_SERVICE_PRINCIPAL = hot(`select ${COLUMNS} from directory.jobs
  where tenant_id = $1 and service_principal_id = $2 order by created_at, job_id`)

export async function jobsOf(on: Executor, tenantId: string, servicePrincipalId: string): Promise<Job[]> {
  return (await run<JobRow>(on, OF_SERVICE_PRINCIPAL, [tenantId, servicePrincipalId])).map(fromRow)
}

const UPDATE = hot(`update directory.jobs set state = $3, interval_seconds = $4, watermark = $5, watermark_at = $6,
  cycle_number = $7, resets = $8, next_cycle_at = $9, run_requested = $10, steady_state_first_at = $11,
  steady_state_last_at = $12, quarantine = $13, links_reset = $14 where tenant_id = $1 and job_id = $2`)

/** Stores a job that this transaction holds locked. */
export async function updateJob(tx: Tx, job: Job): Promise<void> {
  await execute(tx, UPDATE, [
    job.tenantId,
    job.jobId,
    job.state,
    job.intervalSeconds,
    job.watermark ?? null,
    job.watermarkAt ?? null,
    job.cycleNumber,
    job.resets,
    job.nextCycleAt ?? null,
    job.isRunRequested,
    job.steadyStateFirstAt ?? null,
    job.steadyStateLastAt ?? null,
    job.quarantine === undefined ? null : JSON.stringify(job.quarantine),
    job.isLinksReset,
  ])
}

const END_LINKS_RESET = hot(
  `update directory.jobs set links_reset = false where tenant_id = $1 and job_id = $2 and resets = $3`,
)

/** The links are forgotten; unless another restart asked for the same meanwhile. */
export async function endLinksReset(tx: Tx, { tenantId, jobId }: JobKey, resets: number): Promise<void> {
  await execute(tx, END_LINKS_RESET, [tenantId, jobId, resets])
}

const DELETE = hot(`delete from directory.jobs where tenant_id = $1 and job_id = $2`)

/** Everything that the job remembers goes with it. */
export async function deleteJob(tx: Tx, { tenantId, jobId }: JobKey): Promise<boolean> {
  return (await execute(tx, DELETE, [tenantId, jobId])) > 0
}

// The one statement over all tenants: it finds work, it reads no tenant's data. A cycle that nobody works on any more
// (its holder died) is due whatever the job's state: stopping a job lets its running cycle end.
const DUE = hot(`select due.tenant_id, due.job_id from (
    select tenant_id, job_id, next_cycle_at as since from directory.jobs where state = 'Active' and next_cycle_at <= $1
    union all
    select tenant_id, job_id, began_at from directory.cycles where state = 'Running') due
  left join directory.leases l on l.tenant_id = due.tenant_id and l.job_id = due.job_id
  where l.until is null or l.until <= $1
  order by due.since limit $2`)

/** Jobs with something to do that nobody does, longest due first. */
export async function dueJobs(on: Executor, now: Date, limit: number): Promise<JobKey[]> {
  const rows = await run<{ tenant_id: string; job_id: string }>(on, DUE, [now, limit])
  return rows.map((row) => ({ tenantId: row.tenant_id, jobId: row.job_id }))
}

const FIGURES = hot(`select
    count(*) filter (where j.quarantine is not null)::int as in_quarantine,
    coalesce(max(extract(epoch from $1 - j.next_cycle_at))
      filter (where j.next_cycle_at <= $1 and (l.until is null or l.until <= $1)), 0)::float8 as lag_seconds
  from directory.jobs j left join directory.leases l on l.tenant_id = j.tenant_id and l.job_id = j.job_id
  where j.state = 'Active'`)

/** How all active jobs are, as two numbers: over all tenants, and telling of none. */
export async function jobFigures(
  on: Executor,
  now: Date,
): Promise<{ readonly inQuarantine: number; readonly lagSeconds: number }> {
  const [row] = await run<{ in_quarantine: number; lag_seconds: number }>(on, FIGURES, [now])
  return { inQuarantine: row?.in_quarantine ?? 0, lagSeconds: row?.lag_seconds ?? 0 }
}
