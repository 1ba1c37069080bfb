import { runDueCycle } from './cycle/run-cycle.ts'
import type { ProvisioningDeps } from './deps.ts'
import type { JobKey } from './job/job.ts'
import { JobDeleted, LostLease } from './job/lease.ts'
import { dueJobs } from './job/repository.ts'

/** How often each node looks for due jobs, in milliseconds. */
const POLL_MS = 500
/** Jobs that one node works on at once; each sends up to sixteen requests at once. */
const JOBS_AT_ONCE = 8

/** What the worker writes its faults to. */
export interface WorkerLogger {
  error(context: object, message: string): void
  info(context: object, message: string): void
}

export interface Worker {
  /** Looks for due jobs now instead of at the next poll. */
  wake(): void
  /** Stops within a request's time: running cycles are left where they are, for the next worker to go on with. */
  stop(): Promise<void>
}

/** Runs the cycles of all tenants' jobs as they become due. Several nodes may do so on one database. */
export function startWorker(
  deps: ProvisioningDeps & { readonly holder: string; readonly logger: WorkerLogger },
): Worker {
  const { holder, logger } = deps
  const stopped = new AbortController()
  const running = new Map<string, Promise<void>>()
  let looking: Promise<void> | undefined
  let isAwake = false

  const runOne = async (key: JobKey): Promise<void> => {
    try {
      const state = await runDueCycle(deps, key, { holder, signal: stopped.signal })
      if (state) deps.tally?.cycleEnded(state)
      if (state) logger.info({ job: key.jobId, state }, 'A provisioning cycle ended')
    } catch (error) {
      if (error instanceof LostLease) logger.info({ job: key.jobId }, 'A provisioning job went on at another node')
      else if (error instanceof JobDeleted)
        logger.info({ job: key.jobId }, 'A provisioning job was deleted while its cycle ran; the cycle ended there')
      else
        logger.error(
          { err: error, job: key.jobId },
          'A provisioning cycle was broken off; it goes on when its lease ends',
        )
    } finally {
      running.delete(key.jobId)
      wake()
    }
  }

  const look = async (): Promise<void> => {
    do {
      isAwake = false
      const free = JOBS_AT_ONCE - running.size
      if (free <= 0 || stopped.signal.aborted) return
      for (const key of await dueJobs(deps.database, deps.clock.now(), free))
        if (!running.has(key.jobId)) running.set(key.jobId, runOne(key))
    } while (isAwake)
  }

  const wake = (): void => {
    if (stopped.signal.aborted) return
    isAwake = true
    looking ??= look()
      .catch((error: unknown) => logger.error({ err: error }, 'Looking for due provisioning jobs failed'))
      .finally(() => {
        looking = undefined
        // Asked for while the last look was ending.
        if (isAwake) wake()
      })
  }

  const timer = setInterval(wake, POLL_MS)
  return {
    wake,
    stop: async () => {
      clearInterval(timer)
      stopped.abort(new Error('The worker is being stopped.'))
      await looking
      await Promise.all(running.values())
    },
  }
}
