import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, PASSWORD } from '../testing/test-directory.ts'

const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const REPORTS_READER = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
  // Armed, the audit log takes nothing that a request writes.
  await directory.pool.query(`create table public.armed (is_armed boolean);
    create function public.refuse() returns trigger language plpgsql as
      $$ begin if exists (select 1 from public.armed) then raise exception 'The audit log is full.'; end if; return new; end $$;
    create trigger refuse before insert on directory.audit_entries for each row when (new.request_id is not null)
      execute function public.refuse()`)
})

const reference = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })

const app = async () => {
  const { body } = await tenant.graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, {
    displayName: 'Portal',
  })
  const root = `/servicePrincipals/${body.servicePrincipal.id}`
  return { application: body.application.id, servicePrincipal: body.servicePrincipal.id as string, root }
}
const assignment = async (holder: { readonly id: string }) => {
  const { servicePrincipal, root } = await app()
  const wanted = { principalId: holder.id, resourceId: servicePrincipal, appRoleId: DEFAULT_ACCESS }
  return { root: `${root}/appRoleAssignedTo`, wanted, servicePrincipal }
}
const assigned = async (holder: { readonly id: string }) => {
  const { root, wanted } = await assignment(holder)
  return `${root}/${(await tenant.graph('POST', root, wanted)).body.id}`
}
const job = async () => {
  const { root } = await app()
  const value = [
    { key: 'BaseAddress', value: 'https://portal.example/scim' },
    { key: 'SecretToken', value: 'a-token' },
  ]
  await tenant.graph('PUT', `${root}/synchronization/secrets`, { value })
  const { body } = await tenant.graph('POST', `${root}/synchronization/jobs`, { templateId: 'scim' })
  return `${root}/synchronization/jobs/${body.id}`
}
const startedJob = async () => {
  const path = await job()
  await tenant.graph('POST', `${path}/start`)
  return path
}
const membership = async () => {
  const [group, member] = [await tenant.group(), await tenant.person()]
  await tenant.graph('POST', `/groups/${group.id}/members/$ref`, reference(member.id))
  return `/groups/${group.id}/members/${member.id}/$ref`
}
const managed = async () => {
  const [user, manager] = [await tenant.person(), await tenant.person()]
  await tenant.graph('PUT', `/users/${user.id}/manager/$ref`, reference(manager.id))
  return `/users/${user.id}/manager/$ref`
}
const deleted = async (kind: 'users' | 'groups') => {
  const { id } = kind === 'users' ? await tenant.person() : await tenant.group()
  await tenant.graph('DELETE', `/${kind}/${id}`)
  return `/directory/deletedItems/${id}`
}
const role = `/directoryRoles/${REPORTS_READER}/members`
const reader = async () => {
  const { id } = await tenant.person()
  await tenant.graph('POST', `${role}/$ref`, reference(id))
  return id
}
let made = 0
const newUser = () => {
  made += 1
  const userPrincipalName = `told${made}@${tenant.domain}`
  const profile = { password: PASSWORD }
  return {
    accountEnabled: true,
    displayName: 'Told',
    mailNickname: 'told',
    userPrincipalName,
    passwordProfile: profile,
  }
}
const newGroup = { displayName: 'Told', mailNickname: 'told', mailEnabled: false, securityEnabled: true }
const user = async () => `/users/${(await tenant.person()).id}`
const group = async () => `/groups/${(await tenant.group()).id}`

