import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { USER_PROPERTY_NAMES, type UserChange, type UserNew, type UserProperties } from '../../../contract/user.ts'
import { modifiedProperties } from '../../audit/modified-properties.ts'
import { userTarget } from '../../audit/target.ts'
import { recordChange } from '../../changes/record.ts'
import { type Act, auditAct } from '../../graph/act.ts'
import { noSuchResource } from '../no-such.ts'
import { endAccessOf } from './end-access.ts'
import { insertUser, lockUser, updateUser } from './repository.ts'
import type { User } from './user.ts'

/** Makes a user. The password was hashed before the transaction began. */
export async function createUser(tx: Tx, act: Act, wanted: UserNew, passwordHash: string): Promise<User> {
  const user = await insertUser(
    tx,
    {
      tenantId: act.tenantId,
      id: newId(act.now),
      userPrincipalName: wanted.userPrincipalName,
      displayName: wanted.displayName,
      accountEnabled: wanted.accountEnabled,
      properties: mergeProperties({}, wanted),
      forceChangePassword: wanted.passwordProfile.forceChangePasswordNextSignIn ?? false,
      passwordHash,
    },
    act.now,
  )
  await auditAct(tx, act, { category: 'UserManagement', activity: 'Add user', target: userTarget(user) })
  await recordChange(tx, act.tenantId, act.now, objectChange('add', user))
  return user
}

/**
 * The one door of every change to a living user's properties. Blocking someone or giving them another password ends
 * what they are signed in with, in the same transaction. A change that changes nothing leaves no trace.
 *
 * @throws {Refusal} `notFound`; `conflict` when another user has the new name.
 */
export async function changeUser(
  tx: Tx,
  act: Act,
  id: string,
  change: UserChange,
  passwordHash: string | undefined,
): Promise<User> {
  const before = await lockUser(tx, { tenantId: act.tenantId, id })
  if (!before || before.deletedAt) throw noSuchResource(id)
  const wanted: User = {
    ...before,
    userPrincipalName: change.userPrincipalName ?? before.userPrincipalName,
    displayName: change.displayName ?? before.displayName,
    accountEnabled: change.accountEnabled ?? before.accountEnabled,
    properties: mergeProperties(before.properties, change),
    forceChangePassword:
      change.passwordProfile?.forceChangePasswordNextSignIn ??
      (passwordHash === undefined ? before.forceChangePassword : false),
  }
  if (passwordHash === undefined && isDeepStrictEqual(before, wanted)) return before
  const after = await updateUser(tx, wanted, act.now, passwordHash)
  if (passwordHash !== undefined || (before.accountEnabled && !after.accountEnabled)) await endAccessOf(tx, after)
  await auditAct(tx, act, {
    category: 'UserManagement',
    activity: passwordHash === undefined ? activityOf(before, after) : 'Reset user password',
    target: userTarget(after),
    details: { modifiedProperties: modifiedProperties(told(before), told(after)) },
  })
  await recordChange(tx, act.tenantId, act.now, objectChange('update', after))
  return after
}

function activityOf(before: User, after: User): string {
  if (before.accountEnabled === after.accountEnabled) return 'Update user'
  return after.accountEnabled ? 'Enable account' : 'Disable account'
}

/** Null and an empty list take a property away; what isn't named stays. */
function mergeProperties(before: UserProperties, change: Partial<UserNew> | UserChange): UserProperties {
  const merged: Record<string, unknown> = { ...before }
  for (const name of USER_PROPERTY_NAMES) {
    const value = change[name]
    if (value === undefined) continue
    if (value === null || value.length === 0) delete merged[name]
    else merged[name] = value
  }
  return merged
}

/** A user's properties as the audit log tells them. A password is none of them. */
function told(user: User): Readonly<Record<string, unknown>> {
  return {
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    accountEnabled: user.accountEnabled,
    ...user.properties,
  }
}

export function objectChange(operation: 'add' | 'update' | 'softDelete' | 'restore' | 'hardDelete', user: User) {
  return { kind: 'object', operation, objectType: 'User', objectId: user.id, objectVersion: user.version } as const
}
