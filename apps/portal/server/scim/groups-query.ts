import { type Filter, foldText, GROUP, type PageRequest } from '@muster/scim'
import type { Database } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type SqlBool, sql } from 'kysely'
import { TEAM_COLUMNS, type TeamRow, teamFromRow } from '../teams/repository.ts'
import type { Team } from '../teams/team.ts'
import { ALWAYS, type Condition, type FilterTarget, filterToSql, NEVER, notOffered } from './filter-sql.ts'
import { type Found, findMatching } from './find-matching.ts'

const COLUMNS = sql.raw(TEAM_COLUMNS)

/** The Groups that match, by id: the teams of type IDP. */
export async function findGroups(
  database: Database,
  workspaceId: string,
  filter: Filter | undefined,
  page: PageRequest,
): Promise<Found<Team>> {
  const groups = {
    table: sql`portal.teams t`,
    id: sql`t.id`,
    where: sql`t.workspace_id = ${workspaceId} and t.type = 'IDP'`,
  }
  const condition = filter ? filterToSql(filter, groupTarget(workspaceId)) : ALWAYS
  const { items, total } = await findMatching<TeamRow>(database, COLUMNS, groups, condition, page)
  return { items: items.map(teamFromRow), total }
}

function groupTarget(workspaceId: string): FilterTarget {
  return {
    type: GROUP,
    workspaceId,
    attributes: sql`t.attributes`,
    keys: sql`t.keys`,
    equals: (path, value, elementType) => equality(workspaceId, path, String(value), elementType),
    present: (path) => presence(workspaceId, path),
  }
}

function equality(
  workspaceId: string,
  path: string,
  text: string,
  elementType: string | undefined,
): Condition | undefined {
  switch (path) {
    case 'id':
      return isUuid(text) && text === text.toLowerCase() ? sql<SqlBool>`t.id = ${text}::uuid` : NEVER
    case 'displayName':
      return sql<SqlBool>`t.group_name_key = ${foldText(text)}`
    case 'externalId':
      return sql<SqlBool>`t.external_id = ${text}`
    case 'members.value':
      if (elementType !== undefined && elementType.toLowerCase() !== 'user') return NEVER
      return isUuid(text) ? sql<SqlBool>`t.id in (${memberships(workspaceId)} and m.user_id = ${text}::uuid)` : NEVER
    default:
      return /^(meta|members)\b/.test(path) ? notOffered(path) : undefined
  }
}

function presence(workspaceId: string, path: string): Condition | undefined {
  // There is no ETag, so no version; all else in `meta` is always there.
  if (path === 'meta.version') return NEVER
  if (/^(id|schemas|meta)\b/.test(path)) return ALWAYS
  if (/^members\b/.test(path)) return sql<SqlBool>`t.id in (${memberships(workspaceId)})`
  return undefined
}

const memberships = (workspaceId: string) =>
  sql`select m.team_id from portal.team_members m where m.workspace_id = ${workspaceId}`
