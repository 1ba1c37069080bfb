import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { TeamKey } from './repository.ts'

/** Who put somebody in a team: the directory, or a person here. */
export type MemberSource = 'SCIM' | 'MANUAL'

/** One place of one person in one team. */
export interface Membership {
  readonly teamId: string
  readonly userId: string
}

/** What is said of somebody in a team that is kept by hand. */
export interface MemberDetails {
  readonly notificationsEnabled: boolean
  /** Jobs in the team, such as its leader. They allow nothing. */
  readonly roleTags: readonly string[]
  readonly description?: string | undefined
}

export interface Member extends MemberDetails {
  readonly userId: string
  readonly email: string
  readonly name: string
  readonly source: MemberSource
}

interface Row {
  readonly team_id: string
  readonly user_id: string
}

interface MemberRow extends Row {
  readonly email: string
  readonly name: string
  readonly source: MemberSource
  readonly notifications_enabled: boolean
  readonly role_tags: readonly string[]
  readonly description: string | null
}

const ADD = hot(`
  insert into portal.team_members (workspace_id, team_id, user_id, source, added_at)
  select $1, $2, user_id, $4, $5 from unnest($3::uuid[]) user_id order by user_id
  on conflict do nothing returning team_id, user_id`)
const REMOVE = hot(`
  delete from portal.team_members where workspace_id = $1 and team_id = $2 and user_id = any($3::uuid[])
  returning team_id, user_id`)
const KEEP_ONLY = hot(`
  delete from portal.team_members where workspace_id = $1 and team_id = $2 and user_id <> all($3::uuid[])
  returning team_id, user_id`)
const ADD_STANDING = hot(`
  insert into portal.standing_members (workspace_id, team_id, user_id, since)
  select $1, $2, user_id, $4 from unnest($3::uuid[]) user_id order by user_id on conflict do nothing`)
const REMOVE_STANDING = hot(`
  delete from portal.standing_members where workspace_id = $1 and team_id = $2 and user_id = any($3::uuid[])`)
const KEEP_ONLY_STANDING = hot(`
  delete from portal.standing_members where workspace_id = $1 and team_id = $2 and user_id <> all($3::uuid[])`)
const OF_TEAMS = hot(`
  select m.team_id, m.user_id, u.email, u.display_name as name, m.source, m.notifications_enabled, m.role_tags, m.description
  from portal.team_members m
  join portal.users u on u.workspace_id = m.workspace_id and u.id = m.user_id
  where m.workspace_id = $1 and m.team_id = any($2::uuid[]) order by m.team_id, m.user_id`)
const DESCRIBE = hot(`
  update portal.team_members m
  set notifications_enabled = d.notifications_enabled, role_tags = d.role_tags, description = d.description
  from jsonb_to_recordset($3::jsonb) as d (user_id uuid, notifications_enabled boolean, role_tags text[], description text)
  where m.workspace_id = $1 and m.team_id = $2 and m.user_id = d.user_id
    and (m.notifications_enabled, m.role_tags, m.description)
      is distinct from (d.notifications_enabled, d.role_tags, d.description)
  returning m.team_id, m.user_id`)
const PEOPLE_OF_TEAM = hot(`
  select user_id from portal.team_members where workspace_id = $1 and team_id = $2
  union select user_id from portal.standing_members where workspace_id = $1 and team_id = $2`)
const TEAMS_OF_USER = hot('select team_id from portal.team_members where workspace_id = $1 and user_id = $2')
const STANDING_TEAMS_OF_USER = hot(
  'select team_id from portal.standing_members where workspace_id = $1 and user_id = $2',
)
const REMOVE_USER = hot(`
  delete from portal.team_members where workspace_id = $1 and user_id = $2 returning team_id, user_id, source`)
const STAND = hot(`
  insert into portal.standing_members (workspace_id, team_id, user_id, since)
  select $1, team_id, $2, $4 from unnest($3::uuid[]) team_id order by team_id on conflict do nothing`)
const REMOVE_STANDING_USER = hot(`
  delete from portal.standing_members where workspace_id = $1 and user_id = $2 returning team_id, user_id`)
const RESTORE = hot(`
  insert into portal.team_members (workspace_id, team_id, user_id, source, added_at)
  select $1, team_id, $2, 'SCIM', $4 from unnest($3::uuid[]) team_id order by team_id
  on conflict do nothing`)

/** Puts people in a team; those who are in it already stay as they are. The answer names the new ones. */
export async function addMembers(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  userIds: readonly string[],
  source: MemberSource,
  now: Date,
): Promise<string[]> {
  if (userIds.length === 0) return []
  return userIdsOf(await run<Row>(tx, ADD, [workspaceId, id, userIds, source, now]))
}

/** Takes people out of a team; those who are not in it don't matter. The answer names who was. */
export async function removeMembers(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  userIds: readonly string[],
): Promise<string[]> {
  if (userIds.length === 0) return []
  return userIdsOf(await run<Row>(tx, REMOVE, [workspaceId, id, userIds]))
}

