import { execute, hot, type Tx } from '@muster/service-kit/database.ts'
import type { UserKey } from './user.ts'

const END_SESSIONS = hot('delete from directory.sessions where tenant_id = $1 and user_id = $2')
const END_OPENID = hot('delete from directory.openid_records where tenant_id = $1 and account_id = $2')

const NEXT_EPOCH = hot('update directory.users set sign_in_epoch = sign_in_epoch + 1 where tenant_id = $1 and id = $2')

/**
 * Ends everything a person is signed in with: console sessions, and the sign-in protocol's sessions, grants, codes,
 * access and refresh tokens. In the transaction that blocks them, so that no request sees the one without the other;
 * the caller holds the user's row for update, and the number of their sign-ins moves on: a sign-in or a token
 * request that was under way before adds nothing afterwards, even when the person may sign in again by then.
 */
export async function endAccessOf(tx: Tx, { tenantId, id }: UserKey): Promise<void> {
  await execute(tx, END_SESSIONS, [tenantId, id])
  await execute(tx, END_OPENID, [tenantId, id])
  await execute(tx, NEXT_EPOCH, [tenantId, id])
}
