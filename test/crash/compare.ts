import type { RunningMuster } from './muster-process.ts'
import type { Writers } from './writers.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const PAGE = 200

interface Resource {
  readonly id: string
  readonly [attribute: string]: unknown
}

/**
 * Compares the whole of both ends at rest: the directory's people and groups with what the portal answers over SCIM,
 * and what each end remembers of its own with what is there.
 *
 * @returns one sentence for everything that is lost, doubled or half there.
 */
export async function compareBothEnds(muster: RunningMuster, writers: Writers): Promise<string[]> {
  const [users, groups] = [await list(muster, 'Users'), await list(muster, 'Groups')]
  return [
    ...(await comparePeople(muster, users, writers)),
    ...(await compareGroups(muster, groups, writers)),
    ...(await compareRecords(muster)),
    ...(await compareMemory(muster, writers)),
  ]
}

async function list({ admin, scimUrl }: RunningMuster, kind: 'Users' | 'Groups'): Promise<Resource[]> {
  const all: Resource[] = []
  for (;;) {
    const { json } = await admin.ask(`${scimUrl}/${kind}?startIndex=${all.length + 1}&count=${PAGE}`)
    all.push(...json.Resources)
    if (all.length >= json.totalResults || json.Resources.length === 0) return all
  }
}

interface Person {
  readonly id: string
  readonly name: string
  readonly display: string
  readonly active: boolean
  readonly manager: string | null
  readonly properties: Readonly<Record<string, string>>
}

async function comparePeople(muster: RunningMuster, users: readonly Resource[], writers: Writers): Promise<string[]> {
  const wrong: string[] = []
  const people = await muster.ask<Person>(
    `select id, user_principal_name as name, display_name as display, manager_id as manager, properties,
            account_enabled and deleted_at is null as active
     from directory.users where tenant_id = $1`,
    [muster.tenantId],
  )
  const links = await linksOf(muster, 'User')
  const found = new Map(users.map((user) => [user.id, user]))
  for (const name of repeated(users.map(({ userName }) => String(userName).toLowerCase())))
    wrong.push(`${name} is there more than once`)
  for (const externalId of repeated(users.flatMap(({ externalId }) => (externalId ? [String(externalId)] : []))))
    wrong.push(`the externalId ${externalId} is there more than once`)
  for (const person of people) {
    const id = links.get(person.id)
    const user = id === undefined ? undefined : found.get(id)
    if (!user) {
      wrong.push(`${person.name} is not there`)
      continue
    }
    found.delete(user.id)
    // Of somebody who left, `active` alone is sent.
    const expected = person.active ? wanted(person, links) : { active: false }
    const there = readUser(user)
    for (const [attribute, value] of Object.entries(expected))
      if (there[attribute] !== value) wrong.push(`${person.name}: ${attribute} is ${there[attribute]}, not ${value}`)
  }
  for (const user of found.values())
    if (!writers.people.has(user.id)) wrong.push(`${user.userName} is nobody of the directory`)
  return wrong
}

const wanted = ({ name, display, active, manager, properties }: Person, links: ReadonlyMap<string, string>) => ({
  userName: name,
  displayName: display,
  active,
  externalId: properties.mailNickname,
  title: properties.jobTitle,
  department: properties.department,
  givenName: properties.givenName,
  // A manager who is deleted is nobody's any more.
  ...(manager === null || !links.has(manager) ? {} : { manager: links.get(manager) }),
})

function readUser(user: Resource): Record<string, unknown> {
  const { department, manager } = (user[ENTERPRISE] ?? {}) as { department?: string; manager?: { value?: string } }
  const { givenName } = (user.name ?? {}) as { givenName?: string }
  return { ...user, department, givenName, manager: manager?.value }
}

async function compareGroups(muster: RunningMuster, groups: readonly Resource[], writers: Writers): Promise<string[]> {
  const wrong: string[] = []
  const wantedGroups = await muster.ask<{ id: string; name: string; members: string[] }>(
    `select g.id, g.display_name as name, array(
       select m.member_id::text from directory.group_members m
       join directory.users u on u.tenant_id = m.tenant_id and u.id = m.member_id and u.account_enabled and u.deleted_at is null
       where m.tenant_id = g.tenant_id and m.group_id = g.id) as members
     from directory.groups g where g.tenant_id = $1 and g.deleted_at is null`,
    [muster.tenantId],
  )
  const [links, groupLinks] = [await linksOf(muster, 'User'), await linksOf(muster, 'Group')]
  const found = new Map(groups.map((group) => [group.id, group]))
  found.delete(writers.groupId)
  for (const { id, name, members } of wantedGroups) {
    const group = found.get(groupLinks.get(id) ?? '')
    if (!group) {
      wrong.push(`the group ${name} is not there`)
      continue
    }
    found.delete(group.id)
    if (group.displayName !== name) wrong.push(`the group ${name} is called ${group.displayName}`)
    const there = new Set(((group.members ?? []) as { value: string }[]).map(({ value }) => value))
    const right = new Set(members.map((member) => links.get(member) ?? `nobody for ${member}`))
    const missing = [...right].filter((member) => !there.has(member))
    const surplus = [...there].filter((member) => !right.has(member))
    if (missing.length > 0) wrong.push(`the group ${name} lacks ${missing.join(', ')}`)
    if (surplus.length > 0) wrong.push(`the group ${name} holds ${surplus.join(', ')} too many`)
  }
  for (const { displayName } of found.values()) wrong.push(`the group ${displayName} is none of the directory's`)
  return wrong
}

