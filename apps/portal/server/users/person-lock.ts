import { hot, run, type Tx } from '@muster/service-kit/database.ts'

/** People as they are while the transaction lasts, by id: whoever is missing is nobody. */
export type LockedPeople = ReadonlyMap<string, LockedPerson>

export interface LockedPerson {
  readonly active: boolean
  readonly localAdmin: boolean
  readonly email: string
}

const LOCK_FOR_ACCESS = hot(
  'select id, active, local_admin, email from portal.users where workspace_id = $1 and id = any($2::uuid[]) order by id for key share',
)

/**
 * The one lock behind which access is given and taken. Whatever makes or ends a session, token, role or membership calls
 * this before it writes, and goes by the `active` that comes back; deprovisioning and return hold the same rows `for
 * update`. So each waits for the other, and the later one sees the new state. Ids that are nobody's are left out.
 *
 * Rows are locked in id order. In a transaction that locks teams as well, people come first.
 */
export async function lockForAccess(tx: Tx, workspaceId: string, userIds: readonly string[]): Promise<LockedPeople> {
  if (userIds.length === 0) return new Map()
  interface Row {
    readonly id: string
    readonly active: boolean
    readonly local_admin: boolean
    readonly email: string
  }
  const rows = await run<Row>(tx, LOCK_FOR_ACCESS, [workspaceId, userIds])
  return new Map(rows.map(({ id, active, local_admin, email }) => [id, { active, localAdmin: local_admin, email }]))
}
