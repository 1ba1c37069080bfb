import { USER_PROPERTY_NAMES, type UserProperties } from '../../../contract/user.ts'

export interface UserKey {
  readonly tenantId: string
  readonly id: string
}

/** A person of the directory, living or in the deleted items. */
export interface User extends UserKey {
  readonly userPrincipalName: string
  readonly displayName: string
  readonly accountEnabled: boolean
  /** Graph's optional properties, by Graph's names. */
  readonly properties: UserProperties
  readonly managerId: string | undefined
  readonly forceChangePassword: boolean
  readonly version: number
  readonly createdAt: Date
  readonly deletedAt: Date | undefined
}

/**
 * A user in Graph's shape. Every property is answered, unset ones as null: `v1.0` of Microsoft's Graph leaves most out
 * until they are selected, `beta` doesn't; a property too many disturbs no client.
 */
export function toGraphUser(user: User) {
  const optional = USER_PROPERTY_NAMES.map((name) => [
    name,
    user.properties[name] ?? (name === 'businessPhones' ? [] : null),
  ])
  return {
    id: user.id,
    userPrincipalName: user.userPrincipalName,
    displayName: user.displayName,
    accountEnabled: user.accountEnabled,
    ...Object.fromEntries(optional),
    userType: 'Member',
    createdDateTime: graphTime(user.createdAt),
    deletedDateTime: user.deletedAt ? graphTime(user.deletedAt) : null,
  }
}

/** Graph writes times without fractions of a second. */
export function graphTime(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`
}
