import { graphTime } from '../users/user.ts'

export interface GroupKey {
  readonly tenantId: string
  readonly id: string
}

/** Graph's optional properties of a group that are kept. */
export interface GroupProperties {
  readonly description?: string
  readonly groupTypes?: readonly string[]
}

/** A group of the directory, living or in the deleted items. Its members are rows of their own. */
export interface Group extends GroupKey {
  readonly displayName: string
  readonly mailNickname: string
  readonly mailEnabled: boolean
  readonly securityEnabled: boolean
  readonly properties: GroupProperties
  readonly version: number
  readonly createdAt: Date
  readonly deletedAt: Date | undefined
}

/** A group in Graph's shape. */
export function toGraphGroup(group: Group) {
  return {
    id: group.id,
    displayName: group.displayName,
    description: group.properties.description ?? null,
    groupTypes: group.properties.groupTypes ?? [],
    mailEnabled: group.mailEnabled,
    mailNickname: group.mailNickname,
    securityEnabled: group.securityEnabled,
    createdDateTime: graphTime(group.createdAt),
    deletedDateTime: group.deletedAt ? graphTime(group.deletedAt) : null,
  }
}
