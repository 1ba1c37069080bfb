import { randomUUID } from 'node:crypto'
import { numberChanges } from '../../changes/feed.ts'
import type { ProvisioningDeps } from '../deps.ts'
import type { Job } from '../job/job.ts'
import type { Lease } from '../job/lease.ts'
import { lockJob, updateJob } from '../job/repository.ts'
import type { Cycle } from './cycle.ts'
import type { Recorder } from './recorder.ts'
import { findCycle, insertCycle, setWatermarkAfter } from './repository.ts'

/** The change feed is kept this long; an older watermark would miss what was purged since. */
const FEED_KEPT_MS = 30 * 24 * 60 * 60 * 1000

/**
 * Begins the cycle that is due, or goes on with the one whose worker died: same number, same watermark before.
 *
 * The cycle's row is committed *before* the change feed is numbered: a `runNow` that comes after finds the cycle running
 * and asks for one more; one that came before was answered before the numbering, so its changes are in this cycle.
 *
 * @returns undefined when nothing is due any more.
 */
export async function beginCycle(
  deps: ProvisioningDeps,
  lease: Lease,
  { record }: Recorder,
): Promise<{ readonly job: Job; readonly cycle: Cycle } | undefined> {
  const begun = await record(async (tx) => {
    const job = await lockJob(tx, lease)
    if (!job) return undefined
    const now = deps.clock.now()
    const unfinished = await findCycle(tx, job, job.cycleNumber)
    if (unfinished?.state === 'Running') return { job, cycle: unfinished }
    if (job.state !== 'Active' || job.nextCycleAt === undefined || job.nextCycleAt > now) return undefined
    const isTooOld = job.watermarkAt !== undefined && now.getTime() - job.watermarkAt.getTime() > FEED_KEPT_MS
    const watermarkBefore = isTooOld ? undefined : job.watermark
    const cycle: Cycle = {
      number: job.cycleNumber + 1,
      id: randomUUID(),
      kind: watermarkBefore === undefined ? 'Initial' : 'Incremental',
      state: 'Running',
      watermarkBefore,
      watermarkAfter: watermarkBefore ?? 0,
      resets: job.resets,
      counts: {},
      progress: {},
      error: undefined,
      beganAt: now,
      endedAt: undefined,
    }
    const running: Job = { ...job, cycleNumber: cycle.number, nextCycleAt: undefined, isRunRequested: false }
    await insertCycle(tx, job, cycle)
    await updateJob(tx, running)
    return { job: running, cycle }
  })
  if (!begun) return undefined
  const upTo = await numberChanges(deps.database, lease.tenantId)
  await record((tx) => setWatermarkAfter(tx, lease, begun.cycle.number, upTo))
  return { job: begun.job, cycle: { ...begun.cycle, watermarkAfter: upTo } }
}
