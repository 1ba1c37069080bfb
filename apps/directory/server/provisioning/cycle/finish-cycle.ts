import type { ProvisioningDeps } from '../deps.ts'
import type { Job } from '../job/job.ts'
import type { Lease } from '../job/lease.ts'
import { lockJob, updateJob } from '../job/repository.ts'
import { clearAllEscrows, countEscrows } from '../memory/escrows.ts'
import { afterFailure } from '../quarantine.ts'
import { record } from './context.ts'
import type { Counts, Cycle, CycleError, Progress } from './cycle.ts'
import { endCycle } from './repository.ts'

/**
 * Ends a cycle: its row and the job move together. The watermark moves on only when everything up to it was looked at,
 * and not when it was cleared meanwhile.
 */
export async function finishCycle(
  deps: ProvisioningDeps,
  lease: Lease,
  cycle: Cycle,
  end: { readonly counts: Counts; readonly progress: Progress; readonly error?: CycleError },
): Promise<Cycle['state']> {
  return record({ deps, lease }, async (tx) => {
    const job = await lockJob(tx, lease)
    if (!job) return 'Failed'
    const now = deps.clock.now()
    const state = end.error ? 'Failed' : end.counts.escrowed > 0 ? 'EntryLevelErrors' : 'Succeeded'
    await endCycle(tx, lease, cycle.number, {
      state,
      counts: end.counts,
      progress: end.progress,
      error: end.error,
      endedAt: now,
    })
    const due = new Date(cycle.beganAt.getTime() + job.intervalSeconds * 1000)
    const nextCycleAt = job.isRunRequested || due < now ? now : due
    const moved: Job = { ...job, nextCycleAt, isRunRequested: false, quarantine: undefined }
    const held = end.error && afterFailure(job.quarantine, end.error, now)
    if (held === 'givenUp') {
      await clearAllEscrows(tx, lease)
      await updateJob(tx, { ...moved, state: 'Disabled', nextCycleAt: undefined })
      return state
    }
    if (held) {
      const tried = job.isRunRequested ? now : new Date(held.nextAttempt)
      await updateJob(tx, { ...moved, nextCycleAt: tried, quarantine: held })
      return state
    }
    if (end.error || job.resets !== cycle.resets) await updateJob(tx, moved)
    else {
      // In step with the directory: everything was looked at and nothing is waiting for another try.
      const isSteady = (await countEscrows(tx, lease)) === 0
      await updateJob(tx, {
        ...moved,
        watermark: cycle.watermarkAfter,
        watermarkAt: cycle.beganAt,
        ...(isSteady ? { steadyStateFirstAt: job.steadyStateFirstAt ?? now, steadyStateLastAt: now } : {}),
      })
    }
    return state
  })
}
