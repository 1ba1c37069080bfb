import { type Database, execute, hot } from '@muster/service-kit/database.ts'
import { sweepSignInAttempts } from '../limits/sign-in-attempts.ts'

const BATCH = 5_000

const STATEMENTS = ['openid_records', 'access_tokens', 'sessions'].map((table) =>
  hot(
    `delete from directory.${table} where ctid = any(array(select ctid from directory.${table} where expires_at < $1 limit ${BATCH}))`,
  ),
)

/** Clears away what has expired: it lets nobody in, or keeps nobody out, any more, and only takes room. */
export async function purgeExpired(database: Database, now: Date): Promise<void> {
  for (const statement of STATEMENTS) while ((await execute(database, statement, [now])) === BATCH);
  await sweepSignInAttempts(database, now)
}
