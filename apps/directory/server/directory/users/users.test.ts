import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, PASSWORD } from '../../testing/test-directory.ts'

const NOBODY = '0190a000-0000-7000-8000-000000000000'
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const newUser = (extra: Record<string, unknown> = {}) => ({
  accountEnabled: true,
  displayName: 'Priya Raman',
  mailNickname: 'priya.raman',
  userPrincipalName: `priya.${Math.random()}@${tenant.domain}`,
  passwordProfile: { password: PASSWORD, forceChangePasswordNextSignIn: false },
  ...extra,
})

describe('POST /users', () => {
  test('keeps every property of the default mapping and answers it, without the password', async () => {
    const properties = {
      jobTitle: 'Engineer',
      mail: 'priya@other.example',
      preferredLanguage: 'en-GB',
      givenName: 'Priya',
      surname: 'Raman',
      officeLocation: '2.14',
      streetAddress: '1 Wellington Street',
      city: 'Leeds',
      state: 'West Yorkshire',
      postalCode: 'LS1 4AP',
      country: 'United Kingdom',
      businessPhones: ['+44 113 496 0100'],
      mobilePhone: '+44 7700 900100',
      faxNumber: '+44 113 496 0101',
      employeeId: '40117',
      department: 'Platform',
    }
    const made = await tenant.graph('POST', '/users', newUser(properties))
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({
      ...properties,
      displayName: 'Priya Raman',
      mailNickname: 'priya.raman',
      accountEnabled: true,
    })
    expect(made.body['@odata.context']).toMatch(/\/v1\.0\/\$metadata#users\/\$entity$/)
    expect(JSON.stringify(made.body)).not.toMatch(/password/i)
    expect((await tenant.graph('GET', `/users/${made.body.id}`)).body).toEqual(made.body)
    expect(
      (await tenant.graph('GET', `/users/${encodeURIComponent(made.body.userPrincipalName.toUpperCase())}`)).body.id,
    ).toBe(made.body.id)
    expect((await tenant.graph('GET', `/beta/users/${made.body.id}?$select=id,department`)).body).toEqual({
      '@odata.context': expect.stringMatching(/\/beta\/\$metadata#users\/\$entity$/),
      id: made.body.id,
      department: 'Platform',
    })
  })

  test.each([
    { why: 'a property that no one has', body: { shoeSize: 44 }, names: 'shoeSize' },
    { why: 'a wrong type', body: { accountEnabled: 'yes' }, names: 'accountEnabled' },
    { why: 'a number for a text', body: { department: 7 }, names: 'department' },
    { why: 'a phone that is no list', body: { businessPhones: '+44' }, names: 'businessPhones' },
    { why: 'no name', body: { displayName: undefined }, names: 'displayName' },
    { why: 'no password', body: { passwordProfile: {} }, names: 'password' },
    { why: 'a short password', body: { passwordProfile: { password: 'short' } }, names: 'password' },
    { why: 'a principal name without a domain', body: { userPrincipalName: 'priya' }, names: 'userPrincipalName' },
    { why: 'a NUL', body: { city: 'Le\0eds' }, names: 'city' },
    { why: 'half a surrogate pair', body: { city: '\ud800' }, names: 'city' },
  ])('refuses $why, naming it, and writes nothing', async ({ body, names }) => {
    const before = await tenant.changesNow()
    const refused = await tenant.graph('POST', '/users', newUser(body))
    expect(refused.status).toBe(400)
    expect(refused.body.error).toMatchObject({ code: 'Request_BadRequest', message: expect.stringContaining(names) })
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test.each([
    { why: 'JSON that is none', body: '{"a":', status: 400 },
    { why: 'a list', body: '[]', status: 400 },
    { why: 'nothing', body: '', status: 400 },
    { why: 'a form', body: 'a=b', type: 'application/x-www-form-urlencoded', status: 415 },
    { why: 'plain text', body: '{}', type: 'text/plain', status: 415 },
    { why: 'more than 2 MB', body: JSON.stringify({ displayName: 'x'.repeat(2_100_000) }), status: 413 },
  ])('refuses $why in an OData body', async ({ body, type = 'application/json', status }) => {
    const refused = await tenant.graph('POST', '/users', body, { 'content-type': type, 'client-request-id': 'mine-1' })
    expect(refused.status).toBe(status)
    expect(refused.body.error).toMatchObject({
      code: expect.any(String),
      message: expect.any(String),
      innerError: { date: '2026-02-03T08:00:00', 'request-id': expect.any(String), 'client-request-id': 'mine-1' },
    })
  })

  test('refuses a principal name that someone has, in any letter case, as Graph does', async () => {
    const { userPrincipalName } = await tenant.person()
    const refused = await tenant.graph(
      'POST',
      '/users',
      newUser({ userPrincipalName: userPrincipalName.toUpperCase() }),
    )
    expect(refused.status).toBe(400)
    expect(refused.body.error).toMatchObject({
      code: 'Request_MultipleObjectsWithSameKeyValue',
      details: [{ code: 'ObjectConflict', target: 'userPrincipalName' }],
    })
    const other = await directory.openTenant()
    expect((await other.graph('POST', '/users', newUser({ userPrincipalName }))).status).toBe(201)
  })
})

describe('PATCH /users/{id}', () => {
  test('changes what is named, clears by null, and leaves one change with the new version', async () => {
    const { id } = await tenant.person({ department: 'Platform', jobTitle: 'Engineer' })
    const before = await tenant.changesNow()
    const change = { department: 'Payments', jobTitle: null, '@odata.type': '#microsoft.graph.user' }
    expect((await tenant.graph('PATCH', `/users/${id}`, change)).status).toBe(204)
    expect((await tenant.graph('GET', `/users/${id}`)).body).toMatchObject({
      department: 'Payments',
      jobTitle: null,
      displayName: expect.stringMatching(/^Person/),
    })
    expect(await tenant.changesAfter(before)).toEqual([`object update User ${id} v2`])
  })

  test('leaves no trace of a change that changes nothing', async () => {
    const { id, displayName } = await tenant.person({ department: 'Platform' })
    const before = await tenant.changesNow()
    expect(
      (await tenant.graph('PATCH', `/users/${id}`, { displayName, department: 'Platform', city: null })).status,
    ).toBe(204)
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test.each([
    { body: { displayName: null }, names: 'displayName' },
    { body: { id: NOBODY }, names: 'id' },
    { body: { manager: NOBODY }, names: 'manager' },
    { body: { mail: 'no address' }, names: 'mail' },
  ])('refuses $body, writing nothing', async ({ body, names }) => {
    const { id } = await tenant.person()
    const before = await tenant.changesNow()
    const refused = await tenant.graph('PATCH', `/users/${id}`, { department: 'Payments', ...body })
    expect(refused).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining(names) } } })
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test('refuses to rename someone to a name that is taken', async () => {
    const [one, two] = [await tenant.person(), await tenant.person()]
    const refused = await tenant.graph('PATCH', `/users/${one.id}`, { userPrincipalName: two.userPrincipalName })
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'Request_MultipleObjectsWithSameKeyValue' } } })
  })

  test('of eight changes at once none is lost', async () => {
    const { id } = await tenant.person()
    const fields = ['city', 'state', 'country', 'department', 'jobTitle', 'postalCode', 'surname', 'givenName']
    await Promise.all(fields.map((name) => tenant.graph('PATCH', `/users/${id}`, { [name]: name })))
    expect((await tenant.graph('GET', `/users/${id}`)).body).toMatchObject(
      Object.fromEntries(fields.map((name) => [name, name])),
    )
  })
})