/** One row a verb: the route, what the log calls it, and a call that something was made for. */
type Call = readonly [path: string, body?: unknown]
const VERBS: readonly (readonly [route: string, activities: string | readonly string[], call: () => Promise<Call>])[] =
  [
    ['POST /users', 'Add user', async () => ['/users', newUser()]],
    ['PATCH /users/{id}', 'Update user', async () => [await user(), { jobTitle: 'Engineer' }]],
    ['PATCH /users/{id}', 'Disable account', async () => [await user(), { accountEnabled: false }]],
    [
      'PATCH /users/{id}',
      'Reset user password',
      async () => [await user(), { passwordProfile: { password: 'Other-Horse-8' } }],
    ],
    ['DELETE /users/{id}', 'Delete user', async () => [await user()]],
    [
      'PUT /users/{id}/manager/$ref',
      'Set manager',
      async () => [`${await user()}/manager/$ref`, reference((await tenant.person()).id)],
    ],
    ['DELETE /users/{id}/manager/$ref', 'Remove manager', async () => [await managed()]],
    ['POST /groups', 'Add group', async () => ['/groups', newGroup]],
    [
      'POST /groups',
      ['Add group', 'Add member to group'],
      async () => [
        '/groups',
        { ...newGroup, 'members@odata.bind': [reference((await tenant.person()).id)['@odata.id']] },
      ],
    ],
    ['PATCH /groups/{id}', 'Update group', async () => [await group(), { displayName: 'Renamed' }]],
    ['DELETE /groups/{id}', 'Delete group', async () => [await group()]],
    [
      'POST /groups/{id}/members/$ref',
      'Add member to group',
      async () => [`${await group()}/members/$ref`, reference((await tenant.person()).id)],
    ],
    ['DELETE /groups/{id}/members/{memberId}/$ref', 'Remove member from group', async () => [await membership()]],
    [
      'POST /directoryRoles/{id}/members/$ref',
      'Add member to role',
      async () => [`${role}/$ref`, reference((await tenant.person()).id)],
    ],
    [
      'DELETE /directoryRoles/{id}/members/{memberId}/$ref',
      'Remove member from role',
      async () => [`${role}/${await reader()}/$ref`],
    ],
    ['POST /directory/deletedItems/{id}/restore', 'Restore user', async () => [`${await deleted('users')}/restore`]],
    ['POST /directory/deletedItems/{id}/restore', 'Restore Group', async () => [`${await deleted('groups')}/restore`]],
    ['DELETE /directory/deletedItems/{id}', 'Hard Delete user', async () => [await deleted('users')]],
    ['DELETE /directory/deletedItems/{id}', 'Hard Delete group', async () => [await deleted('groups')]],
    [
      'POST /applicationTemplates/{id}/instantiate',
      ['Add application', 'Add service principal'],
      async () => [`/applicationTemplates/${TEMPLATE}/instantiate`, { displayName: 'Told' }],
    ],
    [
      'PATCH /applications/{id}',
      'Update application',
      async () => [`/applications/${(await app()).application}`, { displayName: 'Renamed' }],
    ],
    [
      'DELETE /applications/{id}',
      ['Remove service principal', 'Delete application'],
      async () => [`/applications/${(await app()).application}`],
    ],
    [
      'PATCH /servicePrincipals/{id}',
      'Update service principal',
      async () => [(await app()).root, { displayName: 'Renamed' }],
    ],
    ['DELETE /servicePrincipals/{id}', 'Remove service principal', async () => [(await app()).root]],
    [
      'POST /servicePrincipals/{id}/appRoleAssignedTo',
      'Add app role assignment grant to user',
      async () => {
        const { root, wanted } = await assignment(await tenant.person())
        return [root, wanted]
      },
    ],
    [
      'POST /servicePrincipals/{id}/appRoleAssignedTo',
      'Add app role assignment to group',
      async () => {
        const { root, wanted } = await assignment(await tenant.group())
        return [root, wanted]
      },
    ],
    [
      'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignmentId}',
      'Remove app role assignment from user',
      async () => [await assigned(await tenant.person())],
    ],
    [
      'DELETE /servicePrincipals/{id}/appRoleAssignedTo/{assignmentId}',
      'Remove app role assignment from group',
      async () => [await assigned(await tenant.group())],
    ],
    [
      'PUT /servicePrincipals/{id}/synchronization/secrets',
      'Update provisioning setting or credentials',
      async () => [
        `${(await app()).root}/synchronization/secrets`,
        { value: [{ key: 'SecretToken', value: 'a-token' }] },
      ],
    ],
    [
      'POST /servicePrincipals/{id}/synchronization/jobs',
      'Add provisioning configuration',
      async () => [`${(await app()).root}/synchronization/jobs`, { templateId: 'scim' }],
    ],
    [
      'DELETE /servicePrincipals/{id}/synchronization/jobs/{jobId}',
      'Remove provisioning configuration',
      async () => [await job()],
    ],
    [
      'PATCH /servicePrincipals/{id}/synchronization/jobs/{jobId}',
      'Update provisioning setting or credentials',
      async () => [await job(), { schedule: { interval: 'PT20M' } }],
    ],
    [
      'POST /servicePrincipals/{id}/synchronization/jobs/{jobId}/start',
      'Enable/start provisioning configuration',
      async () => [`${await job()}/start`],
    ],
    [
      'POST /servicePrincipals/{id}/synchronization/jobs/{jobId}/pause',
      'Disable/pause provisioning configuration',
      async () => [`${await startedJob()}/pause`],
    ],
    [
      'POST /servicePrincipals/{id}/synchronization/jobs/{jobId}/runNow',
      'Run provisioning cycle',
      async () => [`${await startedJob()}/runNow`],
    ],
    [
      'POST /servicePrincipals/{id}/synchronization/jobs/{jobId}/restart',
      'Enable/restart provisioning configuration',
      async () => [`${await job()}/restart`],
    ],
  ]

