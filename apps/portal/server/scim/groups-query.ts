import { type Filter, foldText, GROUP, type PageRequest } from '@muster/scim'
import type { Database } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type SqlBool, sql } from 'kysely'
import { TEAM_COLUMNS, type TeamRow, teamFromRow } from '../teams/repository.ts'
import type { Team } from '../teams/team.ts'
import {
  ALWAYS,
  type FilterTarget,
  filterToSql,
  indexed,
  joined,
  NEVER,
  notOffered,
  type Search,
} from './filter-sql.ts'
import { type Found, findMatching } from './find-matching.ts'

const COLUMNS = sql.raw(TEAM_COLUMNS)

/**
 * The Groups that match, by id: the teams of type IDP.
 *
 * @param filterLimit Most Groups that the filter may look at without an index.
 * @throws {ScimError} `invalidFilter`, `tooMany`.
 */
export async function findGroups(
  database: Database,
  workspaceId: string,
  filter: Filter | undefined,
  page: PageRequest,
  filterLimit: number,
): Promise<Found<Team>> {
  const groups = {
    name: 'Groups',
    table: sql`portal.teams t`,
    id: sql`t.id`,
    where: sql<SqlBool>`t.workspace_id = ${workspaceId} and t.type = 'IDP'`,
  }
  const search = filter ? filterToSql(filter, groupTarget(workspaceId)) : ALWAYS
  const { items, total } = await findMatching<TeamRow>(database, COLUMNS, groups, search, page, filterLimit)
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
): Search | undefined {
  switch (path) {
    case 'id':
      return isUuid(text) && text === text.toLowerCase() ? indexed(sql<SqlBool>`t.id = ${text}::uuid`) : NEVER
    case 'displayName':
      return indexed(sql<SqlBool>`t.group_name_key = ${foldText(text)}`)
    case 'externalId':
      return indexed(sql<SqlBool>`t.external_id = ${text}`)
    case 'members.value':
      if (elementType !== undefined && elementType.toLowerCase() !== 'user') return NEVER
      return isUuid(text)
        ? joined(sql<SqlBool>`t.id in (${memberships(workspaceId)} and m.user_id = ${text}::uuid)`)
        : NEVER
    default:
      return /^(meta|members)\b/.test(path) ? notOffered(path) : undefined
  }
}

function presence(workspaceId: string, path: string): Search | undefined {
  // No Group is without a `displayName` (RFC 7643 §4.2).
  if (/^(id|schemas|meta|displayName)\b/.test(path)) return ALWAYS
  if (path === 'externalId') return indexed(sql<SqlBool>`t.external_id is not null`)
  if (/^members\b/.test(path)) return joined(sql<SqlBool>`t.id in (${memberships(workspaceId)})`)
  return undefined
}

const memberships = (workspaceId: string) =>
  sql`select m.team_id from portal.team_members m where m.workspace_id = ${workspaceId}`