describe('deleted users', () => {
  test('can return with their manager, groups and assignments, and are not seen meanwhile', async () => {
    const { person, graph, changesNow, changesAfter } = tenant
    const [{ id }, manager, crew] = [await person(), await person(), await tenant.group()]
    await graph('PUT', `/users/${id}/manager/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager.id}`,
    })
    await graph('POST', `/groups/${crew.id}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    })
    const before = await changesNow()

    expect((await graph('DELETE', `/users/${id}`)).status).toBe(204)
    expect((await graph('GET', `/users/${id}`)).status).toBe(404)
    expect((await graph('PATCH', `/users/${id}`, { city: 'Leeds' })).status).toBe(404)
    expect((await graph('DELETE', `/users/${id}`)).status).toBe(404)
    expect((await graph('GET', `/groups/${crew.id}/members`)).body.value).toEqual([])
    expect((await graph('GET', '/directory/deletedItems/microsoft.graph.user?$select=id')).body.value).toContainEqual({
      id,
    })
    expect((await graph('GET', `/directory/deletedItems/${id}`)).body).toMatchObject({
      id,
      '@odata.type': '#microsoft.graph.user',
      deletedDateTime: '2026-02-03T08:00:00Z',
    })

    expect(await graph('POST', `/directory/deletedItems/${id}/restore`)).toMatchObject({
      status: 200,
      body: { id, deletedDateTime: null },
    })
    expect((await graph('GET', `/users/${id}/manager`)).body.id).toBe(manager.id)
    expect((await graph('GET', `/groups/${crew.id}/members`)).body.value).toMatchObject([{ id }])
    expect(await changesAfter(before)).toEqual([`object softDelete User ${id} v2`, `object restore User ${id} v3`])
  })

  test('leave their name to others: then a restore is refused', async () => {
    const { id, userPrincipalName } = await tenant.person()
    await tenant.graph('DELETE', `/users/${id}`)
    await tenant.person({ userPrincipalName })
    const refused = await tenant.graph('POST', `/directory/deletedItems/${id}/restore`)
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'Request_MultipleObjectsWithSameKeyValue' } } })
    expect((await tenant.graph('GET', `/directory/deletedItems/${id}`)).status).toBe(200)
  })

  test('are purged with all that names them, each reference a change, the person last', async () => {
    const { person, graph, changesNow, changesAfter } = tenant
    const [{ id }, report, crew] = [await person(), await person(), await tenant.group()]
    await graph('PUT', `/users/${report.id}/manager/$ref`, { '@odata.id': `users/${id}` })
    await graph('POST', `/groups/${crew.id}/members/$ref`, { '@odata.id': `directoryObjects/${id}` })
    const { servicePrincipal } = (
      await graph('POST', '/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate', {
        displayName: 'Portal',
      })
    ).body
    const wanted = {
      principalId: id,
      resourceId: servicePrincipal.id,
      appRoleId: '00000000-0000-0000-0000-000000000000',
    }
    await graph('POST', `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`, wanted)
    await graph('DELETE', `/users/${id}`)
    const before = await changesNow()

    expect((await graph('DELETE', `/directory/deletedItems/${id}`)).status).toBe(204)
    expect((await graph('GET', `/directory/deletedItems/${id}`)).status).toBe(404)
    expect((await graph('DELETE', `/directory/deletedItems/${id}`)).status).toBe(404)
    expect((await graph('GET', `/users/${report.id}/manager`)).status).toBe(404)
    expect((await graph('GET', `/servicePrincipals/${servicePrincipal.id}/appRoleAssignedTo`)).body.value).toEqual([])
    expect(await changesAfter(before)).toEqual([
      `reference remove User ${report.id} manager ${id}`,
      `reference remove Group ${crew.id} members ${id}`,
      `assignment remove User ${id} ${servicePrincipal.id}`,
      `object hardDelete User ${id} v3`,
    ])
  })

  test('only those can be restored or purged', async () => {
    const { id } = await tenant.person()
    expect((await tenant.graph('POST', `/directory/deletedItems/${id}/restore`)).status).toBe(404)
    expect((await tenant.graph('DELETE', `/directory/deletedItems/${id}`)).status).toBe(404)
  })
})

describe('manager', () => {
  test('is given, changed and taken away, each end a change', async () => {
    const [{ id }, first, second] = [await tenant.person(), await tenant.person(), await tenant.person()]
    const before = await tenant.changesNow()
    const set = (manager: string) =>
      tenant.graph('PUT', `/users/${id}/manager/$ref`, {
        '@odata.id': `https://graph.microsoft.com/v1.0/users/${manager}`,
      })
    expect((await set(first.id)).status).toBe(204)
    expect((await set(first.id)).status).toBe(204)
    expect((await set(encodeURIComponent(second.userPrincipalName))).status).toBe(204)
    expect((await tenant.graph('GET', `/users/${id}/manager?$select=id`)).body).toMatchObject({
      '@odata.type': '#microsoft.graph.user',
      id: second.id,
    })
    expect((await tenant.graph('DELETE', `/users/${id}/manager/$ref`)).status).toBe(204)
    expect((await tenant.graph('DELETE', `/users/${id}/manager/$ref`)).status).toBe(404)
    expect((await tenant.graph('GET', `/users/${id}/manager`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([
      `reference add User ${id} manager ${first.id}`,
      `reference remove User ${id} manager ${first.id}`,
      `reference add User ${id} manager ${second.id}`,
      `reference remove User ${id} manager ${second.id}`,
    ])
  })

  test.each([
    { why: 'nobody', reference: `users/${NOBODY}`, status: 404 },
    { why: 'themselves', reference: 'self', status: 400 },
    { why: 'what is no reference', reference: 'https://example.com/elsewhere', status: 400 },
  ])('is never $why', async ({ reference, status }) => {
    const { id } = await tenant.person()
    const given = { '@odata.id': reference === 'self' ? `directoryObjects/${id.toUpperCase()}` : reference }
    expect((await tenant.graph('PUT', `/users/${id}/manager/$ref`, given)).status).toBe(status)
  })
})

describe('GET /users', () => {
  let filtered: typeof tenant
  beforeAll(async () => {
    filtered = await directory.openTenant()
    const mail = 'Sinead@other.example'
    await filtered.person({ displayName: 'Sinéad O’Neil', userPrincipalName: "o'neil@muster.example", mail })
    await filtered.person({
      displayName: 'Sinbad',
      accountEnabled: false,
      department: 'Platform',
      jobTitle: '50% Engineer',
    })
  })

  test('pages through everyone by @odata.nextLink, in order, nobody twice', async () => {
    const { graph, person } = await directory.openTenant()
    for (const displayName of ['Dana', 'anna', 'Carla', 'Bea', 'Bea']) await person({ displayName })
    const seen: string[] = []
    let next: string | undefined = '/users?$top=2&$select=displayName&$count=true'
    while (next) {
      const { body } = await graph('GET', next.replace(/^http:\/\/[^/]+\/v1\.0/, ''))
      expect(body['@odata.count']).toBe(6)
      seen.push(...body.value.map((user: { displayName: string }) => user.displayName))
      next = body['@odata.nextLink']
      if (next) expect(next).toMatch(/^http:\/\/directory\.test:7490\/v1\.0\/users\?.*\$top=2.*\$skiptoken=/)
    }
    expect(seen).toEqual(['anna', 'Bea', 'Bea', 'Carla', 'Dana', 'Muster Administrator'])
  })

  test.each([
    { filter: "userPrincipalName eq 'O''NEIL@muster.example'", finds: ['Sinéad O’Neil'] },
    { filter: "displayName eq 'sinéad o’neil'", finds: ['Sinéad O’Neil'] },
    { filter: "mail eq 'sinead@other.example'", finds: ['Sinéad O’Neil'] },
    { filter: "startswith(displayName,'SIN')", finds: ['Sinbad', 'Sinéad O’Neil'] },
    { filter: "startswith(displayName,'sin') and mail eq 'sinead@other.example'", finds: ['Sinéad O’Neil'] },
    { filter: "displayName eq 'nobody'", finds: [] },
    { filter: "id eq 'no id'", finds: [] },
    { filter: "department eq 'Platform'", finds: ['Sinbad'] },
    { filter: "department ne 'Platform' and accountEnabled eq true", finds: ['Muster Administrator', 'Sinéad O’Neil'] },
    { filter: "startswith(jobTitle,'50% ')", finds: ['Sinbad'] },
    { filter: 'accountEnabled eq false', finds: ['Sinbad'] },
    { filter: 'mail eq null and not (department eq null)', finds: ['Sinbad'] },
    { filter: "not startswith(displayName,'sin')", finds: ['Muster Administrator'] },
    { filter: "endswith(mail,'@OTHER.example')", finds: ['Sinéad O’Neil'] },
    { filter: "displayName in ('sinbad', 'nobody')", finds: ['Sinbad'] },
    {
      filter: "displayName eq 'sinbad' or mail eq 'sinead@other.example' and accountEnabled eq false",
      finds: ['Sinbad'],
    },
    {
      filter: "(displayName eq 'sinbad' or mail eq 'sinead@other.example') and userType eq 'Member'",
      finds: ['Sinbad', 'Sinéad O’Neil'],
    },
    { filter: 'createdDateTime gt 2026-02-03T07:00:00Z and createdDateTime lt 2020-01-01T00:00:00Z', finds: [] },
  ])('finds by $filter', async ({ filter, finds }) => {
    const { body } = await filtered.graph('GET', `/users?$filter=${encodeURIComponent(filter)}`)
    expect(body.value.map((user: { displayName: string }) => user.displayName)).toEqual(finds)
  })
  test.each([
    '$filter=displayName eq 7',
    "$filter=displayName eq 'open",
    '$filter=',
    "$filter=contains(displayName,'x')",
    "$filter=password eq 'x'",
    "$filter=constructor eq 'x'",
    '$filter=accountEnabled gt true',
    "$filter=createdDateTime gt 'soon'",
    "$filter=displayName eq 'x' or",
    "$filter=(displayName eq 'x'",
    `$filter=${'('.repeat(30)}displayName eq 'x'${')'.repeat(30)}`,
    '$orderby=mail',
    '$search="jobTitle:x"',
    '$search="displayName:x" NOT "displayName:y"',
    '$expand=manager',
    '$search="x"',
    '$skip=3',
    '$top=0',
    '$top=1000',
    '$top=ten',
    '$select=password',
    '$skiptoken=nonsense',
    '$skiptoken=WyJhIiwiYiJd',
  ])('refuses %s instead of ignoring it', async (query) => {
    const refused = await tenant.graph('GET', `/users?${query.replaceAll(' ', '%20')}`)
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'Request_BadRequest' } } })
  })
})

