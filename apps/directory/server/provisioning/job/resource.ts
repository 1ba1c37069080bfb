import { writeDuration } from '@muster/service-kit/duration.ts'
import type { ExecutionView, JobView } from '../../../contract/synchronization.ts'
import type { Cycle } from '../cycle/cycle.ts'
import type { CycleOverview } from '../cycle/repository.ts'
import type { ObjectType } from '../steps/mapping.ts'
import type { Job } from './job.ts'

/** Entra's own default of the deletion guard. */
const DELETES_THRESHOLD = '500'

/** A job as Graph shows it. A cycle under way shows in `progress`; `lastExecution` is the last one that ended. */
export function jobResource(
  job: Job,
  {
    isConfigured,
    cycles,
    linked,
  }: {
    readonly isConfigured: boolean
    readonly cycles: CycleOverview
    readonly linked: Readonly<Record<ObjectType, number>>
  },
): JobView {
  const { running, last, succeeded, sound, exported } = cycles
  return {
    id: job.jobId,
    templateId: job.templateId,
    schedule: { expiration: null, interval: writeDuration(job.intervalSeconds), state: job.state },
    status: {
      code: statusCode(job, isConfigured),
      countSuccessiveCompleteFailures: last?.state === 'Failed' ? last.number - (sound?.number ?? 0) : 0,
      escrowsPruned: false,
      lastExecution: execution(last),
      lastSuccessfulExecution: execution(succeeded),
      lastSuccessfulExecutionWithExports: execution(exported),
      progress: [running ?? last].flatMap((cycle) => (cycle ? [progressOf(cycle)] : [])),
      quarantine: job.quarantine ?? null,
      steadyStateFirstAchievedTime: job.steadyStateFirstAt?.toISOString() ?? null,
      steadyStateLastAchievedTime: job.steadyStateLastAt?.toISOString() ?? null,
      synchronizedEntryCountByType: [
        { key: 'User', value: linked.User },
        { key: 'Group', value: linked.Group },
      ],
      troubleshootingUrl: null,
      running: running ? underWay(running) : null,
      nextExecution: nextExecution(job, cycles),
    },
    synchronizationJobSettings: [{ name: 'QuarantineTooManyDeletesThreshold', value: DELETES_THRESHOLD }],
  }
}

function statusCode(job: Job, isConfigured: boolean): JobView['status']['code'] {
  if (!isConfigured) return 'NotConfigured'
  if (job.state === 'Paused') return 'Paused'
  if (job.state === 'Active' && job.quarantine) return 'Quarantine'
  if (job.cycleNumber === 0) return 'NotRun'
  return job.state === 'Disabled' ? 'Paused' : 'Active'
}

const progressOf = (cycle: Cycle) => ({
  completedUnits: cycle.progress.done ?? 0,
  totalUnits: cycle.progress.total ?? 0,
  units: 'objects',
  progressObservationDateTime: cycle.progress.observedAt ?? cycle.beganAt.toISOString(),
})

function underWay(cycle: Cycle): NonNullable<JobView['status']['running']> {
  const { imported = 0, exports = 0, exported = 0, escrowed = 0 } = cycle.counts
  return {
    activityIdentifier: cycle.id,
    cycleType: cycle.kind,
    timeBegan: cycle.beganAt.toISOString(),
    countImported: imported,
    countExports: exports,
    countExported: exported,
    countEscrowed: escrowed,
  }
}

/** While a cycle runs, the next is due one interval after it began, as `finishCycle` will set it. */
function nextExecution(job: Job, { running, last }: CycleOverview): JobView['status']['nextExecution'] {
  if (job.state !== 'Active') return null
  if (running && job.isRunRequested) return { timeDue: null, reason: 'Requested' }
  const before = running ?? last
  const scheduled = before && new Date(before.beganAt.getTime() + job.intervalSeconds * 1000)
  const due = running ? scheduled : job.nextCycleAt
  if (!due) return null
  const timeDue = due.toISOString()
  if (!running && timeDue === job.quarantine?.nextAttempt) return { timeDue, reason: 'Quarantine' }
  return { timeDue, reason: scheduled && due >= scheduled ? 'Scheduled' : 'Requested' }
}

function execution(cycle: Cycle | undefined): ExecutionView | null {
  if (!cycle?.endedAt || cycle.state === 'Running') return null
  const { imported = 0, importedReferences = 0, entitled = 0, exports = 0, exported = 0, escrowed = 0 } = cycle.counts
  return {
    activityIdentifier: cycle.id,
    cycleType: cycle.kind,
    state: cycle.state,
    timeBegan: cycle.beganAt.toISOString(),
    timeEnded: cycle.endedAt.toISOString(),
    countImported: imported,
    countImportedDeltas: imported,
    countImportedReferenceDeltas: importedReferences,
    countEntitled: entitled,
    countEntitledForProvisioning: entitled,
    countExports: exports,
    countExported: exported,
    countEscrowed: escrowed,
    countEscrowedRaw: escrowed,
    error: cycle.error ?? null,
  }
}
