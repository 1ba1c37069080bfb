import { type Database, hot, run } from '@muster/service-kit/database.ts'
import { idleSince } from './lifetime.ts'
import { sweepSessions } from './repository.ts'

const WITH_SESSIONS = hot('select distinct workspace_id from portal.sessions')

/** Clears away the sessions that have ended, in every workspace. They were refused before already; this keeps the table small. */
export async function sweepEndedSessions(database: Database, now: Date): Promise<void> {
  for (const { workspace_id } of await run<{ workspace_id: string }>(database, WITH_SESSIONS, []))
    while ((await sweepSessions(database, workspace_id, now, idleSince(now))) > 0);
}
