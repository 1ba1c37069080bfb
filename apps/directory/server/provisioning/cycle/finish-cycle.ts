import { auditQuarantine, PROVISIONING_SERVICE } from '../audit-quarantine.ts'
import type { ProvisioningDeps } from '../deps.ts'
import type { Job } from '../job/job.ts'
import type { Lease } from '../job/lease.ts'
import { lockJob, updateJob } from '../job/repository.ts'
import { clearAllEscrows, countEscrows } from '../memory/escrows.ts'
import { causeOfError, causeOfFailures, impose, QUARANTINE_THRESHOLDS } from '../quarantine.ts'
import { findServicePrincipal } from '../source.ts'
import type { Counts, Cycle, CycleError, Progress } from './cycle.ts'
import type { Recorder } from './recorder.ts'
import { endCycle } from './repository.ts'

/**
 * Ends a cycle: its row and the job move together. The watermark moves on only when everything up to it was looked at,
 * and not when it was cleared meanwhile.
 */
export async function finishCycle(
  deps: ProvisioningDeps,
  { lease, recorder }: { readonly lease: Lease; readonly recorder: Recorder },
  cycle: Cycle,
  end: { readonly counts: Counts; readonly progress: Progress; readonly error?: CycleError },
): Promise<Cycle['state']> {
  const { counts, progress, error } = end
  return recorder.record(async (tx) => {
    const job = await lockJob(tx, lease)
    if (!job) return 'Failed'
    const now = deps.clock.now()
    const state = error ? 'Failed' : counts.escrowed > 0 ? 'EntryLevelErrors' : 'Succeeded'
    await endCycle(tx, lease, cycle.number, { state, counts, progress, error, endedAt: now })
    const due = new Date(cycle.beganAt.getTime() + job.intervalSeconds * 1000)
    const nextCycleAt = job.isRunRequested || due < now ? now : due
    const waiting = await countEscrows(tx, lease)
    const cause = error
      ? causeOfError(job.quarantine, error)
      : causeOfFailures(
          { failed: counts.escrowed, events: counts.imported + counts.importedReferences, ...waiting },
          deps.quarantineThresholds ?? QUARANTINE_THRESHOLDS,
        )
    const held = cause && impose(job.quarantine, cause, now)
    const servicePrincipal = await findServicePrincipal(tx, job.tenantId, job.servicePrincipalId)
    if (servicePrincipal)
      await auditQuarantine(tx, job, {
        before: job.quarantine,
        after: held,
        now,
        initiatedBy: PROVISIONING_SERVICE,
        servicePrincipal,
      })
    if (held === 'givenUp') await clearAllEscrows(tx, lease)
    const isSeen = !error && job.resets === cycle.resets
    await updateJob(tx, {
      ...job,
      ...(isSeen ? { watermark: cycle.watermarkAfter, watermarkAt: cycle.beganAt } : {}),
      // In step with the directory: everything was looked at and nothing is waiting for another try.
      ...(isSeen && waiting.objects + waiting.references === 0 ? steady(job, now) : {}),
      ...(held === 'givenUp'
        ? { state: 'Disabled', nextCycleAt: undefined, quarantine: undefined }
        : { nextCycleAt: held && !job.isRunRequested ? new Date(held.nextAttempt) : nextCycleAt, quarantine: held }),
      isRunRequested: false,
    })
    return state
  })
}

const steady = (job: Job, now: Date) => ({ steadyStateFirstAt: job.steadyStateFirstAt ?? now, steadyStateLastAt: now })
