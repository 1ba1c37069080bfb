import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { recordEvent } from '../events/record.ts'
import type { JsonObject } from '../json.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { type ChangedMembers, changeMembers, type MemberOperation, namedIds } from './change-members.ts'
import { insertWithFreeTag } from './free-tag.ts'
import { peopleOfTeam } from './members-repository.ts'
import { recordMembers } from './record-members.ts'
import { lockTeam, removeTeam, type TeamKey, updateTeam } from './repository.ts'
import type { Team } from './team.ts'

/** What never becomes part of the stored Group: what the server itself says, and members, which are rows. */
const NOT_STORED = new Set(['id', 'meta', 'members'])

/** Makes a team of type IDP out of a SCIM Group. @throws {Refusal} `conflict` when another Group has the name. */
export async function createGroup(
  tx: Tx,
  deed: Deed,
  resource: JsonObject,
  memberIds: readonly string[],
): Promise<Team> {
  const { actor, origin, now } = deed
  const people = await lockForAccess(tx, actor.workspaceId, memberIds)
  const attributes = storable(resource)
  const team = await insertWithFreeTag(tx, {
    workspaceId: actor.workspaceId,
    id: newId(now),
    type: 'IDP',
    ...named(attributes),
    links: [],
    slackChannels: [],
    attributes,
    now,
  })
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    objectType: 'TEAM',
    objectId: team.id,
    objectIdentifier: team.name,
    details: { type: team.type, teamTag: team.tag },
  })
  const changed = await changeMembers(tx, team, [{ op: 'add', ids: memberIds }], people, now)
  await recordMembers(tx, deed, team, changed)
  await recordEvent(tx, team.workspaceId, now, {
    type: 'team.created',
    objectId: team.id,
    objectVersion: team.version,
    data: { ...summary(team), members: changed },
  })
  return team
}

export interface GroupChange {
  /** The Group's own attributes, without members, as they should be. */
  readonly attributes: (before: JsonObject) => JsonObject
  readonly members: readonly MemberOperation[]
  /** Asked with the people whom the change brings in and puts out; it throws to refuse, and then nothing was written. */
  readonly permit?: (members: ChangedMembers) => Promise<void>
}

/**
 * The one door every change to a Group goes through. Members are never read to change them; people are locked before the
 * team, in id order. What changes nothing moves no version.
 *
 * @throws {Refusal} `notFound`; `conflict` when another Group has the new name.
 */
export async function changeGroup(tx: Tx, deed: Deed, key: TeamKey, change: GroupChange): Promise<Team> {
  const people = await lockForAccess(tx, key.workspaceId, namedIds(change.members))
  const before = await lockTeam(tx, key)
  if (before?.type !== 'IDP') throw new Refusal('notFound', `There is no group ${key.id}.`)
  const attributes = storable(change.attributes(before.attributes))
  const members = await changeMembers(tx, before, change.members, people, deed.now)
  await change.permit?.(members)
  const renamed = !isDeepStrictEqual(attributes, before.attributes)
  if (!renamed && members.added.length + members.removed.length === 0) return before
  if (renamed)
    await recordAudit(tx, deed.actor, deed.origin, deed.now, {
      action: 'UPDATE',
      objectType: 'TEAM',
      objectId: before.id,
      objectIdentifier: before.name,
      details: { before: before.name, after: named(attributes).name },
    })
  await recordMembers(tx, deed, before, members)
  const { externalId: _, ...rest } = before
  const team = await updateTeam(tx, { ...rest, ...named(attributes), attributes }, deed.now)
  await recordEvent(tx, team.workspaceId, deed.now, {
    type: 'team.updated',
    objectId: team.id,
    objectVersion: team.version,
    data: { ...summary(team), members },
  })
  return team
}

/** Takes a Group away: its places, standing ones too, and what its roles gave. @throws {Refusal} `notFound`. */
export async function deleteGroup(tx: Tx, deed: Deed, key: TeamKey): Promise<void> {
  // Whoever is in it is locked first, so that a deprovisioning on its way through the same rows is waited for.
  await lockForAccess(tx, key.workspaceId, await peopleOfTeam(tx, key))
  const team = await lockTeam(tx, key)
  if (team?.type !== 'IDP') throw new Refusal('notFound', `There is no group ${key.id}.`)
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'DELETE',
    objectType: 'TEAM',
    objectId: team.id,
    objectIdentifier: team.name,
    details: { type: team.type, teamTag: team.tag },
  })
  await removeTeam(tx, key)
  await recordEvent(tx, key.workspaceId, deed.now, {
    type: 'team.deleted',
    objectId: team.id,
    objectVersion: team.version + 1,
    data: summary(team),
  })
}

function storable(resource: JsonObject): JsonObject {
  const kept = Object.entries(resource).filter(([name]) => !NOT_STORED.has(name))
  return JSON.parse(JSON.stringify(Object.fromEntries(kept))) as JsonObject
}

function named({ displayName, externalId }: JsonObject): Pick<Team, 'name' | 'externalId'> {
  const name = typeof displayName === 'string' ? displayName : ''
  return typeof externalId === 'string' ? { name, externalId } : { name }
}

const summary = ({ name, tag, type, externalId }: Team) => ({
  name,
  teamTag: tag,
  type,
  ...(externalId === undefined ? {} : { externalId }),
})
