import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { clearAllEscrows } from '../memory/escrows.ts'
import type { Quarantine } from '../quarantine.ts'
import type { Job, JobKey } from './job.ts'
import { lockJob, updateJob } from './repository.ts'
import type { ResetScope } from './reset-scope.ts'

const RUNNING = hot(
  `select 1 from directory.cycles where tenant_id = $1 and job_id = $2 and number = $3 and state = 'Running'`,
)

/** Whether the job's last cycle is still under way. */
export async function isCycleRunning(on: Executor, { tenantId, jobId, cycleNumber }: Job): Promise<boolean> {
  return (await run(on, RUNNING, [tenantId, jobId, cycleNumber])).length > 0
}

/** @returns The quarantine that this ended. */
async function change(tx: Tx, key: JobKey, body: (job: Job) => Job | Promise<Job>): Promise<Quarantine | undefined> {
  const job = await lockJob(tx, key)
  if (!job) throw new Refusal('notFound', `There is no job ${key.jobId}.`)
  const after = await body(job)
  await updateJob(tx, after)
  return after.quarantine ? undefined : job.quarantine
}

/** A cycle as soon as possible: now, or right after the one that is under way. Asking twice asks once. */
const soon = async (tx: Tx, now: Date, job: Job): Promise<Job> =>
  (await isCycleRunning(tx, job)) ? { ...job, isRunRequested: true } : { ...job, nextCycleAt: now }

/**
 * Starts a job, with the initial cycle when it has no watermark. What held it in quarantine is taken for mended.
 *
 * @returns The quarantine that this ended.
 */
export const startJob = (tx: Tx, key: JobKey, now: Date): Promise<Quarantine | undefined> =>
  change(tx, key, (job) => soon(tx, now, { ...job, state: 'Active', quarantine: undefined }))

/** Stops a job: a running cycle ends, then no request leaves. Everything remembered stays. */
export async function pauseJob(tx: Tx, key: JobKey): Promise<void> {
  await change(tx, key, (job) => ({ ...job, state: 'Paused', isRunRequested: false }))
}

/** One cycle more, in quarantine too: it is tried now. @throws {Refusal} `conflict` unless the job is started. */
export async function runJobNow(tx: Tx, key: JobKey, now: Date): Promise<void> {
  await change(tx, key, (job) => {
    if (job.state !== 'Active') throw new Refusal('conflict', `The job is ${job.state.toLowerCase()}: start it first.`)
    return soon(tx, now, job)
  })
}

/** Sets the time between the beginnings of two cycles; one that is due sooner than that by now comes then. */
export async function changeInterval(
  tx: Tx,
  key: JobKey,
  intervalSeconds: number,
  lastBegan: Date | undefined,
  now: Date,
): Promise<void> {
  await change(tx, key, (job) => {
    const next = new Date(Math.max(now.getTime(), (lastBegan ?? now).getTime() + intervalSeconds * 1000))
    return {
      ...job,
      intervalSeconds,
      ...(job.nextCycleAt === undefined || job.nextCycleAt <= now || job.quarantine ? {} : { nextCycleAt: next }),
    }
  })
}

/** Forgets how far the change feed was read, so that the next cycle looks at everything again. */
export async function clearWatermark(tx: Tx, key: JobKey): Promise<void> {
  await change(tx, key, (job) => ({ ...job, ...forgetWatermark(job) }))
}

const forgetWatermark = ({ resets }: Job) => ({ watermark: undefined, watermarkAt: undefined, resets: resets + 1 })

/**
 * Forgets what was asked for. A started job begins a cycle at once, or right after the one that is under way.
 *
 * @returns The quarantine that this ended.
 */
export async function restartJob(tx: Tx, key: JobKey, now: Date, scope: ResetScope): Promise<Quarantine | undefined> {
  if (scope.escrows) await clearAllEscrows(tx, key)
  return change(tx, key, (before) => {
    const job: Job = {
      ...before,
      ...(scope.watermark ? forgetWatermark(before) : {}),
      ...(scope.quarantine ? { quarantine: undefined } : {}),
      isLinksReset: before.isLinksReset || scope.links,
    }
    return job.state === 'Active' ? soon(tx, now, job) : job
  })
}
