import { type Executor, execute, hot, run, type Tx, uniqueConstraint } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { type Statement, together } from '@muster/service-kit/together.ts'
import type { JsonObject } from '../json.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'
import { groupTerms } from '../scim/terms.ts'
import type { SlackChannel, Team, TeamLink, TeamType } from './team.ts'

/** The columns that `teamFromRow` reads, of `portal.teams t`. */
export const TEAM_COLUMNS = `t.workspace_id, t.id, t.tag, t.type, t.name, t.external_id, t.description, t.summary, t.links,
  t.slack_channels, t.is_archived, t.attributes, t.version, t.created_at, t.last_modified_at`

export interface TeamRow {
  readonly workspace_id: string
  readonly id: string
  readonly tag: string
  readonly type: TeamType
  readonly name: string
  readonly external_id: string | null
  readonly description: string | null
  readonly summary: string | null
  readonly links: readonly TeamLink[]
  readonly slack_channels: readonly SlackChannel[]
  readonly is_archived: boolean
  readonly attributes: JsonObject
  readonly version: string
  readonly created_at: Date
  readonly last_modified_at: Date
}

const SELECT = `select ${TEAM_COLUMNS} from portal.teams t`
const FIND = hot(`${SELECT} where t.workspace_id = $1 and t.id = $2`)
const FIND_BY_TAG = hot(`${SELECT} where t.workspace_id = $1 and t.tag = $2`)
const LIST = hot(`
  ${SELECT} where t.workspace_id = $1 and ($2::text is null or t.tag = $2) and ($3 or exists
    (select from portal.team_members m where m.workspace_id = t.workspace_id and m.team_id = t.id))
    and ($4::uuid is null or t.id in
      (select team_id from portal.team_members where workspace_id = $1 and user_id = $4))
  order by t.name, t.id`)
const LOCK = hot(`${SELECT} where t.workspace_id = $1 and t.id = $2 for no key update`)
const LOCK_MANY = hot(`
  ${SELECT} where t.workspace_id = $1 and t.id = any($2::uuid[]) order by t.id for no key update`)
const TOUCH = hot(`
  update portal.teams set version = version + 1, last_modified_at = $3
  where workspace_id = $1 and id = any($2::uuid[])`)
// `do nothing` and not an error: which of the two names is taken is asked for afterwards.
const INSERT = hot(`
  insert into portal.teams as t (workspace_id, id, tag, type, name, group_name_key, external_id, description, summary, links,
    slack_channels, attributes, keys, created_at, last_modified_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11::jsonb, $12::jsonb, $13, $14, $14)
  on conflict do nothing returning ${TEAM_COLUMNS}`)
const NAME_HOLDER = hot('select id from portal.teams where workspace_id = $1 and group_name_key = $2')
const UPDATE = hot(`
  update portal.teams t set name = $3, group_name_key = $4, external_id = $5, description = $6, summary = $7,
    links = $8::jsonb, slack_channels = $9::jsonb, is_archived = $10, attributes = $11::jsonb, keys = $12,
    version = version + 1, last_modified_at = $13
  where workspace_id = $1 and id = $2 returning *`)
const DELETE = hot('delete from portal.teams where workspace_id = $1 and id = $2')

export interface TeamKey {
  readonly workspaceId: string
  readonly id: string
}

export async function findTeam(on: Executor, { workspaceId, id }: TeamKey): Promise<Team | undefined> {
  return first(await run<TeamRow>(on, FIND, [workspaceId, id]))
}

/** A team by its id or, when that is none, by its tag. */
export async function findTeamByTagOrId(on: Executor, workspaceId: string, tagOrId: string): Promise<Team | undefined> {
  const byId = isUuid(tagOrId) ? await findTeam(on, { workspaceId, id: tagOrId }) : undefined
  return byId ?? first(await run<TeamRow>(on, FIND_BY_TAG, [workspaceId, tagOrId]))
}

export interface TeamSearch {
  readonly teamTag?: string | undefined
  readonly includeTeamsWithoutMembers: boolean
  /** Whose teams. What can't be an id is nobody's. */
  readonly memberId?: string | undefined
}

export async function listTeams(on: Executor, workspaceId: string, search: TeamSearch): Promise<Team[]> {
  const { teamTag = null, includeTeamsWithoutMembers, memberId } = search
  if (memberId !== undefined && !isUuid(memberId)) return []
  const rows = await run<TeamRow>(on, LIST, [workspaceId, teamTag, includeTeamsWithoutMembers, memberId ?? null])
  return rows.map(teamFromRow)
}