async function linksOf({ ask, tenantId }: RunningMuster, type: 'User' | 'Group'): Promise<Map<string, string>> {
  const rows = await ask<{ source: string; target: string | null }>(
    'select source_id as source, target_id as target from directory.links where tenant_id = $1 and source_type = $2',
    [tenantId, type],
  )
  return new Map(rows.flatMap(({ source, target }) => (target === null ? [] : [[source, target] as const])))
}

/** Each row is a question whose answer must be nothing, and what it means when it isn't. */
const RECORDS: readonly { readonly wrong: string; readonly rows: string }[] = [
  ...['portal.audit_entries', 'portal.events', 'directory.changes', 'directory.audit_entries'].map((table) => ({
    wrong: `the numbers of ${table} have gaps`,
    rows: `select count(*), max(sequence) from ${table} where sequence is not null
           having count(*) > 0 and (count(*) <> max(sequence) or min(sequence) <> 1)`,
  })),
  {
    wrong: 'somebody has other events than versions',
    rows: `select u.user_name, u.version, count(e.id) from portal.users u
           left join portal.events e on e.workspace_id = u.workspace_id and e.object_id = u.id::text
           where not u.local_admin group by u.workspace_id, u.id
           having count(e.id) <> u.version or count(distinct e.object_version) <> u.version`,
  },
  {
    wrong: 'a change of somebody is told by an event and not by the audit log, or the other way round',
    rows: `select u.user_name from portal.users u where not u.local_admin and
             (select count(*) from portal.events e where e.workspace_id = u.workspace_id and e.object_id = u.id::text)
             <> (select count(*) from portal.audit_entries a where a.workspace_id = u.workspace_id
                 and a.object_type = 'USER' and a.object_id = u.id::text)`,
  },
  {
    wrong: "a team's events do not add up to its members",
    rows: `with told as (
             select e.object_id as team, m.id as member, sum(m.by) as places from portal.events e
             cross join lateral (
               select value as id, 1 as by from jsonb_array_elements_text(coalesce(e.data -> 'members' -> 'added', '[]'))
               union all
               select value, -1 from jsonb_array_elements_text(coalesce(e.data -> 'members' -> 'removed', '[]'))) m
             where e.type in ('team.created', 'team.updated') group by 1, 2)
           select m.team_id, m.user_id from portal.team_members m
           left join told on told.team = m.team_id::text and told.member = m.user_id::text
           where coalesce(told.places, 0) < 1 and not exists (
             select from portal.events e where e.object_id = m.user_id::text and e.type = 'user.returned')`,
  },
  ...['team_members', 'user_roles', 'access_tokens', 'sessions'].map((table) => ({
    wrong: `somebody deprovisioned still has ${table}`,
    rows: `select u.user_name from portal.users u join portal.${table} t
           on t.workspace_id = u.workspace_id and t.user_id = u.id where not u.active`,
  })),
  {
    wrong: 'the population is not the number of people',
    rows: `select * from
             (select coalesce(sum(people), 0) as people, coalesce(sum(active_people), 0) as active from portal.population) told,
             (select count(*) as people, count(*) filter (where active) as active from portal.users where not local_admin) there
           where told.people <> there.people or told.active <> there.active`,
  },
]

async function compareRecords({ ask }: RunningMuster): Promise<string[]> {
  return answersOf(ask, RECORDS, [])
}

/** What the directory remembers of the portal, against the portal itself; `$1` are the writers' people and group. */
const MEMORY: readonly { readonly wrong: string; readonly rows: string }[] = [
  { wrong: 'a create is still an intent', rows: 'select source_id from directory.links where target_id is null' },
  { wrong: 'a reference is unconfirmed', rows: 'select * from directory.references_sent where not confirmed' },
  { wrong: 'something waits for another try', rows: 'select * from directory.escrows' },
  {
    wrong: 'somebody in the portal was made by nobody, or the log does not tell it',
    rows: `select u.user_name from portal.users u where not u.local_admin and u.id::text <> all($1)
           and not exists (select from directory.provisioning_log l
             where l.status in ('success', 'skipped') and l.target ->> 'id' = u.id::text)`,
  },
  {
    wrong: 'the log tells of more than one create of one person',
    rows: `select source ->> 'id' from directory.provisioning_log where action = 'create' and status = 'success'
           group by 1 having count(*) > 1`,
  },
  {
    wrong: 'the last row of the log about somebody is a failure',
    rows: `select * from (select distinct on (source ->> 'id') source ->> 'displayName', status, error
             from directory.provisioning_log order by source ->> 'id', time desc, id desc) last
           where status = 'failure'`,
  },
]

async function compareMemory({ ask }: RunningMuster, writers: Writers): Promise<string[]> {
  return answersOf(ask, MEMORY, [[...writers.people]])
}

async function answersOf(
  ask: RunningMuster['ask'],
  questions: readonly { readonly wrong: string; readonly rows: string }[],
  values: readonly unknown[],
): Promise<string[]> {
  const wrong: string[] = []
  for (const { wrong: sentence, rows } of questions) {
    const answer = await ask(rows, rows.includes('$1') ? values : [])
    if (answer.length > 0) wrong.push(`${sentence}: ${JSON.stringify(answer.slice(0, 3))}`)
  }
  return wrong
}

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, place) => names.indexOf(name) !== place)),
]
