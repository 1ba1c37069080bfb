import { addCounter, addReadFigures, type Metrics } from '@muster/service-kit/metrics.ts'
import type { DirectoryDeps } from './deps.ts'
import type { ProvisioningTally } from './provisioning/deps.ts'
import { jobFigures } from './provisioning/job/repository.ts'

/** What this process does for its jobs, counted as it happens. */
export function countProvisioning(metrics: Metrics): ProvisioningTally {
  const cycles = addCounter(metrics, {
    name: 'muster_provisioning_cycles_total',
    help: 'Provisioning cycles that ended, by how.',
    labelNames: ['result'],
  })
  const exports = addCounter(metrics, {
    name: 'muster_provisioning_exports_total',
    help: 'Objects that became a row of the provisioning log, by action and result.',
    labelNames: ['action', 'result'],
  })
  return {
    cycleEnded: (result) => cycles({ result }),
    exported: (action, result) => exports({ action, result }),
  }
}

/** How all jobs on this database are: every node tells the same. */
export function tellJobs(metrics: Metrics, { database, clock }: Pick<DirectoryDeps, 'database' | 'clock'>): void {
  const figure = (name: keyof Awaited<ReturnType<typeof jobFigures>>) => async () => [
    { value: (await jobFigures(database, clock.now()))[name] },
  ]
  addReadFigures(metrics, () => clock.now(), [
    {
      name: 'muster_provisioning_jobs_in_quarantine',
      help: 'Active provisioning jobs that are in quarantine.',
      read: figure('inQuarantine'),
    },
    {
      name: 'muster_provisioning_job_lag_seconds',
      help: 'How long the job that is longest past its due time has been so, unless somebody works on it.',
      read: figure('lagSeconds'),
    },
  ])
}
