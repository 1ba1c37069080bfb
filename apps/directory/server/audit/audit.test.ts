import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, PASSWORD } from '../testing/test-directory.ts'

const READER = '4a5d8f65-41da-4de4-8968-e035b65339cf'
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>
/** Someone who was made, renamed, put into a group and made a Reports Reader, a minute between each. */
let person: { readonly id: string; readonly userPrincipalName: string; readonly displayName: string }
let group: { readonly id: string; readonly displayName: string }
const times: string[] = []

const minute = () => {
  directory.time.now += 60_000
  times.push(directory.deps.clock.now().toISOString())
}
const reference = (id: string) => ({ '@odata.id': `directoryObjects/${id}` })

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
  minute()
  person = await tenant.person({ jobTitle: 'Engineer' })
  minute()
  await tenant.graph('PATCH', `/users/${person.id}`, { jobTitle: 'Chief', department: 'Platform' })
  minute()
  group = await tenant.group('Crew')
  minute()
  await tenant.graph('POST', `/groups/${group.id}/members/$ref`, reference(person.id))
  minute()
  await tenant.graph('POST', `/directoryRoles/${READER}/members/$ref`, reference(person.id))
})

const list = async (query: Readonly<Record<string, string>>) =>
  tenant.graph('GET', `/auditLogs/directoryAudits?${new URLSearchParams(query)}`)
const told = async (filter: string): Promise<string[]> => {
  const { status, body } = await list({ $filter: filter })
  if (status !== 200) return [`${status} ${body.error.code}`]
  return body.value.map((entry: { activityDisplayName: string }) => entry.activityDisplayName)
}

