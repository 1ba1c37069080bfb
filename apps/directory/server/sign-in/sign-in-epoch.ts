import { hot, run, type Tx } from '@muster/service-kit/database.ts'

const HOLD = hot(`select sign_in_epoch from directory.users
  where tenant_id = $1 and id = $2 and account_enabled and deleted_at is null for key share`)

/**
 * The number of a person's sign-ins, kept as it is until the transaction ends: blocking them, deleting them and
 * changing their password wait. Undefined when they may not sign in.
 */
export async function holdSignInEpoch(tx: Tx, tenantId: string, userId: string): Promise<number | undefined> {
  return (await run<{ sign_in_epoch: number }>(tx, HOLD, [tenantId, userId]))[0]?.sign_in_epoch
}