/** Asks, and changes nothing. */
const SILENT = [
  'POST /servicePrincipals/{id}/synchronization/jobs/validateCredentials',
  'POST /servicePrincipals/{id}/synchronization/jobs/{jobId}/validateCredentials',
]

test('there is a row for every write that the directory has', async () => {
  const { paths } = (await directory.app.inject('/openapi.json')).json() as { paths: Record<string, object> }
  const writes = Object.entries(paths).flatMap(([path, operations]) =>
    path.startsWith('/v1.0/')
      ? Object.keys(operations)
          .filter((method) => method !== 'get')
          .map((method) => `${method.toUpperCase()} ${path.slice('/v1.0'.length)}`)
      : [],
  )
  expect([...new Set([...VERBS.map(([route]) => route), ...SILENT])].sort()).toEqual(writes.sort())
})

/** What administrators change, as one text. What the worker moves by itself is left out. */
const STORED = [
  'users',
  'groups',
  'group_members',
  'directory_role_members',
  'applications',
  'service_principals',
  'app_role_assignments',
  'secrets',
  '(select job_id, state, interval_seconds, resets, next_cycle_at is null from directory.jobs)',
  '(select kind, operation, object_id, target_id from directory.changes)',
]
const stored = async () => {
  const parts: string[] = []
  for (const table of STORED) {
    const from = table.startsWith('(') ? table : `directory.${table}`
    const { rows } = await directory.pool.query(
      `select md5(string_agg(t::text, '' order by t::text)) as sum from ${from} t`,
    )
    parts.push(rows[0].sum)
  }
  return parts
}

describe.each(VERBS)('%s', (route, activities, prepare) => {
  test(`is told as ${activities}, or does not happen`, async () => {
    const [path, body] = await prepare()
    const method = route.split(' ')[0] as 'POST'
    const before = await stored()
    await directory.pool.query('insert into public.armed values (true)')
    const refused = await tenant.graph(method, path, body)
    await directory.pool.query('delete from public.armed')
    expect(refused.status).toBe(500)
    // A started job moves by itself.
    if (!path.endsWith('/pause') && !path.endsWith('/runNow')) expect(await stored()).toEqual(before)

    const done = await tenant.graph(method, path, body)
    expect(done.status).toBeLessThan(300)
    const filter = encodeURIComponent(`correlationId eq '${done.headers['request-id']}'`)
    const { body: log } = await tenant.graph('GET', `/auditLogs/directoryAudits?$filter=${filter}`)
    const told = log.value.map((entry: { activityDisplayName: string }) => entry.activityDisplayName)
    expect(told.reverse()).toEqual([activities].flat())
    for (const entry of log.value)
      expect(entry.initiatedBy).toMatchObject({ user: null, app: { appId: tenant.clientId } })
  })
})

test('what is refused, and what changes nothing, is not in it', async () => {
  const { id } = await tenant.person({ jobTitle: 'Engineer' })
  const total = async () => (await tenant.graph('GET', '/auditLogs/directoryAudits?$top=999')).body.value.length
  const before = await total()
  const nobody = '0190a000-0000-7000-8000-000000000000'
  expect((await tenant.graph('PATCH', `/users/${id}`, { jobTitle: 'Engineer' })).status).toBe(204)
  expect(
    (await tenant.graph('POST', '/users', { ...newUser(), userPrincipalName: tenant.adminUserPrincipalName })).status,
  ).toBe(400)
  expect((await tenant.graph('PUT', `/users/${id}/manager/$ref`, reference(nobody))).status).toBe(404)
  expect((await tenant.graph('DELETE', `${role}/${id}/$ref`)).status).toBe(404)
  expect(await total()).toBe(before)
})
