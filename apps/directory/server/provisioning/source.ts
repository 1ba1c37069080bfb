import { type Executor, hot, run } from '@muster/service-kit/database.ts'
import type { JobKey } from './job/job.ts'
import type { ObjectType } from './steps/mapping.ts'
import type { SourceGroup, SourceObject, SourceUser } from './steps/source-object.ts'

// What provisioning reads of the directory. It writes none of it.

interface UserRow {
  id: string
  display_name: string
  user_principal_name: string
  account_enabled: boolean
  deleted_at: Date | null
  properties: Record<string, unknown>
}

const USERS = hot(`select id, display_name, user_principal_name, account_enabled, deleted_at, properties
  from directory.users where tenant_id = $1 and id = any($2)`)

interface GroupRow {
  id: string
  display_name: string
  deleted_at: Date | null
  mail_nickname: string
  properties: Record<string, unknown>
}

const GROUPS = hot(`select id, display_name, deleted_at, mail_nickname, properties
  from directory.groups where tenant_id = $1 and id = any($2)`)

/** Objects by id, softly deleted ones too; who is missing was purged. */
export async function readObjects(
  on: Executor,
  tenantId: string,
  type: ObjectType,
  ids: readonly string[],
): Promise<Map<string, SourceObject>> {
  const objects: SourceObject[] =
    type === 'User'
      ? (await run<UserRow>(on, USERS, [tenantId, ids])).map(toUser)
      : (await run<GroupRow>(on, GROUPS, [tenantId, ids])).map(toGroup)
  return new Map(objects.map((object) => [object.id, object]))
}

const toUser = (row: UserRow): SourceUser => ({
  type: 'User',
  id: row.id,
  displayName: row.display_name,
  userPrincipalName: row.user_principal_name,
  accountEnabled: row.account_enabled,
  isDeleted: row.deleted_at !== null,
  properties: row.properties,
})

const toGroup = (row: GroupRow): SourceGroup => ({
  type: 'Group',
  id: row.id,
  displayName: row.display_name,
  isDeleted: row.deleted_at !== null,
  properties: { ...row.properties, mailNickname: row.mail_nickname },
})

const ASSIGNED = hot(`select distinct principal_id as id from directory.app_role_assignments
  where tenant_id = $1 and resource_id = $2 and principal_id = any($3)`)
const GROUPS_OF = hot(
  `select group_id, member_id from directory.group_members where tenant_id = $1 and member_id = any($2)`,
)
const LIVING_GROUPS = hot(
  `select id from directory.groups where tenant_id = $1 and id = any($2) and deleted_at is null`,
)

/**
 * Which of these objects are assigned to the app: by themselves, or (users) as direct members of a group that is
 * assigned and not deleted. Nested groups don't count.
 */
export async function readAssigned(
  on: Executor,
  tenantId: string,
  servicePrincipalId: string,
  type: ObjectType,
  ids: readonly string[],
): Promise<Set<string>> {
  const memberships = type === 'User' ? await membershipsOf(on, tenantId, ids) : []
  const groupIds = [...new Set(memberships.map(({ groupId }) => groupId))]
  const rows = await run<{ id: string }>(on, ASSIGNED, [tenantId, servicePrincipalId, [...ids, ...groupIds]])
  const assigned = new Set(rows.map(({ id }) => id))
  const assignedGroups = groupIds.filter((id) => assigned.has(id))
  const living = new Set((await run<{ id: string }>(on, LIVING_GROUPS, [tenantId, assignedGroups])).map(({ id }) => id))
  const through = memberships.filter(({ groupId }) => living.has(groupId)).map(({ memberId }) => memberId)
  return new Set([...ids.filter((id) => assigned.has(id)), ...through])
}

/** The groups that these are direct members of. */
export async function membershipsOf(
  on: Executor,
  tenantId: string,
  memberIds: readonly string[],
): Promise<{ readonly groupId: string; readonly memberId: string }[]> {
  const rows = await run<{ group_id: string; member_id: string }>(on, GROUPS_OF, [tenantId, memberIds])
  return rows.map((row) => ({ groupId: row.group_id, memberId: row.member_id }))
}