describe('what is not there', () => {
  test.each([
    ['GET', '/users/nobody@muster.example'],
    ['GET', `/users/${NOBODY}`],
    ['PATCH', `/users/${NOBODY}`],
    ['DELETE', `/users/${NOBODY}`],
    ['GET', `/users/${NOBODY}/manager`],
    ['GET', `/directory/deletedItems/${NOBODY}`],
    ['GET', '/directory/deletedItems/nonsense'],
  ] as const)('%s %s is 404', async (method, path) => {
    const answer = await tenant.graph(method, path, method === 'PATCH' ? {} : undefined)
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'Request_ResourceNotFound' } } })
  })

  test('an address that is none is 404 in an OData body', async () => {
    expect(await tenant.graph('GET', '/planets')).toMatchObject({
      status: 404,
      body: { error: { message: "Resource not found for the segment 'planets'." } },
    })
  })

  test("another tenant's people are nobody", async () => {
    const other = await directory.openTenant()
    const { id } = await tenant.person()
    const mine = await other.person()
    for (const [method, path, body] of [
      ['GET', `/users/${id}`, undefined],
      ['PATCH', `/users/${id}`, { city: 'Leeds' }],
      ['DELETE', `/users/${id}`, undefined],
      ['PUT', `/users/${mine.id}/manager/$ref`, { '@odata.id': `users/${id}` }],
    ] as const)
      expect((await other.graph(method, path, body)).status).toBe(404)
    expect((await other.graph('GET', '/users?$select=id')).body.value).not.toContainEqual({ id })
    expect((await tenant.graph('GET', `/users/${id}`)).body.city).toBeNull()
  })
})
