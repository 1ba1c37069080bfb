import type { Clock } from '../clock.ts'
import { type Database, hot, run } from '../database.ts'
import type { SecretBox } from '../secrets.ts'
import { tooMany, WINDOW_MS } from './too-many.ts'

/** How much is let through a minute; 0 is no limit. */
export interface SignInLimits {
  /** Sign-ins by password per address. */
  readonly signIn: number
  /** Failed sign-ins by password per account. */
  readonly signInFailures: number
}

interface AttemptDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: SecretBox
  readonly limits: SignInLimits
}

/**
 * Counts sign-ins by password in the table `sign_in_attempts` of an app's schema, so that all nodes count together. Its
 * keys are keyed hashes: the table tells nobody who tried.
 */
export function signInAttempts(schema: string) {
  // One statement counts and tells, so that attempts at once, on whatever node, are each counted. $3: windows that began
  // at this time or earlier are over.
  const COUNT = hot(`
    insert into ${schema}.sign_in_attempts as a (key, window_began_at, count) values ($1, $2, 1)
    on conflict (key) do update set
      count = case when a.window_began_at <= $3 then 1 else a.count + 1 end,
      window_began_at = case when a.window_began_at <= $3 then excluded.window_began_at else a.window_began_at end
    returning count, window_began_at`)
  const FORGET = hot(`delete from ${schema}.sign_in_attempts where key = $1`)
  const SWEEP = hot(`delete from ${schema}.sign_in_attempts where window_began_at <= $1`)

  const keyOf = (secrets: SecretBox, what: string) => secrets.keyedHash(`sign-in ${what}`)

  async function count({ database, clock, secrets }: AttemptDeps, what: string, limit: number): Promise<void> {
    if (limit === 0) return
    const now = clock.now()
    const over = new Date(now.getTime() - WINDOW_MS)
    const [row] = await run<{ count: number; window_began_at: Date }>(database, COUNT, [
      keyOf(secrets, what),
      now,
      over,
    ])
    if (row && row.count > limit) throw tooMany(row.window_began_at.getTime(), now.getTime())
  }

  return {
    /** Counts a try from an address. @throws {Refusal} `tooManyRequests`. */
    countAddress: (deps: AttemptDeps, ipAddress: string) => count(deps, `address ${ipAddress}`, deps.limits.signIn),

    /**
     * Counts a try at an account before its password is looked at, so that tries at once can't pass the limit together.
     * Whether there is such an account makes no difference. `forgetFailures` undoes it when the password was right.
     *
     * @param account The same text however the name was written.
     * @throws {Refusal} `tooManyRequests`.
     */
    countFailure: (deps: AttemptDeps, account: string) => count(deps, `account ${account}`, deps.limits.signInFailures),

    async forgetFailures({ database, secrets, limits }: AttemptDeps, account: string): Promise<void> {
      if (limits.signInFailures > 0) await run(database, FORGET, [keyOf(secrets, `account ${account}`)])
    },

    /** Clears away what is counted no more. */
    async sweep(database: Database, now: Date): Promise<void> {
      await run(database, SWEEP, [new Date(now.getTime() - WINDOW_MS)])
    },
  }
}
