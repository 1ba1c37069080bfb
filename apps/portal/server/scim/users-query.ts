import { type Filter, foldText, foldUserName, type PageRequest, USER } from '@muster/scim'
import { type Database, hot, run } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { type SqlBool, sql } from 'kysely'
import { readPopulation } from '../users/population.ts'
import { findUserByName, USER_COLUMNS, type UserRow, userFromRow } from '../users/repository.ts'
import type { User } from '../users/user.ts'
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

const COLUMNS = sql.raw(USER_COLUMNS)

/**
 * The people on `/scim/v2/Users` who match, by id: everybody of the workspace but the local first admin.
 *
 * @param filterLimit Most people that the filter may look at without an index.
 * @throws {ScimError} `invalidFilter`, `tooMany`.
 */
export async function findPeople(
  database: Database,
  workspaceId: string,
  filter: Filter | undefined,
  page: PageRequest,
  filterLimit: number,
): Promise<Found<User>> {
  const userName = filter && nameAskedFor(filter)
  if (userName !== undefined) {
    const user = await findUserByName(database, workspaceId, userName)
    const isOnPage = page.startIndex === 1 && page.count > 0
    return { items: user && isOnPage ? [user] : [], total: user ? 1 : 0 }
  }
  const people = {
    name: 'Users',
    table: sql`portal.users u`,
    id: sql`u.id`,
    where: sql<SqlBool>`u.workspace_id = ${workspaceId} and not u.local_admin`,
  }
  if (filter) {
    const search = filterToSql(filter, userTarget(workspaceId))
    const { items, total } = await findMatching<UserRow>(database, COLUMNS, people, search, page, filterLimit)
    return { items: items.map(userFromRow), total }
  }
  const { people: total } = await readPopulation(database, workspaceId)
  const slice = sql`order by u.id limit ${page.count} offset ${page.startIndex - 1}`
  const { rows } = await sql<UserRow>`select ${COLUMNS} from ${people.table} where ${people.where} ${slice}`.execute(
    database.query,
  )
  return { items: rows.map(userFromRow), total }
}

/**
 * The name in `userName eq "…"`, which a provider asks for before each person it sends: at most one has it, so that needs
 * no page, and PostgreSQL plans a constant statement once. Undefined for every other filter.
 */
function nameAskedFor(filter: Filter): string | undefined {
  if (filter.kind !== 'compare' || filter.operator !== 'eq' || typeof filter.value !== 'string') return undefined
  const { urn, name, sub } = filter.path
  return urn === undefined && sub === undefined && name.toLowerCase() === 'username' ? filter.value : undefined
}

function userTarget(workspaceId: string): FilterTarget {
  return {
    type: USER,
    workspaceId,
    attributes: sql`u.attributes`,
    keys: sql`u.keys`,
    equals: (path, value, elementType) => equality(workspaceId, path, value, elementType),
    present: (path) => presence(workspaceId, path),
  }
}

function equality(
  workspaceId: string,
  path: string,
  value: string | number | boolean,
  elementType: string | undefined,
): Search | undefined {
  const text = String(value)
  switch (path) {
    case 'id':
      return isUuid(text) && text === text.toLowerCase() ? indexed(sql<SqlBool>`u.id = ${text}::uuid`) : NEVER
    case 'userName':
      return indexed(sql<SqlBool>`u.user_name_key = ${foldUserName(text)}`)
    case 'externalId':
      return indexed(sql<SqlBool>`u.external_id = ${text}`)
    case 'displayName':
      // The column falls back to other names; the attribute must be there.
      return indexed(
        sql<SqlBool>`(u.display_name_key = ${foldText(text)} and jsonb_exists(u.attributes, 'displayName'))`,
      )
    case 'active':
      return typeof value === 'boolean' ? indexed(sql<SqlBool>`u.active = ${value}`) : NEVER
    case 'emails.value':
      // With a type beside it, the index of terms knows; the table of addresses does not.
      if (elementType !== undefined) return undefined
      // An array and not `in`: then an index of ids is read beside an "or" too. Few people have the same address.
      return indexed(sql<SqlBool>`u.id = any(array(select e.user_id from portal.user_emails e
        where e.workspace_id = ${workspaceId} and e.value_key = ${foldText(text)}))`)
    case 'groups.value':
      if (elementType !== undefined && elementType.toLowerCase() !== 'direct') return NEVER
      return isUuid(text)
        ? joined(sql<SqlBool>`u.id in (${memberships(workspaceId)} and m.team_id = ${text}::uuid)`)
        : NEVER
    default:
      return /^(meta|groups)\b/.test(path) ? notOffered(path) : undefined
  }
}

function presence(workspaceId: string, path: string): Search | undefined {
  // Nobody is without a `userName` (RFC 7643 §4.1.1).
  if (/^(id|schemas|meta|userName)\b/.test(path)) return ALWAYS
  if (path === 'externalId') return indexed(sql<SqlBool>`u.external_id is not null`)
  if (/^groups\b/.test(path)) return joined(sql<SqlBool>`u.id in (${memberships(workspaceId)})`)
  return undefined
}

const memberships = (workspaceId: string) => sql`select m.user_id from portal.team_members m
  join portal.teams t on t.workspace_id = m.workspace_id and t.id = m.team_id and t.type = 'IDP'
  where m.workspace_id = ${workspaceId}`

/** A Group that somebody is in, as `User.groups` shows it. */
export interface GroupOfUser {
  readonly id: string
  readonly name: string
}

const GROUPS_OF = hot(`
  select m.user_id, t.id, t.name from portal.team_members m
  join portal.teams t on t.workspace_id = m.workspace_id and t.id = m.team_id and t.type = 'IDP'
  where m.workspace_id = $1 and m.user_id = any($2::uuid[]) order by t.id`)

/** The Groups of several people, by person. */
export async function groupsOfPeople(
  database: Database,
  workspaceId: string,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly GroupOfUser[]>> {
  const byUser = new Map<string, GroupOfUser[]>()
  if (userIds.length === 0) return byUser
  const rows = await run<{ user_id: string; id: string; name: string }>(database, GROUPS_OF, [workspaceId, userIds])
  for (const { user_id, id, name } of rows) {
    const groups = byUser.get(user_id) ?? []
    groups.push({ id, name })
    byUser.set(user_id, groups)
  }
  return byUser
}
