import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProvisioningDeps } from '../deps.ts'
import type { JobKey } from '../job/job.ts'
import { JobDeleted, LostLease, releaseLease, renewLease, takeLease } from '../job/lease.ts'
import { findJob } from '../job/repository.ts'
import { isTrue, readSecrets } from '../job/secrets.ts'
import { readSchema } from '../schema/repository.ts'
import { findServicePrincipal } from '../source.ts'
import { patchFormOf } from '../steps/choose-patch-form.ts'
import { compileMapping } from '../steps/mapping.ts'
import { openTarget } from '../target/target-system.ts'
import { explainProbe, probe } from '../target/test-connection.ts'
import { beginCycle } from './begin-cycle.ts'
import type { CycleContext } from './context.ts'
import { type Cycle, type CycleError, noCounts } from './cycle.ts'
import { finishCycle } from './finish-cycle.ts'
import { runPhases } from './phases.ts'
import { openProgress, type ProgressKeeper } from './progress.ts'
import { openRecorder } from './recorder.ts'

export interface RunOptions {
  /** Names this node in the lease. */
  readonly holder: string
  /** Stops the work within a request's time; the cycle goes on later where it was. */
  readonly signal?: AbortSignal
}

/** How often a lease is renewed, in milliseconds: twice may fail before it ends. */
const HEARTBEAT_MS = 20_000

/**
 * Runs the cycle of a job that is due, if nobody else does.
 *
 * A fault of our own ends the run and is thrown; the cycle stays `Running` and its lease is left to end by itself, so
 * that the next try comes in a minute and not at once.
 *
 * @returns How the cycle ended; undefined when there was none to run.
 * @throws {LostLease} when the job was taken over meanwhile; {JobDeleted} when it, or its app, is no longer there.
 */
export async function runDueCycle(
  deps: ProvisioningDeps,
  key: JobKey,
  options: RunOptions,
): Promise<Cycle['state'] | undefined> {
  const lease = await takeLease(deps.database, key, options.holder, deps.clock.now())
  if (!lease) return undefined
  const lost = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, lost.signal]) : lost.signal
  // Its own timer: however slow the target is, the lease is kept.
  const heartbeat = setInterval(() => {
    renewLease(deps.database, lease, deps.clock.now()).then(
      (isOurs) => isOurs || lost.abort(new LostLease(`Job ${key.jobId} is worked on by another node.`)),
      () => {},
    )
  }, HEARTBEAT_MS)
  try {
    const recorder = openRecorder(deps, lease)
    const begun = await beginCycle(deps, lease, recorder)
    const state = begun && (await runCycle(deps, { ...begun, lease, recorder, signal }))
    await releaseLease(deps.database, lease, deps.clock.now())
    return state
  } catch (error) {
    if (error instanceof LostLease && !(await findJob(deps.database, key)))
      throw new JobDeleted(`Job ${key.jobId} was deleted while its cycle ran.`)
    if (options.signal?.aborted && !(error instanceof LostLease)) {
      await releaseLease(deps.database, lease, deps.clock.now())
      return undefined
    }
    throw error
  } finally {
    clearInterval(heartbeat)
  }
}

async function runCycle(
  deps: ProvisioningDeps,
  given: Pick<CycleContext, 'job' | 'cycle' | 'lease' | 'recorder' | 'signal'>,
): Promise<Cycle['state']> {
  const { cycle, lease, recorder } = given
  const counts = { ...noCounts(), ...cycle.counts }
  const progress = openProgress({ deps, lease, recorder, cycle, counts })
  const opened = await openContext(deps, { ...given, counts })
  const error = 'error' in opened ? opened.error : await failing(opened, progress)
  return finishCycle(deps, given, cycle, { counts, progress: progress.now(), ...(error ? { error } : {}) })
}

const waitInRealTime = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal })

/** Probes the target, then does the work. What stands in the way of the whole cycle is answered. */
async function failing(context: CycleContext, progress: ProgressKeeper): Promise<CycleError | undefined> {
  const { target, mappings, signal } = context
  try {
    await probe(target, {
      User: matchingOf(mappings.User, 'userName'),
      Group: matchingOf(mappings.Group, 'displayName'),
    })
  } catch (error) {
    signal.throwIfAborted()
    const { code, innerCode, message } = explainProbe(error)
    return { code: innerCode ?? code, message }
  }
  await runPhases(context, progress)
  return undefined
}

const matchingOf = (mapping: CycleContext['mappings']['User'], otherwise: string): string =>
  mapping?.matching[0]?.path.text ?? otherwise

async function openContext(
  deps: ProvisioningDeps,
  given: Pick<CycleContext, 'job' | 'cycle' | 'lease' | 'recorder' | 'signal' | 'counts'>,
): Promise<CycleContext | { readonly error: CycleError }> {
  const { job, signal } = given
  const servicePrincipal = await findServicePrincipal(deps.database, job.tenantId, job.servicePrincipalId)
  const secrets = await readSecrets(deps.database, deps.secrets, job.tenantId, job.servicePrincipalId)
  const { BaseAddress: baseUrl, SecretToken: bearer } = secrets
  if (!servicePrincipal || !baseUrl || !bearer)
    return { error: { code: 'InvalidCredentials', message: 'The app has no Tenant URL or no secret token.' } }
  const schema = await readSchema(deps.database, job)
  const [user, group] = [compileMapping(schema, 'User'), compileMapping(schema, 'Group')]
  return {
    ...given,
    deps,
    servicePrincipal,
    target: openTarget({ baseUrl, bearer }, deps.transport, {
      requestId: randomUUID,
      signal,
      now: () => deps.clock.now(),
      wait: (ms) => (deps.wait ?? waitInRealTime)(ms, signal),
    }),
    form: patchFormOf(baseUrl),
    mappings: { ...(user ? { User: user } : {}), ...(group ? { Group: group } : {}) },
    syncAll: isTrue(secrets.SyncAll),
    skipOutOfScopeDeletions: isTrue(secrets.SkipOutOfScopeDeletions),
    forgotten: [],
    keptLeavers: new Set(),
    managersSeen: new Map(),
  }
}