const REPORTS_OF = hot(`select id from directory.users where tenant_id = $1 and manager_id = any($2)`)

/** Who reports to these. */
export async function reportsOf(on: Executor, tenantId: string, managerIds: readonly string[]): Promise<string[]> {
  return (await run<{ id: string }>(on, REPORTS_OF, [tenantId, managerIds])).map(({ id }) => id)
}

const MANAGERS_OF = hot(`select id, manager_id from directory.users
  where tenant_id = $1 and id = any($2) and manager_id is not null`)

/** Whom these report to, by the report's id. */
export async function managersOf(on: Executor, tenantId: string, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await run<{ id: string; manager_id: string }>(on, MANAGERS_OF, [tenantId, ids])
  return new Map(rows.map((row) => [row.id, row.manager_id]))
}

const MEMBERS_AMONG = hot(`select member_id as id from directory.group_members
  where tenant_id = $1 and group_id = $2 and member_id = any($3)`)

/** Which of these are members of the group. */
export async function membersAmong(
  on: Executor,
  tenantId: string,
  groupId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  return new Set((await run<{ id: string }>(on, MEMBERS_AMONG, [tenantId, groupId, ids])).map(({ id }) => id))
}

const MEMBER_PAGE = hot(`select member_id as id from directory.group_members
  where tenant_id = $1 and group_id = $2 and member_id > $3 order by member_id limit $4`)

/** Members of a group, in pages by id. */
export async function memberPage(
  on: Executor,
  tenantId: string,
  groupId: string,
  after: string,
  limit: number,
): Promise<string[]> {
  return (await run<{ id: string }>(on, MEMBER_PAGE, [tenantId, groupId, after, limit])).map(({ id }) => id)
}

/** Where an initial cycle's objects come from, in pages by id: each branch reads no more than a page of its own index. */
interface PageRequest {
  readonly job: JobKey & { readonly servicePrincipalId: string }
  readonly type: ObjectType
  readonly syncAll: boolean
  /** The last id of the page before. */
  readonly after: string | undefined
  readonly limit: number
}

const LINKED = (type: ObjectType) => `(select source_id as id from directory.links
  where tenant_id = $1 and job_id = $2 and source_type = '${type}' and source_id > $4 order by source_id limit $5)`
const DIRECT = (type: ObjectType) => `(select distinct principal_id as id from directory.app_role_assignments
  where tenant_id = $1 and resource_id = $3 and principal_type = '${type}' and principal_id > $4 order by 1 limit $5)`
const THROUGH_GROUPS = `(select distinct m.member_id as id
  from (select distinct principal_id from directory.app_role_assignments
        where tenant_id = $1 and resource_id = $3 and principal_type = 'Group') a
  join directory.groups g on g.tenant_id = $1 and g.id = a.principal_id and g.deleted_at is null
  cross join lateral (select member_id from directory.group_members
    where tenant_id = $1 and group_id = a.principal_id and member_type = 'User' and member_id > $4 order by member_id limit $5) m
  order by 1 limit $5)`
const EVERYONE = (table: 'users' | 'groups') => `(select id from directory.${table}
  where tenant_id = $1 and $3::uuid is not null and id > $4 and deleted_at is null order by id limit $5)`
const union = (...branches: string[]) =>
  hot(`select id from (${branches.join('\nunion\n')}) candidates order by id limit $5`)

const PAGES = {
  User: {
    assigned: union(DIRECT('User'), THROUGH_GROUPS, LINKED('User')),
    all: union(EVERYONE('users'), LINKED('User')),
  },
  Group: { assigned: union(DIRECT('Group'), LINKED('Group')), all: union(EVERYONE('groups'), LINKED('Group')) },
}

const FIRST = '00000000-0000-0000-0000-000000000000'

