import type { Json, JsonObject } from '@muster/scim'
import type { Member } from '../teams/members-repository.ts'
import type { Team } from '../teams/team.ts'
import type { User } from '../users/user.ts'
import { tagOf } from './etags.ts'
import type { GroupOfUser } from './users-query.ts'

/** Where the SCIM root lies, seen from outside: absolute, also behind a proxy. */
export const scimRoot = (publicUrl: string): string => `${publicUrl.replace(/\/+$/, '')}/scim/v2`

export const userLocation = (publicUrl: string, id: string): string => `${scimRoot(publicUrl)}/Users/${id}`
export const groupLocation = (publicUrl: string, id: string): string => `${scimRoot(publicUrl)}/Groups/${id}`

/** A person as the SCIM resource that clients read: what they gave, and what the server adds. */
export function userResource(user: User, groups: readonly GroupOfUser[] | undefined, publicUrl: string): JsonObject {
  const { schemas = [], ...attributes } = user.attributes
  const places = groups?.map(
    ({ id, name }): Json => ({ value: id, $ref: groupLocation(publicUrl, id), display: name, type: 'direct' }),
  )
  return {
    schemas,
    id: user.id,
    ...attributes,
    ...(places && places.length > 0 ? { groups: places } : {}),
    meta: meta('User', user, userLocation(publicUrl, user.id)),
  }
}

/** A team of type IDP as the SCIM Group it is. `members` undefined leaves them out, unread. */
export function groupResource(team: Team, members: readonly Member[] | undefined, publicUrl: string): JsonObject {
  const { schemas = [], ...attributes } = team.attributes
  const people = members?.map(
    ({ userId, name }): Json => ({
      value: userId,
      $ref: userLocation(publicUrl, userId),
      display: name,
      type: 'User',
    }),
  )
  return {
    schemas,
    id: team.id,
    ...attributes,
    ...(people && people.length > 0 ? { members: people } : {}),
    meta: meta('Group', team, groupLocation(publicUrl, team.id)),
  }
}

function meta(
  resourceType: string,
  { createdAt, lastModifiedAt, version }: { createdAt: Date; lastModifiedAt: Date; version: number },
  location: string,
): JsonObject {
  const [created, lastModified] = [createdAt.toISOString(), lastModifiedAt.toISOString()]
  return { resourceType, created, lastModified, location, version: tagOf({ version }) }
}
