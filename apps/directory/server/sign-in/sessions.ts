import { type Executor, execute, hot, type Tx } from '@muster/service-kit/database.ts'
import { newCredential, newId } from '@muster/service-kit/ids.ts'
import { SESSION_TOKEN } from '../graph/caller.ts'
import type { Proven } from './credentials.ts'
import { holdSignInEpoch } from './sign-in-epoch.ts'

/** How long someone stays signed in to the console, in milliseconds: a working day. */
const SESSION_MS = 12 * 3_600_000

const INSERT = hot(
  `insert into directory.sessions (tenant_id, id, user_id, hash, created_at, expires_at, seen_at) values ($1, $2, $3, $4, $5, $6, $5)`,
)
const END = hot('delete from directory.sessions where tenant_id = $1 and id = $2')

/**
 * Opens a console session for someone whose password was right, under their lock: undefined when they were blocked or
 * their password was changed since.
 */
export async function openSession(
  tx: Tx,
  { user, epoch }: Proven,
  now: Date,
): Promise<{ readonly value: string; readonly expiresAt: Date } | undefined> {
  if ((await holdSignInEpoch(tx, user.tenantId, user.id)) !== epoch) return undefined
  const { value, hash } = newCredential(SESSION_TOKEN, user.tenantId)
  const expiresAt = new Date(now.getTime() + SESSION_MS)
  await execute(tx, INSERT, [user.tenantId, newId(now), user.id, hash, now, expiresAt])
  return { value, expiresAt }
}

export async function endSession(on: Executor, tenantId: string, sessionId: string): Promise<void> {
  await execute(on, END, [tenantId, sessionId])
}
