import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'

const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'
const NOBODY = '0190a000-0000-7000-8000-000000000000'
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const instantiate = async (displayName = 'Portal') =>
  (await tenant.graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName })).body
const assign = (app: string, principalId: string, more: Record<string, unknown> = {}) =>
  tenant.graph('POST', `/servicePrincipals/${app}/appRoleAssignedTo`, {
    principalId,
    resourceId: app,
    appRoleId: DEFAULT_ACCESS,
    ...more,
  })

describe('enterprise apps', () => {
  test('are made from the non-gallery template: application and service principal', async () => {
    const made = await tenant.graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, {
      displayName: 'Dev Portal SCIM',
    })
    expect(made.status).toBe(201)
    const { application, servicePrincipal } = made.body
    expect(application).toMatchObject({ displayName: 'Dev Portal SCIM', appId: servicePrincipal.appId })
    expect(servicePrincipal).toMatchObject({
      displayName: 'Dev Portal SCIM',
      applicationTemplateId: TEMPLATE,
      servicePrincipalType: 'Application',
      accountEnabled: true,
    })
    expect((await tenant.graph('GET', `/applications/${application.id}`)).body).toMatchObject(application)
    expect((await tenant.graph('GET', `/servicePrincipals/${servicePrincipal.id}`)).body).toMatchObject(
      servicePrincipal,
    )
    for (const filter of ["displayName eq 'Dev Portal SCIM'", `appId eq '${application.appId}'`]) {
      const query = `$filter=${encodeURIComponent(filter)}&$select=id`
      expect((await tenant.graph('GET', `/servicePrincipals?${query}`)).body.value).toEqual([
        { id: servicePrincipal.id },
      ])
      expect((await tenant.graph('GET', `/applications?${query}`)).body.value).toEqual([{ id: application.id }])
    }
  })

  test('have one name, whichever of the two is renamed', async () => {
    const { application, servicePrincipal } = await instantiate()
    expect((await tenant.graph('PATCH', `/applications/${application.id}`, { displayName: 'First' })).status).toBe(204)
    expect((await tenant.graph('GET', `/servicePrincipals/${servicePrincipal.id}`)).body.displayName).toBe('First')
    expect(
      (await tenant.graph('PATCH', `/servicePrincipals/${servicePrincipal.id}`, { displayName: 'Second' })).status,
    ).toBe(204)
    expect((await tenant.graph('GET', `/applications/${application.id}`)).body.displayName).toBe('Second')
  })

  test.each([
    {
      why: 'another template',
      path: `/applicationTemplates/${NOBODY}/instantiate`,
      body: { displayName: 'X' },
      status: 404,
    },
    { why: 'no name', path: `/applicationTemplates/${TEMPLATE}/instantiate`, body: {}, status: 400 },
    {
      why: 'a blank name',
      path: `/applicationTemplates/${TEMPLATE}/instantiate`,
      body: { displayName: ' ' },
      status: 400,
    },
    {
      why: 'an unknown property',
      path: `/applicationTemplates/${TEMPLATE}/instantiate`,
      body: { displayName: 'X', tags: [] },
      status: 400,
    },
  ])('are not made from $why', async ({ path, body, status }) => {
    expect((await tenant.graph('POST', path, body)).status).toBe(status)
  })

  test('are paged', async () => {
    const { graph } = await directory.openTenant()
    for (const displayName of ['A', 'B', 'C'])
      await graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName })
    const first = (await graph('GET', '/servicePrincipals?$top=2')).body
    const second = (await graph('GET', first['@odata.nextLink'].replace(/^.*\/v1\.0/, ''))).body
    expect([...first.value, ...second.value].map((app: { displayName: string }) => app.displayName)).toEqual([
      'A',
      'B',
      'C',
    ])
    expect(second['@odata.nextLink']).toBeUndefined()
  })

  test('go with all that hangs on them', async () => {
    const [{ application, servicePrincipal }, { id: userId }] = [await instantiate(), await tenant.person()]
    await assign(servicePrincipal.id, userId)
    const before = await tenant.changesNow()
    expect((await tenant.graph('DELETE', `/applications/${application.id}`)).status).toBe(204)
    for (const path of [
      `/applications/${application.id}`,
      `/servicePrincipals/${servicePrincipal.id}`,
      `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`,
    ])
      expect((await tenant.graph('GET', path)).status).toBe(404)
    expect((await tenant.graph('DELETE', `/applications/${application.id}`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([`assignment remove User ${userId} ${servicePrincipal.id}`])
  })

  test('leave their application when only the service principal is deleted', async () => {
    const { application, servicePrincipal } = await instantiate()
    expect((await tenant.graph('DELETE', `/servicePrincipals/${servicePrincipal.id}`)).status).toBe(204)
    expect((await tenant.graph('DELETE', `/servicePrincipals/${servicePrincipal.id}`)).status).toBe(404)
    expect((await tenant.graph('GET', `/applications/${application.id}`)).status).toBe(200)
  })

  test('do not include a way to delete the client that asks', async () => {
    const { value } = (
      await tenant.graph('GET', `/applications?$filter=${encodeURIComponent(`appId eq '${tenant.clientId}'`)}`)
    ).body
    expect((await tenant.graph('DELETE', `/applications/${value[0].id}`)).status).toBe(403)
  })
})

describe('assignments', () => {
  test('of users and groups are made, listed, read and taken away, each one change', async () => {
    const [{ servicePrincipal }, user, group] = [
      await instantiate('Portal of assignments'),
      await tenant.person(),
      await tenant.group('Crew'),
    ]
    const before = await tenant.changesNow()
    const made = await assign(servicePrincipal.id, user.id)
    expect(made).toMatchObject({
      status: 201,
      body: {
        principalId: user.id,
        principalType: 'User',
        principalDisplayName: user.displayName,
        resourceId: servicePrincipal.id,
        resourceDisplayName: 'Portal of assignments',
        appRoleId: DEFAULT_ACCESS,
      },
    })
    expect((await assign(servicePrincipal.id, group.id)).body).toMatchObject({
      principalType: 'Group',
      principalDisplayName: 'Crew',
    })
    const path = `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`
    expect((await tenant.graph('GET', path)).body.value.map((one: { principalId: string }) => one.principalId)).toEqual(
      [user.id, group.id],
    )
    expect((await tenant.graph('GET', `${path}/${made.body.id}`)).body).toMatchObject({ id: made.body.id })
    expect((await tenant.graph('DELETE', `${path}/${made.body.id}`)).status).toBe(204)
    expect((await tenant.graph('DELETE', `${path}/${made.body.id}`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([
      `assignment add User ${user.id} ${servicePrincipal.id}`,
      `assignment add Group ${group.id} ${servicePrincipal.id}`,
      `assignment remove User ${user.id} ${servicePrincipal.id}`,
    ])
  })

  test('of someone deleted are not shown, and stand again when they return', async () => {
    const [{ servicePrincipal }, { id }] = [await instantiate(), await tenant.person()]
    await assign(servicePrincipal.id, id)
    const listed = async () =>
      (await tenant.graph('GET', `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`)).body.value.length
    await tenant.graph('DELETE', `/users/${id}`)
    expect(await listed()).toBe(0)
    expect((await assign(servicePrincipal.id, id)).status).toBe(404)
    await tenant.graph('POST', `/directory/deletedItems/${id}/restore`)
    expect(await listed()).toBe(1)
  })

  test.each([
    { why: 'someone who has it already', more: {}, twice: true, status: 400 },
    { why: 'nobody', more: { principalId: NOBODY }, status: 404 },
    { why: 'a role that the app does not have', more: { appRoleId: NOBODY }, status: 400 },
    { why: 'another resource than the address names', more: { resourceId: NOBODY }, status: 400 },
    { why: 'an id that is none', more: { principalId: 'someone' }, status: 400 },
    { why: 'an unknown property', more: { colour: 'red' }, status: 400 },
  ])('refuse $why, writing nothing', async ({ more, twice, status }) => {
    const [{ servicePrincipal }, { id }] = [await instantiate(), await tenant.person()]
    if (twice) await assign(servicePrincipal.id, id)
    const before = await tenant.changesNow()
    expect((await assign(servicePrincipal.id, id, more)).status).toBe(status)
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test('need a security-enabled group and an app that is there', async () => {
    const [{ servicePrincipal }, group, { id }] = [
      await instantiate(),
      await tenant.group('List', { securityEnabled: false }),
      await tenant.person(),
    ]
    expect(await assign(servicePrincipal.id, group.id)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('security-enabled') } },
    })
    expect((await assign(NOBODY, id)).status).toBe(404)
  })

  test("stay within the tenant: another's apps and people are not there", async () => {
    const other = await directory.openTenant()
    const [{ application, servicePrincipal }, theirs, mine] = [
      await instantiate(),
      await other.person(),
      await tenant.person(),
    ]
    expect((await assign(servicePrincipal.id, theirs.id)).status).toBe(404)
    const made = await assign(servicePrincipal.id, mine.id)
    const path = `/servicePrincipals/${servicePrincipal.id}`
    for (const [method, address, body] of [
      ['GET', path, undefined],
      ['PATCH', path, { displayName: 'Mine' }],
      ['DELETE', path, undefined],
      ['DELETE', `/applications/${application.id}`, undefined],
      ['GET', `${path}/appRoleAssignedTo`, undefined],
      ['DELETE', `${path}/appRoleAssignedTo/${made.body.id}`, undefined],
      [
        'POST',
        `${path}/appRoleAssignedTo`,
        { principalId: theirs.id, resourceId: servicePrincipal.id, appRoleId: DEFAULT_ACCESS },
      ],
    ] as const)
      expect(await other.graph(method, address, body)).toMatchObject({ status: 404 })
  })
})

test('every change is in the audit log, with who did it', async () => {
  const { graph, tenantId, person } = await directory.openTenant()
  const { id } = await person()
  await graph('PATCH', `/users/${id}`, { accountEnabled: false, passwordProfile: { password: 'Secret-Password-1' } })
  await graph('DELETE', `/users/${id}`)
  const rows = await run<{ activity: string; initiated_by: unknown; details: unknown }>(
    directory.database,
    'select activity, initiated_by, details from directory.audit_entries where tenant_id = $1 order by id',
    [tenantId],
  )
  expect(rows.map((row) => row.activity)).toEqual([
    'Add user',
    'Add member to role',
    'Add application',
    'Add user',
    'Reset user password',
    'Delete user',
  ])
  expect(rows.at(-1)?.initiated_by).toMatchObject({ app: { displayName: 'Muster admin client' } })
  expect(JSON.stringify(rows)).not.toContain('Secret-Password')
})

describe('GET /servicePrincipals', () => {
  test('pages by name either way, with a filter and a count', async () => {
    const { graph } = await directory.openTenant()
    for (const displayName of ['Beta', 'Alpha', 'Gamma'])
      await graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName })
    const seen: string[] = []
    const where = encodeURIComponent(`applicationTemplateId eq '${TEMPLATE}'`)
    let next: string | undefined = `/servicePrincipals?$orderby=displayName%20desc&$top=2&$count=true&$filter=${where}`
    while (next) {
      const { body } = await graph('GET', next.replace(/^http:\/\/[^/]+\/v1\.0/, ''))
      expect(body['@odata.count']).toBe(3)
      seen.push(...body.value.map((app: { displayName: string }) => app.displayName))
      next = body['@odata.nextLink']
    }
    expect(seen).toEqual(['Gamma', 'Beta', 'Alpha'])
    expect((await graph('GET', '/applications?$search="appId:x"')).status).toBe(400)
    const found = await graph('GET', '/servicePrincipals?$search="displayName:ALP"')
    expect(found.body.value).toMatchObject([{ displayName: 'Alpha' }])
    expect((await graph('GET', "/servicePrincipals/$count?$filter=displayName%20in%20('alpha','BETA')")).body).toBe(2)
    expect((await graph('GET', "/applications/$count?$filter=displayName%20eq%20'alpha'")).body).toBe(1)
  })
})
