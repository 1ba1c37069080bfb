import type { Database, Tx } from '@muster/service-kit/database.ts'
import { confirmLease, type Lease } from '../job/lease.ts'

/** Remembers things for a job, each in a transaction that is refused when the lease is someone else's by now. */
export interface Recorder {
  /**
   * Resolves once what `body` wrote is committed. `body` may be run again, and has no effect outside `tx`.
   *
   * @throws {LostLease}; whatever `body` throws, and then nothing of it is kept.
   */
  record<T>(body: (tx: Tx) => Promise<T>): Promise<T>
}

interface Waiting {
  readonly body: (tx: Tx) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Most that share a transaction: as many as are worked on at once. */
const MOST_TOGETHER = 8

/**
 * Objects are worked on side by side, and each has something to remember at nearly the same moment: what waits while one
 * transaction commits goes into the next one together. That is one `begin`, one look at the lease and one wait for the
 * disk instead of eight. When one of them fails, each is done again by itself, so that nobody fails for another.
 */
export function openRecorder(database: Database, lease: Lease): Recorder {
  const waiting: Waiting[] = []
  let isBusy = false

  const together = (bodies: readonly Waiting[]): Promise<unknown[]> =>
    database.transaction(async (tx) => {
      await confirmLease(tx, lease)
      const results: unknown[] = []
      for (const { body } of bodies) results.push(await body(tx))
      return results
    })

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const results = await together(batch)
      batch.forEach(({ resolve }, at) => {
        resolve(results[at])
      })
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error)
      else for (const one of batch) await settle([one])
    }
  }

  const work = async (): Promise<void> => {
    isBusy = true
    while (waiting.length > 0) await settle(waiting.splice(0, MOST_TOGETHER))
    isBusy = false
  }

  return {
    record: <T>(body: (tx: Tx) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ body, resolve: resolve as (value: unknown) => void, reject })
        if (!isBusy) void work()
      }),
  }
}
