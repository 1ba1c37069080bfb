import type { JsonObject } from '../json.ts'

/** `CORTEX`: kept by hand. `IDP`: a SCIM Group, kept by the directory. */
export const TEAM_TYPES = ['CORTEX', 'IDP'] as const
export type TeamType = (typeof TEAM_TYPES)[number]

export interface TeamLink {
  readonly name: string
  readonly type: string
  readonly url: string
  readonly description?: string | undefined
}

export interface SlackChannel {
  readonly name: string
  readonly notificationsEnabled: boolean
  readonly description?: string | undefined
}

export interface Team {
  readonly workspaceId: string
  /** The REST id and, of type IDP, the SCIM id. */
  readonly id: string
  readonly tag: string
  readonly type: TeamType
  readonly name: string
  readonly externalId?: string
  readonly description?: string
  readonly summary?: string
  readonly links: readonly TeamLink[]
  readonly slackChannels: readonly SlackChannel[]
  readonly isArchived: boolean
  /** The SCIM Group, `schemas` included, without `id`, `meta` and `members`. Empty for teams kept by hand. */
  readonly attributes: JsonObject
  readonly version: number
  readonly createdAt: Date
  readonly lastModifiedAt: Date
}

/** A tag made from a name: lower-case letters, digits and hyphens, at most 60 characters. */
export function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-+|-+$/g, '')
  return plain || 'team'
}
