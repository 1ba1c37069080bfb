import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { together } from '@muster/service-kit/together.ts'
import type { Deed } from '../audit/deed.ts'
import { type AuditEntry, audited } from '../audit/record.ts'
import { told } from '../events/record.ts'
import type { JsonObject } from '../json.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { type ChangedMembers, changeMembers, type MemberOperation, namedIds, nobodyAmong } from './change-members.ts'
import { endTeam, object } from './end-team.ts'
import { insertWithFreeTag } from './free-tag.ts'
import { peopleOfTeam } from './members-repository.ts'
import { memberEntries } from './record-members.ts'
import { lockTeam, type TeamKey, updateTeam } from './repository.ts'
import type { Team } from './team.ts'

/** What never becomes part of the stored Group: what the server itself says, and members, which are rows. */
const NOT_STORED = new Set(['id', 'meta', 'members'])

/** Makes a team of type IDP out of a SCIM Group. @throws {Refusal} `conflict` when another Group has the name. */
export async function createGroup(
  tx: Tx,
  deed: Deed,
  resource: JsonObject,
  memberIds: readonly string[],
  nobody?: GroupChange['nobody'],
): Promise<Team> {
  const { actor, now } = deed
  const people = await lockForAccess(tx, actor.workspaceId, memberIds)
  const operations = [{ op: 'add', ids: memberIds }] as const
  nobody?.(nobodyAmong('IDP', operations, people))
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
  const members = await changeMembers(tx, team, operations, people, now)
  const entry: AuditEntry = {
    action: 'CREATE',
    ...object(team),
    details: { type: team.type, teamTag: team.tag },
  }
  await together(tx, [
    audited(deed, [entry, ...(await memberEntries(tx, team, people, members))]),
    told(team.workspaceId, now, {
      type: 'team.created',
      objectId: team.id,
      objectVersion: team.version,
      data: { ...summary(team), members },
    }),
  ])
  return team
}

export interface GroupChange {
  /** The Group's own attributes, without members, as they should be. */
  readonly attributes: (before: JsonObject) => JsonObject
  readonly members: readonly MemberOperation[]
  /** Asked with the people whom the change brings in and puts out; it throws to refuse, and then nothing was written. */
  readonly permit?: (members: ChangedMembers) => Promise<void>
  /** Told which of the ids named are nobody's before they are skipped; it throws to refuse. */
  readonly nobody?: (ids: readonly string[]) => void
  /** Asked with the version of the locked row before anything is written; it throws to refuse. */
  readonly expects?: (version: number) => void
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
  change.expects?.(before.version)
  change.nobody?.(nobodyAmong('IDP', change.members, people))
  const attributes = storable(change.attributes(before.attributes))
  const members = await changeMembers(tx, before, change.members, people, deed.now)
  await change.permit?.(members)
  const renamed = !isDeepStrictEqual(attributes, before.attributes)
  if (!renamed && members.added.length + members.removed.length === 0) return before
  const { externalId: _, ...rest } = before
  const wanted: Team = { ...rest, ...named(attributes), attributes }
  const entry: AuditEntry = {
    action: 'UPDATE',
    ...object(before),
    details: { before: before.name, after: wanted.name },
  }
  const entries = [...(renamed ? [entry] : []), ...(await memberEntries(tx, before, people, members))]
  return updateTeam(tx, wanted, deed.now, [
    audited(deed, entries),
    told(before.workspaceId, deed.now, {
      type: 'team.updated',
      objectId: before.id,
      objectVersion: before.version + 1,
      data: { ...summary(wanted), members },
    }),
  ])
}

/**
 * Takes a Group away: its places, standing ones too, and what its roles gave.
 *
 * @param expects Asked with the version of the locked row before anything is written; it throws to refuse.
 * @throws {Refusal} `notFound`.
 */
export async function deleteGroup(
  tx: Tx,
  deed: Deed,
  key: TeamKey,
  expects?: (version: number) => void,
): Promise<void> {
  // Whoever is in it is locked first, so that a deprovisioning on its way through the same rows is waited for.
  await lockForAccess(tx, key.workspaceId, await peopleOfTeam(tx, key))
  const team = await lockTeam(tx, key)
  if (team?.type !== 'IDP') throw new Refusal('notFound', `There is no group ${key.id}.`)
  expects?.(team.version)
  await endTeam(tx, deed, team, summary(team))
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
