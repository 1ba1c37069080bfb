import { type CycleContext, record } from './context.ts'
import type { Progress } from './cycle.ts'
import { storeProgress } from './repository.ts'

/** Keeps what a job's status shows of a running cycle. */
export interface ProgressKeeper {
  /** That many objects more are to be looked at. */
  expect(objects: number): void
  /** That many were looked at; stored at most once a second. */
  done(objects: number): Promise<void>
  now(): Progress
}

/** Shortest time between two stores, in milliseconds. */
const STORE_EVERY_MS = 1_000

export function openProgress(
  context: Pick<CycleContext, 'deps' | 'lease' | 'recorder' | 'cycle' | 'counts'>,
): ProgressKeeper {
  const { clock } = context.deps
  let total = 0
  let done = 0
  let storedAt = 0
  const now = (): Progress => ({ done, total: Math.max(done, total), observedAt: clock.now().toISOString() })
  return {
    expect: (objects) => {
      total += objects
    },
    done: async (objects) => {
      done += objects
      const time = clock.now().getTime()
      if (time - storedAt < STORE_EVERY_MS) return
      storedAt = time
      await record(context, (tx) => storeProgress(tx, context.lease, context.cycle.number, now(), context.counts))
    },
    now,
  }
}
