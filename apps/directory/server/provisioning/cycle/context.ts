import type { ProvisioningDeps } from '../deps.ts'
import type { Job } from '../job/job.ts'
import type { Lease } from '../job/lease.ts'
import type { ServicePrincipal } from '../source.ts'
import type { Link } from '../steps/link.ts'
import type { CompiledMapping, ObjectType } from '../steps/mapping.ts'
import type { PatchForm } from '../steps/patch-form.ts'
import type { TargetSystem } from '../target/target-system.ts'
import type { Counts, Cycle } from './cycle.ts'
import type { Recorder } from './recorder.ts'

/** Everything that the work on one object needs to know of the cycle it is in. */
export interface CycleContext {
  readonly deps: ProvisioningDeps
  readonly job: Job
  readonly lease: Lease
  readonly recorder: Recorder
  readonly cycle: Cycle
  readonly servicePrincipal: ServicePrincipal
  readonly target: TargetSystem
  /** How PATCH bodies are written for it. */
  readonly form: PatchForm
  readonly mappings: Readonly<Partial<Record<ObjectType, CompiledMapping>>>
  readonly syncAll: boolean
  readonly skipOutOfScopeDeletions: boolean
  readonly signal: AbortSignal
  readonly counts: Counts
  /** Links of objects that are purged and were no longer managed: dropped when their references are settled. */
  readonly forgotten: Link[]
  /** Whom the target did not let go before the links were forgotten: not tried twice in a cycle. */
  readonly keptLeavers: Set<string>
  /** Target ids of the managers that the target was seen to hold in this cycle, by the source id of the report. */
  readonly managersSeen: Map<string, string | null>
}

/**
 * Remembers something for the job in a transaction, which concurrent ones may share.
 *
 * @throws {LostLease} when the lease is someone else's by now.
 */
export function record<T>(
  { recorder }: Pick<CycleContext, 'recorder'>,
  body: Parameters<typeof recorder.record<T>>[0],
): Promise<T> {
  return recorder.record(body)
}

/**
 * How many objects are worked on at once: enough to hide a target's latency, few enough not to flood it. Up to half of
 * them wait to be remembered, so the target sees about half as many requests at once.
 */
const AT_ONCE = 16

/**
 * Works on `items`, up to sixteen at once. The first fault ends it: what was begun is waited for, nothing more begins.
 *
 * @throws the fault, or the signal's reason once it is aborted.
 */
export async function forEachAtOnce<T>(
  { recorder, signal }: Pick<CycleContext, 'recorder' | 'signal'>,
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]()
  let failed = false
  const lane = async () => {
    const { leave } = recorder.join()
    try {
      for (;;) {
        signal.throwIfAborted()
        if (failed) return
        const next = await queue.next()
        if (next.done) return
        await work(next.value)
      }
    } catch (error) {
      failed = true
      throw error
    } finally {
      leave()
    }
  }
  const lanes = await Promise.allSettled(Array.from({ length: AT_ONCE }, lane))
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason
}
