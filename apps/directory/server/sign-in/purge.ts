import { type Database, execute, hot } from '@muster/service-kit/database.ts'

/** How often expired sign-ins are cleared away. */
const EVERY_MS = 600_000
const BATCH = 5_000

const STATEMENTS = ['openid_records', 'access_tokens', 'sessions'].map((table) =>
  hot(
    `delete from directory.${table} where ctid = any(array(select ctid from directory.${table} where expires_at < $1 limit ${BATCH}))`,
  ),
)

/** Clears away what has expired: it lets nobody in any more, and only takes room. */
export async function purgeExpired(database: Database, now: Date): Promise<void> {
  for (const statement of STATEMENTS) while ((await execute(database, statement, [now])) === BATCH);
}

/** Keeps doing so until `stop` has ended. */
export function startPurging(database: Database, now: () => Date, onFault: (error: unknown) => void) {
  let running = Promise.resolve()
  const timer = setInterval(() => {
    running = running.then(() => purgeExpired(database, now())).catch(onFault)
  }, EVERY_MS)
  return {
    async stop(): Promise<void> {
      clearInterval(timer)
      await running
    },
  }
}
