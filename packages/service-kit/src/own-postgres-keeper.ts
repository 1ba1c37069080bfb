import { setTimeout as sleep } from 'node:timers/promises'
import { isOwnPostgresRunning, type OwnPostgresOptions, startOwnPostgres } from './own-postgres.ts'

/** How often the owner looks whether its server is there, in milliseconds. */
const LOOK_MS = 1_000

/**
 * Starts the folder's server again when it is gone: the machine's memory killer, or somebody's hand, may end it under
 * us. It comes back at the same socket with everything that was committed; until then requests are told to come again.
 * Only the data folder's owner keeps it.
 */
export function keepOwnPostgres(
  folder: string,
  options: OwnPostgresOptions & { readonly onRestart?: (error?: unknown) => void },
): { stop(): Promise<void> } {
  const stopped = new AbortController()
  const keep = async () => {
    for (;;) {
      await sleep(LOOK_MS, undefined, { signal: stopped.signal, ref: false })
      if (await isOwnPostgresRunning(folder)) continue
      try {
        await startOwnPostgres(folder, options)
        options.onRestart?.()
      } catch (error) {
        // A full disk, say: it may have room again the next time.
        options.onRestart?.(error)
      }
    }
  }
  const keeping = keep().catch(() => {})
  return {
    stop: async () => {
      stopped.abort()
      await keeping
    },
  }
}