/** Reads a team and keeps every other writer of it, or of its members, waiting. People are locked before teams. */
export async function lockTeam(tx: Tx, { workspaceId, id }: TeamKey): Promise<Team | undefined> {
  return first(await run<TeamRow>(tx, LOCK, [workspaceId, id]))
}

/** As `lockTeam`, for several at once, in id order. Those that are gone are left out. */
export async function lockTeams(tx: Tx, workspaceId: string, ids: readonly string[]): Promise<Team[]> {
  if (ids.length === 0) return []
  return (await run<TeamRow>(tx, LOCK_MANY, [workspaceId, ids])).map(teamFromRow)
}

/** Moves the version of teams whose members changed. They are locked already. */
export async function touchTeams(tx: Tx, workspaceId: string, ids: readonly string[], now: Date): Promise<void> {
  if (ids.length > 0) await execute(tx, TOUCH, [workspaceId, ids, now])
}

export type NewTeam = Omit<Team, 'version' | 'createdAt' | 'lastModifiedAt' | 'isArchived'> & { readonly now: Date }

/** Undefined when the tag is taken. @throws {Refusal} `conflict` when another Group has the name. */
export async function insertTeam(tx: Tx, team: NewTeam): Promise<Team | undefined> {
  const rows = await run<TeamRow>(tx, INSERT, [
    team.workspaceId,
    team.id,
    team.tag,
    team.type,
    team.name,
    groupNameKey(team),
    team.externalId ?? null,
    team.description ?? null,
    team.summary ?? null,
    JSON.stringify(team.links),
    JSON.stringify(team.slackChannels),
    JSON.stringify(team.attributes),
    keysOf(team),
    team.now,
  ])
  if (rows[0]) return teamFromRow(rows[0])
  const holder =
    team.type === 'IDP' ? await run<{ id: string }>(tx, NAME_HOLDER, [team.workspaceId, groupNameKey(team)]) : []
  if (holder[0]) throw nameTaken(team.name, holder[0].id)
  return undefined
}

/**
 * Stores a changed team, whose row is locked; the version moves by one.
 *
 * @param beside What else the same statement writes.
 * @throws {Refusal} `conflict` when another Group has the new name.
 */
export async function updateTeam(tx: Tx, team: Team, now: Date, beside: readonly Statement[] = []): Promise<Team> {
  const update: Statement = {
    text: UPDATE,
    values: [
      team.workspaceId,
      team.id,
      team.name,
      groupNameKey(team),
      team.externalId ?? null,
      team.description ?? null,
      team.summary ?? null,
      JSON.stringify(team.links),
      JSON.stringify(team.slackChannels),
      team.isArchived,
      JSON.stringify(team.attributes),
      keysOf(team),
      now,
    ],
  }
  try {
    const rows = await together<TeamRow>(tx, [update, ...beside], `select ${TEAM_COLUMNS} from part1 t`)
    const updated = first(rows)
    if (!updated) throw new Refusal('notFound', `There is no team ${team.id}.`)
    return updated
  } catch (error) {
    if (uniqueConstraint(error) === 'teams_group_name_unique') throw nameTaken(team.name)
    throw error
  }
}

/** Takes the row away; members, standing members, roles and relationships of the team go with it. */
export const removedTeam = ({ workspaceId, id }: TeamKey): Statement => ({ text: DELETE, values: [workspaceId, id] })

const groupNameKey = ({ type, name }: Pick<Team, 'type' | 'name'>): string | null =>
  type === 'IDP' ? textKeyOf(name) : null

const keysOf = ({ type, workspaceId, attributes }: Pick<Team, 'type' | 'workspaceId' | 'attributes'>): string[] =>
  type === 'IDP' ? groupTerms(workspaceId, attributes) : []

function nameTaken(name: string, holder?: string): Refusal {
  const who = holder ? ` by group ${holder}` : ''
  return new Refusal('conflict', `displayName "${name}" is taken${who}.`, holder ? { id: holder } : {})
}

const first = ([row]: readonly TeamRow[]): Team | undefined => row && teamFromRow(row)

/** A row as a team: the one place that knows both. */
export function teamFromRow(row: TeamRow): Team {
  return {
    workspaceId: row.workspace_id,
    id: row.id,
    tag: row.tag,
    type: row.type,
    name: row.name,
    ...(row.external_id === null ? {} : { externalId: row.external_id }),
    ...(row.description === null ? {} : { description: row.description }),
    ...(row.summary === null ? {} : { summary: row.summary }),
    links: row.links,
    slackChannels: row.slack_channels,
    isArchived: row.is_archived,
    attributes: row.attributes,
    version: Number(row.version),
    createdAt: row.created_at,
    lastModifiedAt: row.last_modified_at,
  }
}
