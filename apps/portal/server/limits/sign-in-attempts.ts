import { type Database, hot, run } from '@muster/service-kit/database.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'
import { tooMany, WINDOW_MS } from './limits.ts'

// One statement counts and tells, so that attempts at once, on whatever node, are each counted. $3: windows that began
// at this time or earlier are over.
const COUNT = hot(`
  insert into portal.sign_in_attempts as a (key, window_began_at, count) values ($1, $2, 1)
  on conflict (key) do update set
    count = case when a.window_began_at <= $3 then 1 else a.count + 1 end,
    window_began_at = case when a.window_began_at <= $3 then excluded.window_began_at else a.window_began_at end
  returning count, window_began_at`)
const FORGET = hot('delete from portal.sign_in_attempts where key = $1')
const SWEEP = hot('delete from portal.sign_in_attempts where window_began_at <= $1')

type AttemptDeps = Pick<PortalDeps, 'database' | 'clock' | 'secrets' | 'limits'>

/** Counts a try from an address. @throws {Refusal} `tooManyRequests`. */
export async function countAddress(deps: AttemptDeps, ipAddress: string): Promise<void> {
  await count(deps, `address ${ipAddress}`, deps.limits.signIn)
}

/**
 * Counts a try at an account before its password is looked at, so that tries at once can't pass the limit together.
 * Whether there is such an account makes no difference. `forgetFailures` undoes it when the password was right.
 *
 * @throws {Refusal} `tooManyRequests`.
 */
export async function countFailure(deps: AttemptDeps, workspaceId: string, email: string): Promise<void> {
  await count(deps, accountKey(workspaceId, email), deps.limits.signInFailures)
}

export async function forgetFailures(deps: AttemptDeps, workspaceId: string, email: string): Promise<void> {
  if (deps.limits.signInFailures > 0)
    await run(deps.database, FORGET, [deps.secrets.keyedHash(`sign-in ${accountKey(workspaceId, email)}`)])
}

/** Clears away what is counted no more. */
export async function sweepSignInAttempts(database: Database, now: Date): Promise<void> {
  await run(database, SWEEP, [new Date(now.getTime() - WINDOW_MS)])
}

const accountKey = (workspaceId: string, email: string): string => `account ${workspaceId} ${textKeyOf(email.trim())}`

async function count({ database, clock, secrets }: AttemptDeps, what: string, limit: number): Promise<void> {
  if (limit === 0) return
  const now = clock.now()
  const over = new Date(now.getTime() - WINDOW_MS)
  const [row] = await run<{ count: number; window_began_at: Date }>(database, COUNT, [
    secrets.keyedHash(`sign-in ${what}`),
    now,
    over,
  ])
  if (row && row.count > limit) throw tooMany(row.window_began_at.getTime(), now.getTime())
}