/** The next objects that a cycle without watermark looks at: what may be in scope, and all that is linked. */
export async function candidatePage(
  on: Executor,
  { job, type, syncAll, after, limit }: PageRequest,
): Promise<string[]> {
  const text = PAGES[type][syncAll ? 'all' : 'assigned']
  const rows = await run<{ id: string }>(on, text, [
    job.tenantId,
    job.jobId,
    job.servicePrincipalId,
    after ?? FIRST,
    limit,
  ])
  return rows.map((row) => row.id)
}

const COUNT_ALL = hot(`select (select count(*) from directory.users where tenant_id = $1 and deleted_at is null)
  + (select count(*) from directory.groups where tenant_id = $1 and deleted_at is null) as count`)
const COUNT_ASSIGNED =
  hot(`select (select count(*) from directory.app_role_assignments where tenant_id = $1 and resource_id = $2)
  + (select count(*) from directory.group_members m where m.tenant_id = $1 and m.member_type = 'User' and m.group_id in
      (select principal_id from directory.app_role_assignments where tenant_id = $1 and resource_id = $2 and principal_type = 'Group')) as count`)

/** About how many objects a cycle without watermark will look at; someone assigned twice counts twice. */
export async function countCandidates(
  on: Executor,
  { job, syncAll }: Pick<PageRequest, 'job' | 'syncAll'>,
): Promise<number> {
  const given = syncAll ? [job.tenantId] : [job.tenantId, job.servicePrincipalId]
  return Number((await run<{ count: string }>(on, syncAll ? COUNT_ALL : COUNT_ASSIGNED, given))[0]?.count ?? 0)
}

const MEMBERS_OF = hot(`select distinct member_id as id from directory.group_members
  where tenant_id = $1 and group_id = any($2) and member_type = 'User'`)

/** Users who are direct members of one of these groups. */
export async function membersOf(on: Executor, tenantId: string, groupIds: readonly string[]): Promise<string[]> {
  return (await run<{ id: string }>(on, MEMBERS_OF, [tenantId, groupIds])).map(({ id }) => id)
}

const FRESHLY_LINKED = hot(`select source_type, source_id from directory.links
  where tenant_id = $1 and job_id = $2 and target_id is not null and linked_cycle >
    (select coalesce(max(number), 0) from directory.cycles where tenant_id = $1 and job_id = $2
     and state in ('Succeeded', 'EntryLevelErrors'))`)

/** What was linked, or came back, since the last cycle that went all the way to its references. */
export async function freshlyLinked(on: Executor, job: JobKey): Promise<Record<ObjectType, string[]>> {
  const rows = await run<{ source_type: string; source_id: string }>(on, FRESHLY_LINKED, [job.tenantId, job.jobId])
  const of = (type: ObjectType) => rows.filter((row) => row.source_type === type).map((row) => row.source_id)
  return { User: of('User'), Group: of('Group') }
}

const LINKED_PAGE = hot(`select source_id as id from directory.links
  where tenant_id = $1 and job_id = $2 and source_type = $3 and source_id > $4 and target_id is not null and managed
  order by source_id limit $5`)

/** Objects in scope that have a link, in pages by id. */
export async function linkedPage(
  on: Executor,
  job: JobKey,
  type: ObjectType,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const rows = await run<{ id: string }>(on, LINKED_PAGE, [job.tenantId, job.jobId, type, after ?? FIRST, limit])
  return rows.map((row) => row.id)
}

const SERVICE_PRINCIPAL = hot(
  `select id, app_id, display_name from directory.service_principals where tenant_id = $1 and id = $2`,
)

export interface ServicePrincipal {
  readonly id: string
  readonly appId: string
  readonly displayName: string
}

export async function findServicePrincipal(
  on: Executor,
  tenantId: string,
  id: string,
): Promise<ServicePrincipal | undefined> {
  const [row] = await run<{ id: string; app_id: string; display_name: string }>(on, SERVICE_PRINCIPAL, [tenantId, id])
  return row && { id: row.id, appId: row.app_id, displayName: row.display_name }
}
