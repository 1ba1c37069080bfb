import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { JobKey } from '../job/job.ts'
import type { Counts, Cycle, CycleError, Progress } from './cycle.ts'

const COLUMNS = `number, cycle_id, kind, state, watermark_before, watermark_after, resets, counts, progress, error,
  began_at, ended_at`

interface CycleRow {
  number: string
  cycle_id: string
  kind: string
  state: string
  watermark_before: string | null
  watermark_after: string
  resets: string
  counts: Partial<Counts>
  progress: Progress
  error: CycleError | null
  began_at: Date
  ended_at: Date | null
}

function fromRow(row: CycleRow): Cycle {
  return {
    number: Number(row.number),
    id: row.cycle_id,
    kind: row.kind as Cycle['kind'],
    state: row.state as Cycle['state'],
    watermarkBefore: row.watermark_before === null ? undefined : Number(row.watermark_before),
    watermarkAfter: Number(row.watermark_after),
    resets: Number(row.resets),
    counts: row.counts,
    progress: row.progress,
    error: row.error ?? undefined,
    beganAt: row.began_at,
    endedAt: row.ended_at ?? undefined,
  }
}

const INSERT = hot(`insert into directory.cycles
  (tenant_id, job_id, number, cycle_id, kind, state, watermark_before, watermark_after, began_at, resets)
  values ($1, $2, $3, $4, $5, 'Running', $6, $7, $8, $9)`)

export async function insertCycle(tx: Tx, key: JobKey, cycle: Cycle): Promise<void> {
  const { number, id, kind, watermarkBefore, watermarkAfter, beganAt, resets } = cycle
  await execute(tx, INSERT, [
    key.tenantId,
    key.jobId,
    number,
    id,
    kind,
    watermarkBefore ?? null,
    watermarkAfter,
    beganAt,
    resets,
  ])
}

const FIND = hot(`select ${COLUMNS} from directory.cycles where tenant_id = $1 and job_id = $2 and number = $3`)

export async function findCycle(on: Executor, key: JobKey, number: number): Promise<Cycle | undefined> {
  const rows = await run<CycleRow>(on, FIND, [key.tenantId, key.jobId, number])
  return rows[0] && fromRow(rows[0])
}

const TAKEN_UP_TO = hot(
  `update directory.cycles set watermark_after = $4 where tenant_id = $1 and job_id = $2 and number = $3`,
)

export async function setWatermarkAfter(tx: Tx, key: JobKey, number: number, upTo: number): Promise<void> {
  await execute(tx, TAKEN_UP_TO, [key.tenantId, key.jobId, number, upTo])
}

const SHOW_PROGRESS = hot(
  `update directory.cycles set progress = $4, counts = $5 where tenant_id = $1 and job_id = $2 and number = $3`,
)

export async function storeProgress(
  tx: Tx,
  key: JobKey,
  number: number,
  progress: Progress,
  counts: Counts,
): Promise<void> {
  await execute(tx, SHOW_PROGRESS, [key.tenantId, key.jobId, number, JSON.stringify(progress), JSON.stringify(counts)])
}

const END = hot(`update directory.cycles set state = $4, counts = $5, error = $6, ended_at = $7, progress = $8
  where tenant_id = $1 and job_id = $2 and number = $3`)

export async function endCycle(
  tx: Tx,
  key: JobKey,
  number: number,
  end: Pick<Cycle, 'state' | 'error' | 'progress'> & { readonly counts: Counts; readonly endedAt: Date },
): Promise<void> {
  const error = end.error === undefined ? null : JSON.stringify(end.error)
  const given = [end.state, JSON.stringify(end.counts), error, end.endedAt, JSON.stringify(end.progress)]
  await execute(tx, END, [key.tenantId, key.jobId, number, ...given])
}

// Each is one probe of the key (tenant, job, number), read backwards.
const OVERVIEW = hot(`(select 'running' as which, ${COLUMNS} from directory.cycles
    where tenant_id = $1 and job_id = $2 and state = 'Running' order by number desc limit 1)
  union all (select 'last', ${COLUMNS} from directory.cycles
    where tenant_id = $1 and job_id = $2 and ended_at is not null order by number desc limit 1)
  union all (select 'succeeded', ${COLUMNS} from directory.cycles
    where tenant_id = $1 and job_id = $2 and state = 'Succeeded' order by number desc limit 1)
  union all (select 'sound', ${COLUMNS} from directory.cycles
    where tenant_id = $1 and job_id = $2 and state in ('Succeeded', 'EntryLevelErrors') order by number desc limit 1)
  union all (select 'exported', ${COLUMNS} from directory.cycles
    where tenant_id = $1 and job_id = $2 and state = 'Succeeded' and (counts ->> 'exported')::bigint > 0 order by number desc limit 1)`)

/** The cycles that a job's status shows. */
export interface CycleOverview {
  readonly running?: Cycle
  readonly last?: Cycle
  readonly succeeded?: Cycle
  /** The last that did not fail as a whole. */
  readonly sound?: Cycle
  readonly exported?: Cycle
}

export async function cycleOverview(on: Executor, key: JobKey): Promise<CycleOverview> {
  const rows = await run<CycleRow & { which: keyof CycleOverview }>(on, OVERVIEW, [key.tenantId, key.jobId])
  return Object.fromEntries(rows.map((row) => [row.which, fromRow(row)]))
}
