import { type Database, hot, run } from '@muster/service-kit/database.ts'
import { hashPassword, isPassword } from '@muster/service-kit/passwords.ts'
import { recordDirectoryAudit } from '../audit/record.ts'
import { userTarget } from '../audit/target.ts'
import { recordChange } from '../changes/record.ts'
import type { StoreDeps } from '../deps.ts'
import { toKey } from '../directory/keys.ts'
import { objectChange } from '../directory/users/change-user.ts'
import { endAccessOf } from '../directory/users/end-access.ts'
import { lockUser, toUser, USER_COLUMNS, type UserRow, updateUser } from '../directory/users/repository.ts'
import type { User } from '../directory/users/user.ts'
import { holdSignInEpoch } from './sign-in-epoch.ts'

/** Someone whose password was right a moment ago. */
export interface Proven {
  readonly user: User
  /** The number of their sign-ins then: if it has moved, they were blocked or their password was changed meanwhile. */
  readonly epoch: number
}

const FIND = hot(
  `select ${USER_COLUMNS}, password_hash, sign_in_epoch from directory.users where tenant_id = $1 and user_principal_name_key = $2`,
)

interface SignInRow extends UserRow {
  readonly password_hash: string | null
  readonly sign_in_epoch: number
}

/**
 * Checks a name and a password. Nobody of that name, a wrong password, a blocked account: all the same to whoever asks,
 * and all the same work, so that neither answer nor time tells who exists.
 */
export async function checkCredentials(
  database: Database,
  tenantId: string | undefined,
  username: string,
  password: string,
): Promise<Proven | undefined> {
  const [row] = tenantId === undefined ? [] : await run<SignInRow>(database, FIND, [tenantId, toKey(username.trim())])
  const stored = row?.password_hash ?? undefined
  const isRight = await isPassword(password, stored)
  if (!isRight || !row || stored === undefined || !row.account_enabled) return undefined
  return { user: toUser(row), epoch: row.sign_in_epoch }
}

/**
 * Gives someone the password they chose themselves, and ends what they were signed in with. Undefined when they were
 * blocked, or the password was changed, since it was proven.
 */
export async function changeOwnPassword(
  { database, clock }: StoreDeps,
  { user, epoch }: Proven,
  password: string,
): Promise<Proven | undefined> {
  const fresh = await hashPassword(password)
  const now = clock.now()
  return database.transaction(async (tx) => {
    const before = await lockUser(tx, user)
    if (!before || (await holdSignInEpoch(tx, user.tenantId, user.id)) !== epoch) return undefined
    const after = await updateUser(tx, { ...before, forceChangePassword: false }, now, fresh)
    await endAccessOf(tx, after)
    await recordDirectoryAudit(tx, user.tenantId, now, {
      category: 'UserManagement',
      activity: 'Change user password',
      initiatedBy: {
        kind: 'user',
        userId: after.id,
        displayName: after.displayName,
        userPrincipalName: after.userPrincipalName,
      },
      target: userTarget(after),
    })
    await recordChange(tx, user.tenantId, now, objectChange('update', after))
    return { user: after, epoch: epoch + 1 }
  })
}
