import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit, recordAudits } from '../audit/record.ts'
import { recordEvent } from '../events/record.ts'
import { lockForAccess } from '../users/person-lock.ts'
import { changeMembers, type MemberOperation, namedIds } from './change-members.ts'
import { endTeam, object } from './end-team.ts'
import { describeMembers, type MemberDetails, peopleOfTeam } from './members-repository.ts'
import { memberEntries } from './record-members.ts'
import { findTeamByTagOrId, insertTeam, lockTeam, touchTeams, updateTeam } from './repository.ts'
import type { Team } from './team.ts'
import { assertMayAddMembers } from './team-roles.ts'

/** What a person says of a team. */
export type TeamWords = Pick<Team, 'name' | 'description' | 'summary' | 'links' | 'slackChannels'>

/** Makes a team that is kept by hand. @throws {Refusal} `conflict` when the tag is taken. */
export async function createTeam(tx: Tx, deed: Deed, tag: string, words: TeamWords): Promise<Team> {
  const { actor, origin, now } = deed
  const { workspaceId } = actor
  const wanted = { ...words, workspaceId, id: newId(now), tag, type: 'CORTEX', attributes: {}, now } as const
  const team = await insertTeam(tx, wanted)
  if (!team) throw new Refusal('conflict', `The tag "${tag}" is taken.`)
  await recordAudit(tx, actor, origin, now, {
    action: 'CREATE',
    ...object(team),
    details: { type: team.type, teamTag: tag },
  })
  await recordEvent(tx, workspaceId, now, {
    type: 'team.created',
    objectId: team.id,
    objectVersion: team.version,
    data: summary(team),
  })
  return team
}

/**
 * Changes what a team is called and said of, or archives it. A Group's name is its directory's.
 *
 * @throws {Refusal} `notFound`; `conflict` when the directory owns what would change.
 */
export async function changeTeam(
  tx: Tx,
  deed: Deed,
  tagOrId: string,
  change: Partial<TeamWords> & { isArchived?: boolean },
): Promise<Team> {
  const before = await lockByTagOrId(tx, deed, tagOrId)
  if (before.type === 'IDP' && change.name !== undefined && change.name !== before.name)
    throw new Refusal('conflict', 'Your directory owns this team. Change its name there.')
  const wanted = { ...before, ...change }
  if (isDeepStrictEqual(wanted, before)) return before
  const team = await updateTeam(tx, wanted, deed.now)
  await recordAudit(tx, deed.actor, deed.origin, deed.now, {
    action: 'UPDATE',
    ...object(team),
    details: { teamTag: team.tag, attributes: Object.keys(change) },
  })
  return updated(tx, deed, team)
}

/**
 * Changes who is in a team that is kept by hand, and what is said of them there. Putting somebody in gives them what the
 * team's roles allow, so the caller must hold that.
 *
 * @throws {Refusal} `notFound`; `conflict` for a team whose members are its directory's, and for somebody deprovisioned;
 * `invalid` for somebody who is not there; `forbidden`.
 */
export async function changeTeamMembers(
  tx: Tx,
  deed: Deed,
  tagOrId: string,
  operation: MemberOperation,
  details: ReadonlyMap<string, MemberDetails> = new Map(),
): Promise<Team> {
  const people = await lockForAccess(tx, deed.actor.workspaceId, namedIds([operation]))
  const team = await lockByTagOrId(tx, deed, tagOrId)
  if (team.type === 'IDP') throw new Refusal('conflict', 'Your directory owns this team. Change its members there.')
  if (operation.op === 'add' || operation.op === 'replace')
    for (const id of operation.ids) {
      if (!people.has(id)) throw new Refusal('invalid', `There is no user ${id}.`)
      if (!people.get(id)?.active)
        throw new Refusal('conflict', `User ${id} has been deprovisioned: they can be in no team until they return.`)
    }
  const members = await changeMembers(tx, team, [operation], people, deed.now)
  if (members.added.length > 0) await assertMayAddMembers(tx, deed, team)
  const described = details.size === 0 ? [] : await describeMembers(tx, team, details)
  const changed = described.filter((id) => !members.added.includes(id))
  if (members.added.length + members.removed.length + changed.length === 0) return team
  await recordAudits(tx, deed, await memberEntries(tx, team, people, members, changed))
  await touchTeams(tx, team.workspaceId, [team.id], deed.now)
  return updated(tx, deed, { ...team, version: team.version + 1, lastModifiedAt: deed.now }, { members })
}

/** Takes a team away that is kept by hand. @throws {Refusal} `notFound`; `conflict` for a directory's. */
export async function deleteTeam(tx: Tx, deed: Deed, tagOrId: string): Promise<void> {
  const found = await mustFind(tx, deed, tagOrId)
  if (found.type === 'IDP') throw new Refusal('conflict', 'Your directory owns this team. Delete its group there.')
  // Whoever is in it is locked first, so that a deprovisioning on its way through the same rows is waited for.
  await lockForAccess(tx, found.workspaceId, await peopleOfTeam(tx, found))
  const team = await lockByTagOrId(tx, deed, found.id)
  await endTeam(tx, deed, team, summary(team))
}

/** Reads a team by tag or id and keeps every other writer of it waiting. @throws {Refusal} `notFound`. */
export async function lockByTagOrId(tx: Tx, deed: Deed, tagOrId: string): Promise<Team> {
  const team = await lockTeam(tx, await mustFind(tx, deed, tagOrId))
  if (!team) throw noSuchTeam(tagOrId)
  return team
}

async function mustFind(tx: Tx, { actor }: Deed, tagOrId: string): Promise<Team> {
  const team = await findTeamByTagOrId(tx, actor.workspaceId, tagOrId)
  if (!team) throw noSuchTeam(tagOrId)
  return team
}

export const noSuchTeam = (tagOrId: string): Refusal => new Refusal('notFound', `There is no team ${tagOrId}.`)

async function updated(tx: Tx, { now }: Deed, team: Team, data: Readonly<Record<string, unknown>> = {}): Promise<Team> {
  await recordEvent(tx, team.workspaceId, now, {
    type: 'team.updated',
    objectId: team.id,
    objectVersion: team.version,
    data: { ...summary(team), ...data },
  })
  return team
}

const summary = ({ name, tag, type }: Team) => ({ name, teamTag: tag, type })
