import type { Clock } from '@muster/service-kit/clock.ts'
import { type Database, isDatabaseAway, type Tx } from '@muster/service-kit/database.ts'
import { confirmLease, type Lease, LostLease } from '../job/lease.ts'
import { type Gathered, openGathered } from './gathered.ts'

/** Remembers things for a job, each in a transaction that is refused when the lease is someone else's by now. */
export interface Recorder {
  /**
   * Resolves once what `body` sent or gathered is committed. `body` may be run again, and has no effect outside the two.
   *
   * @throws {LostLease}; whatever `body` or its statements throw, and then nothing of it is kept.
   */
  record<T>(body: (tx: Tx, gathered: Gathered) => T | Promise<T>): Promise<T>
  /** One more works side by side with others until `leave` is called: what these remember may wait for one another. */
  join(): { leave(): void }
}

interface Waiting {
  readonly body: (tx: Tx, gathered: Gathered) => unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Longest that something waits for company, in milliseconds, when a slow target holds up the others. */
const PATIENCE_MS = 20

/**
 * Objects are worked on side by side, and each has something to remember at nearly the same moment. A transaction begins
 * when half of them wait for one, and takes all who wait: one `begin`, one look at the lease, one statement for each kind
 * of row and one wait for the disk, while the other half keeps the target busy. When one of them fails, the halves are
 * done again by themselves, so that nobody fails for another. A lost lease and a database that is away are everybody's:
 * the run ends there, and the next one finds out what the target holds.
 */
export function openRecorder({ database, clock }: { database: Database; clock: Clock }, lease: Lease): Recorder {
  const waiting: Waiting[] = []
  let atWork = 0
  let isBusy = false
  let patience: NodeJS.Timeout | undefined
  /** Set once nothing can be recorded any more: what a target answers while our own database is away tells nobody anything. */
  let over: { readonly error: unknown } | undefined

  const together = (bodies: readonly Waiting[]): Promise<unknown[]> =>
    database.transaction(async (tx) => {
      await confirmLease(tx, lease)
      const gathered = openGathered()
      const results: unknown[] = []
      for (const { body } of bodies) results.push(await body(tx, gathered))
      await gathered.write(tx, lease, clock.now())
      return results
    })

  const settle = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      if (over) throw over.error
      const results = await together(batch)
      batch.forEach(({ resolve }, at) => {
        resolve(results[at])
      })
    } catch (error) {
      if (error instanceof LostLease || isDatabaseAway(error)) over = { error }
      if (over || batch.length === 1) for (const { reject } of batch) reject(error)
      else {
        const half = Math.ceil(batch.length / 2)
        await settle(batch.slice(0, half))
        await settle(batch.slice(half))
      }
    }
  }

  const isTime = () => waiting.length > 0 && waiting.length * 2 >= atWork

  const work = async (): Promise<void> => {
    isBusy = true
    clearTimeout(patience)
    patience = undefined
    do await settle(waiting.splice(0))
    while (isTime())
    isBusy = false
    if (waiting.length > 0) wait()
  }

  const wait = (): void => {
    patience ??= setTimeout(() => void work(), PATIENCE_MS)
  }

  const look = (): void => {
    if (isBusy || waiting.length === 0) return
    if (isTime()) void work()
    else wait()
  }

  return {
    record: <T>(body: (tx: Tx, gathered: Gathered) => T | Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ body, resolve: resolve as (value: unknown) => void, reject })
        look()
      }),
    join: () => {
      atWork += 1
      return {
        leave: () => {
          atWork -= 1
          look()
        },
      }
    },
  }
}