test('an entry is as Graph shows it, in a list and alone', async () => {
  const { body } = await list({ $filter: "activityDisplayName eq 'Update user'" })
  expect(body['@odata.context']).toMatch(/\/v1\.0\/\$metadata#auditLogs\/directoryAudits$/)
  expect(body.value).toEqual([
    {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      category: 'UserManagement',
      correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      result: 'success',
      resultReason: '',
      activityDisplayName: 'Update user',
      activityDateTime: times[1],
      loggedByService: 'Core Directory',
      operationType: 'Update',
      initiatedBy: {
        user: null,
        app: {
          appId: tenant.clientId,
          displayName: 'Muster admin client',
          servicePrincipalId: null,
          servicePrincipalName: null,
        },
      },
      targetResources: [
        {
          id: person.id,
          displayName: person.displayName,
          type: 'User',
          userPrincipalName: person.userPrincipalName,
          groupType: null,
          modifiedProperties: [
            { displayName: 'jobTitle', oldValue: '"Engineer"', newValue: '"Chief"' },
            { displayName: 'department', oldValue: null, newValue: '"Platform"' },
          ],
        },
      ],
      additionalDetails: [],
    },
  ])
  const [entry] = body.value
  const { '@odata.context': context, ...alone } = (await tenant.graph('GET', `/auditLogs/directoryAudits/${entry.id}`))
    .body
  expect(context).toMatch(/#auditLogs\/directoryAudits\/\$entity$/)
  expect(alone).toEqual(entry)
})

test('a membership and a role name both ends', async () => {
  const { body } = await list({ $filter: "startswith(activityDisplayName, 'Add member to')" })
  const targets = body.value.map(
    (entry: { targetResources: readonly { id: string; type: string }[]; operationType: string }) => [
      entry.operationType,
      ...entry.targetResources.map(({ type, id }) => `${type} ${id}`),
    ],
  )
  expect(targets.slice(0, 2)).toEqual([
    ['Assign', `User ${person.id}`, `Role ${READER}`],
    ['Assign', `User ${person.id}`, `Group ${group.id}`],
  ])
})

test('someone signed in to the console is named, and what they do to themselves too', async () => {
  const { speak } = await tenant.signedIn(tenant.adminUserPrincipalName, tenant.adminPassword)
  await speak('PATCH', `/groups/${group.id}`, { description: 'By hand' }, { origin: 'http://directory.test:7490' })
  const admin = (await tenant.graph('GET', `/users/${tenant.adminUserPrincipalName}`)).body
  const entries = (await list({ $filter: `initiatedBy/user/id eq '${admin.id.toUpperCase()}'` })).body.value
  expect(entries).toMatchObject([
    {
      activityDisplayName: 'Update group',
      initiatedBy: {
        user: {
          id: admin.id,
          displayName: admin.displayName,
          userPrincipalName: admin.userPrincipalName,
          ipAddress: null,
        },
        app: null,
      },
      targetResources: [
        { modifiedProperties: [{ displayName: 'description', oldValue: null, newValue: '"By hand"' }] },
      ],
    },
  ])
})

describe('$filter', () => {
  const ofPerson = ['Add member to role', 'Add member to group', 'Update user', 'Add user']
  const about = (id: string) => `targetResources/any(t:t/id eq '${id}')`
  test.each([
    { why: 'whoever it is about', filter: () => about(person.id), is: ofPerson },
    { why: 'in any letter case', filter: () => about(person.id.toUpperCase()), is: ofPerson },
    {
      why: 'the second target too',
      filter: () => `${about(group.id)} and category eq 'GroupManagement' and activityDateTime le ${times[3]}`,
      is: ['Add member to group', 'Add group'],
    },
    { why: 'a role, within the tenant', filter: () => `${about(READER)}`, is: ['Add member to role'] },
    {
      why: 'since a time',
      filter: () => `${about(person.id)} and activityDateTime ge ${times[3]}`,
      is: ofPerson.slice(0, 2),
    },
    {
      why: 'before a time',
      filter: () => `${about(person.id)} and activityDateTime lt ${times[3]}`,
      is: ofPerson.slice(2),
    },
    { why: 'at a time', filter: () => `activityDateTime eq ${times[0]}`, is: ['Add user'] },
    {
      why: 'one of two activities',
      filter: () => `${about(person.id)} and activityDisplayName in ('Add user', 'Update user')`,
      is: ofPerson.slice(2),
    },
    {
      why: 'a category or another, not one activity',
      filter: () =>
        `${about(person.id)} and (category eq 'UserManagement' or category eq 'GroupManagement') and not (activityDisplayName eq 'Add user')`,
      is: ['Add member to group', 'Update user'],
    },
    { why: 'result', filter: () => `${about(person.id)} and result eq 'success'`, is: ofPerson },
    { why: 'nothing fails and is kept', filter: () => "result eq 'failure'", is: [] },
    { why: 'no such person', filter: () => about('0190a000-0000-7000-8000-000000000000'), is: [] },
    { why: 'no such initiator', filter: () => `initiatedBy/user/id eq 'nobody'`, is: [] },
    {
      why: 'an app',
      filter: () => `initiatedBy/app/appId eq '${tenant.clientId}' and ${about(person.id)}`,
      is: ofPerson,
    },
  ])('$why', async ({ filter, is }) => {
    expect(await told(filter())).toEqual(is)
  })

  test.each([
    "targetResources/any(t:t/displayName eq 'x')",
    "targetResources/any(t:u/id eq 'x')",
    "targetResources/all(t:t/id eq 'x')",
    "targetResources/id eq 'x'",
    'activityDateTime ge yesterday',
    'activityDateTime ge 5',
    "startswith(category, 'User')",
    'category gt 5',
    'category eq null',
    "loggedByService eq 'Core Directory'",
    "__proto__ eq 'x'",
    "result eq 'success' and",
  ])('refuses %s', async (filter) => {
    expect(await told(filter)).toEqual(['400 Request_BadRequest'])
  })
})

test('pages go on where they ended, also while entries come in', async () => {
  const everything = (await list({ $top: '999' })).body.value.map((entry: { id: string }) => entry.id)
  const seen: string[] = []
  let next = '/auditLogs/directoryAudits?$top=3&$select=id,category'
  while (next) {
    const { body } = await tenant.graph('GET', next.replace(/^http:\/\/[^/]+\/v1\.0/, ''))
    for (const entry of body.value) {
      expect(Object.keys(entry)).toEqual(['id', 'category'])
      seen.push(entry.id)
    }
    await tenant.person()
    next = body['@odata.nextLink']
  }
  expect(seen).toEqual(everything)
})

test.each([
  '$orderby=activityDateTime',
  '$count=true',
  '$search="displayName:x"',
  '$expand=targetResources',
  '$select=secret',
  '$skiptoken=x',
  '$top=0',
])('refuses %s', async (query) => {
  const { status, body } = await tenant.graph('GET', `/auditLogs/directoryAudits?${query}`)
  expect([status, body.error.code]).toEqual([400, 'Request_BadRequest'])
})

test("another tenant's entries are not there", async () => {
  const other = await directory.openTenant()
  const [entry] = (await list({ $top: '1' })).body.value
  expect((await other.graph('GET', `/auditLogs/directoryAudits/${entry.id}`)).status).toBe(404)
  const about = new URLSearchParams({
    $filter: `targetResources/any(t:t/id eq '${person.id}') or targetResources/any(t:t/id eq '${READER}')`,
  })
  expect((await other.graph('GET', `/auditLogs/directoryAudits?${about}`)).body.value).toEqual([])
  const ids = (await other.graph('GET', '/auditLogs/directoryAudits?$top=999')).body.value.map(
    (one: { id: string }) => one.id,
  )
  expect(ids).not.toContain(entry.id)
})

test('Reports Reader reads it; someone without a role does not', async () => {
  await expect(
    (await tenant.signedIn(person.userPrincipalName)).speak('GET', '/auditLogs/directoryAudits'),
  ).resolves.toMatchObject({ status: 200 })
  const nobody = await tenant.person()
  await expect(
    (await tenant.signedIn(nobody.userPrincipalName, PASSWORD)).speak('GET', '/auditLogs/directoryAudits'),
  ).resolves.toMatchObject({ status: 403 })
})

test('on 20,000 entries no question about a person, an initiator or an activity reads them all', async () => {
  const other = await directory.openTenant()
  await directory.pool.query(
    `insert into directory.audit_entries (tenant_id, entry_id, time, category, activity, initiated_by, target, target_terms)
     select $1::uuid, gen_random_uuid(), now() + n * interval '1 second', 'UserManagement', 'Update user',
       jsonb_build_object('user', jsonb_build_object('id', 'person' || n % 500)), jsonb_build_object('id', 'target' || n % 500),
       array[$1::text || '|target' || n % 500] from generate_series(1, 20000) n`,
    [other.tenantId],
  )
  await directory.pool.query('analyze directory.audit_entries')
  const plan = async (condition: string) => {
    const { rows } = await directory.pool.query(
      `explain (analyze, format json) select * from directory.audit_entries where tenant_id = '${other.tenantId}' and ${condition}
       order by time desc, id desc limit 101`,
    )
    const nodes: string[] = []
    const walk = (node: {
      'Node Type': string
      'Index Name'?: string
      'Rows Removed by Filter'?: number
      Plans?: never[]
    }) => {
      nodes.push(
        `${node['Index Name'] ?? node['Node Type']}${(node['Rows Removed by Filter'] ?? 0) > 100 ? ' reading too much' : ''}`,
      )
      for (const below of node.Plans ?? []) walk(below)
    }
    walk(rows[0]['QUERY PLAN'][0].Plan)
    return nodes.join(' < ')
  }
  expect(await plan(`target_terms @> array['${other.tenantId}|target7']::text[]`)).toMatch(/audit_entries_targets$/)
  expect(await plan(`(initiated_by #>> '{user,id}') = 'person7'`)).toMatch(/audit_entries_user$/)
  expect(await plan(`activity = 'Delete user'`)).toMatch(/audit_entries_activity$/)
  expect(await plan('true')).toMatch(/audit_entries_time$/)
})
