import { type NumberedTable, startNumbering } from '@muster/service-kit/numbering.ts'
import { AUDIT_ENTRIES } from './audit/record.ts'
import { EVENTS } from './events/record.ts'
import { sweepSignInAttempts } from './limits/sign-in-attempts.ts'
import type { PortalDeps } from './portal-deps.ts'
import { sweepEndedSessions } from './sessions/sweep.ts'
import type { ToleranceCounts } from './tolerances/count-uses.ts'
import { foldPopulations } from './users/population.ts'

/** What is numbered after it is committed. */
export const NUMBERED: readonly NumberedTable[] = [AUDIT_ENTRIES, EVENTS]

/** How often the population's differences are summed up. */
const FOLD_MS = 60_000
/** How often uses of tolerances are written. */
const COUNT_MS = 1_000
/** How often ended sessions are cleared away. They are refused from their instant on; only the table's size waits for this. */
const SWEEP_MS = 60 * 60_000

/** What a node does beside answering: number rows, sum up the population, clear ended sessions. Each node may do all of it. */
export function startBackground(
  { database, clock }: Pick<PortalDeps, 'database' | 'clock'>,
  counts: ToleranceCounts,
  onFault: (error: unknown) => void,
) {
  const counting = every(COUNT_MS, counts.flush, onFault)
  const numbering = startNumbering(database, NUMBERED, onFault)
  const folding = every(FOLD_MS, () => foldPopulations(database), onFault)
  const sweep = async (now: Date) => {
    await sweepEndedSessions(database, now)
    await sweepSignInAttempts(database, now)
  }
  const sweeping = every(SWEEP_MS, () => sweep(clock.now()), onFault)
  return {
    /** Ends what runs and begins nothing more. */
    async stop(): Promise<void> {
      await Promise.all([folding.stop(), sweeping.stop(), numbering.stop(), counting.stop()])
      await counts.flush().catch(onFault)
    },
  }
}

/** Runs `work` again and again, never twice at once. */
function every(ms: number, work: () => Promise<void>, onFault: (error: unknown) => void) {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(work).catch(onFault)
  }, ms)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