/** Takes everybody out of a team but these. */
export async function keepOnlyMembers(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  userIds: readonly string[],
): Promise<string[]> {
  return userIdsOf(await run<Row>(tx, KEEP_ONLY, [workspaceId, id, userIds]))
}

/** Keeps in mind that the provider put these people, who are inactive, in a team. */
export async function addStanding(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  userIds: readonly string[],
  now: Date,
): Promise<void> {
  if (userIds.length > 0) await run(tx, ADD_STANDING, [workspaceId, id, userIds, now])
}

export async function removeStanding(tx: Tx, { workspaceId, id }: TeamKey, userIds: readonly string[]): Promise<void> {
  if (userIds.length > 0) await run(tx, REMOVE_STANDING, [workspaceId, id, userIds])
}

export async function keepOnlyStanding(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  userIds: readonly string[],
): Promise<void> {
  await run(tx, KEEP_ONLY_STANDING, [workspaceId, id, userIds])
}

/** Who is in a team, by id. */
export async function membersOf(on: Executor, { workspaceId, id }: TeamKey): Promise<readonly Member[]> {
  return (await membersOfTeams(on, workspaceId, [id])).get(id) ?? []
}

/** Who is in each of several teams, by team. */
export async function membersOfTeams(
  on: Executor,
  workspaceId: string,
  teamIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Member[]>> {
  const byTeam = new Map<string, Member[]>()
  if (teamIds.length === 0) return byTeam
  for (const row of await run<MemberRow>(on, OF_TEAMS, [workspaceId, teamIds])) {
    const members = byTeam.get(row.team_id) ?? []
    members.push(memberFromRow(row))
    byTeam.set(row.team_id, members)
  }
  return byTeam
}

/** Stores what is said of members, by their ids. The answer names those of whom something else was said before. */
export async function describeMembers(
  tx: Tx,
  { workspaceId, id }: TeamKey,
  details: ReadonlyMap<string, MemberDetails>,
): Promise<string[]> {
  const rows = [...details].map(([userId, { notificationsEnabled, roleTags, description }]) => ({
    user_id: userId,
    notifications_enabled: notificationsEnabled,
    role_tags: roleTags,
    description: description ?? null,
  }))
  return userIdsOf(await run<Row>(tx, DESCRIBE, [workspaceId, id, JSON.stringify(rows)]))
}

/** Everybody who is in a team or would be if they were active. */
export async function peopleOfTeam(on: Executor, { workspaceId, id }: TeamKey): Promise<string[]> {
  return userIdsOf(await run<Row>(on, PEOPLE_OF_TEAM, [workspaceId, id]))
}

/** The teams that somebody is in. */
export async function teamIdsOf(on: Executor, workspaceId: string, userId: string): Promise<string[]> {
  return (await run<Row>(on, TEAMS_OF_USER, [workspaceId, userId])).map(({ team_id }) => team_id)
}

/** The teams that the provider put somebody inactive in. */
export async function standingTeamIdsOf(on: Executor, workspaceId: string, userId: string): Promise<string[]> {
  return (await run<Row>(on, STANDING_TEAMS_OF_USER, [workspaceId, userId])).map(({ team_id }) => team_id)
}

/** Ends every membership of somebody. The answer tells which there were, and by whom. */
export async function removeUserFromTeams(
  tx: Tx,
  workspaceId: string,
  userId: string,
): Promise<{ readonly teamId: string; readonly source: MemberSource }[]> {
  const rows = await run<Row & { source: MemberSource }>(tx, REMOVE_USER, [workspaceId, userId])
  return rows.map(({ team_id, source }) => ({ teamId: team_id, source }))
}

/** Keeps in mind that the provider had somebody in these teams. */
export async function keepStanding(
  tx: Tx,
  workspaceId: string,
  userId: string,
  teamIds: readonly string[],
  now: Date,
): Promise<void> {
  if (teamIds.length > 0) await run(tx, STAND, [workspaceId, userId, teamIds, now])
}

/**
 * Makes somebody's standing memberships live again. `lockedTeamIds` are the teams that were found and locked before; what
 * stands at this moment counts, since a team may have dropped the person before it was locked. The answer names the teams.
 */
export async function restoreStanding(
  tx: Tx,
  workspaceId: string,
  userId: string,
  lockedTeamIds: readonly string[],
  now: Date,
): Promise<string[]> {
  const standing = await run<Row>(tx, REMOVE_STANDING_USER, [workspaceId, userId])
  const restored = standing.map(({ team_id }) => team_id).filter((id) => lockedTeamIds.includes(id))
  if (restored.length > 0) await run(tx, RESTORE, [workspaceId, userId, restored, now])
  return restored
}

const userIdsOf = (rows: readonly Row[]): string[] => rows.map(({ user_id }) => user_id)

const memberFromRow = (row: MemberRow): Member => ({
  userId: row.user_id,
  email: row.email,
  name: row.name,
  source: row.source,
  notificationsEnabled: row.notifications_enabled,
  roleTags: row.role_tags,
  ...(row.description === null ? {} : { description: row.description }),
})
