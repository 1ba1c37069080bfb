import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from '../../testing/test-directory.ts'

const NOBODY = '0190a000-0000-7000-8000-000000000000'
const ref = (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` })
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const memberIds = async (id: string): Promise<string[]> =>
  (await tenant.graph('GET', `/groups/${id}/members`)).body.value.map((member: { id: string }) => member.id)

describe('/groups', () => {
  test('are made, read, found, changed, with one change for each', async () => {
    const before = await tenant.changesNow()
    const made = await tenant.graph('POST', '/groups', {
      displayName: 'Payments Squad',
      mailNickname: 'payments',
      mailEnabled: false,
      securityEnabled: true,
      description: 'Pays',
    })
    expect(made).toMatchObject({
      status: 201,
      body: {
        displayName: 'Payments Squad',
        description: 'Pays',
        securityEnabled: true,
        mailEnabled: false,
        groupTypes: [],
      },
    })
    const { id } = made.body
    expect((await tenant.graph('GET', `/groups/${id}?$select=displayName`)).body).toMatchObject({
      displayName: 'Payments Squad',
    })
    expect(
      (await tenant.graph('GET', `/groups?$filter=${encodeURIComponent("displayName eq 'payments squad'")}`)).body
        .value,
    ).toMatchObject([{ id }])
    expect(
      (await tenant.graph('PATCH', `/groups/${id}`, { displayName: 'Payments Tribe', description: null })).status,
    ).toBe(204)
    expect((await tenant.graph('PATCH', `/groups/${id}`, { displayName: 'Payments Tribe' })).status).toBe(204)
    expect((await tenant.graph('GET', `/groups/${id}`)).body).toMatchObject({
      displayName: 'Payments Tribe',
      description: null,
    })
    expect(await tenant.changesAfter(before)).toEqual([`object add Group ${id} v1`, `object update Group ${id} v2`])
  })

  test.each([
    { body: { mailNickname: 'x', mailEnabled: false, securityEnabled: true }, names: 'displayName' },
    { body: { displayName: 'X', mailNickname: 'x', mailEnabled: 'no', securityEnabled: true }, names: 'mailEnabled' },
    {
      body: { displayName: 'X', mailNickname: 'x', mailEnabled: false, securityEnabled: true, colour: 'red' },
      names: 'colour',
    },
    {
      body: {
        displayName: 'X',
        mailNickname: 'x',
        mailEnabled: false,
        securityEnabled: true,
        'members@odata.bind': Array(21).fill('directoryObjects/x'),
      },
      names: 'members@odata.bind',
    },
  ])('refuses a group without or with a wrong $names', async ({ body, names }) => {
    const before = await tenant.changesNow()
    expect(await tenant.graph('POST', '/groups', body)).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining(names) } },
    })
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test('are deleted, restored and purged, members and all', async () => {
    const [{ id: userId }, { id }] = [await tenant.person(), await tenant.group()]
    await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(userId))
    const before = await tenant.changesNow()
    expect((await tenant.graph('DELETE', `/groups/${id}`)).status).toBe(204)
    expect((await tenant.graph('GET', `/groups/${id}`)).status).toBe(404)
    expect((await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(userId))).status).toBe(404)
    expect(
      (await tenant.graph('GET', '/directory/deletedItems/microsoft.graph.group?$select=id')).body.value,
    ).toContainEqual({ id })
    expect((await tenant.graph('POST', `/directory/deletedItems/${id}/restore`)).body).toMatchObject({
      id,
      '@odata.type': '#microsoft.graph.group',
    })
    expect(await memberIds(id)).toEqual([userId])
    await tenant.graph('DELETE', `/groups/${id}`)
    expect((await tenant.graph('DELETE', `/directory/deletedItems/${id}`)).status).toBe(204)
    expect((await tenant.graph('GET', `/directory/deletedItems/${id}`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([
      `object softDelete Group ${id} v2`,
      `object restore Group ${id} v3`,
      `object softDelete Group ${id} v4`,
      `reference remove Group ${id} members ${userId}`,
      `object hardDelete Group ${id} v5`,
    ])
  })
})

describe('members', () => {
  test('are added one by one, bound by twenty, listed by page and removed, each one change', async () => {
    const people = await Promise.all(Array.from({ length: 4 }, () => tenant.person()))
    const [first, ...others] = people.map((user) => user.id as string)
    const { id } = await tenant.group()
    const nested = await tenant.group('Nested')
    const before = await tenant.changesNow()
    expect((await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(first ?? ''))).status).toBe(204)
    const bind = [...others, nested.id].map((other) => `https://graph.microsoft.com/v1.0/directoryObjects/${other}`)
    expect((await tenant.graph('PATCH', `/groups/${id}`, { 'members@odata.bind': bind })).status).toBe(204)

    const all = [...people.map((user) => user.id as string), nested.id].sort()
    expect(await memberIds(id)).toEqual(all)
    const page = (await tenant.graph('GET', `/groups/${id}/members?$top=3`)).body
    const rest = (await tenant.graph('GET', page['@odata.nextLink'].replace(/^.*\/v1\.0/, ''))).body
    expect([...page.value, ...rest.value].map((member: { id: string }) => member.id)).toEqual(all)
    expect(page.value[0]['@odata.type']).toMatch(/^#microsoft\.graph\.(user|group)$/)

    expect((await tenant.graph('DELETE', `/groups/${id}/members/${first}/$ref`)).status).toBe(204)
    expect((await tenant.graph('DELETE', `/groups/${id}/members/${first}/$ref`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([
      `reference add Group ${id} members ${first}`,
      ...[...others, nested.id].map((other) => `reference add Group ${id} members ${other}`),
      `reference remove Group ${id} members ${first}`,
    ])
  })

  test('can be given when the group is made', async () => {
    const { id: userId } = await tenant.person()
    const { id } = await tenant.group('Bound', {
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/users/${userId}`],
    })
    expect(await memberIds(id)).toEqual([userId])
  })

  test('are added all or none', async () => {
    const [{ id: one }, { id: two }, { id }] = [await tenant.person(), await tenant.person(), await tenant.group()]
    await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(one))
    const before = await tenant.changesNow()
    const refused = await tenant.graph('PATCH', `/groups/${id}`, {
      displayName: 'Other',
      'members@odata.bind': [`directoryObjects/${two}`, `directoryObjects/${one}`],
    })
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining('already exist') } },
    })
    expect(await memberIds(id)).toEqual([one])
    expect(await tenant.changesAfter(before)).toEqual([])
  })

  test('two requests at once never lose each other’s', async () => {
    const people = await Promise.all(Array.from({ length: 10 }, () => tenant.person()))
    const { id } = await tenant.group()
    await Promise.all(people.map((user) => tenant.graph('POST', `/groups/${id}/members/$ref`, ref(user.id))))
    expect(await memberIds(id)).toEqual(people.map((user) => user.id).sort())
  })

  test.each([
    { why: 'someone who is one already', again: true, reference: '', status: 400 },
    { why: 'nobody', reference: `directoryObjects/${NOBODY}`, status: 404 },
    { why: 'a name that nobody has', reference: 'users/nobody@muster.example', status: 404 },
    { why: 'what is no reference', reference: 'x', status: 400 },
  ])('refuses $why', async ({ again, reference, status }) => {
    const [{ id: userId }, { id }] = [await tenant.person(), await tenant.group()]
    await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(userId))
    const refused = await tenant.graph(
      'POST',
      `/groups/${id}/members/$ref`,
      again ? ref(userId) : { '@odata.id': reference },
    )
    expect(refused.status).toBe(status)
    expect(await memberIds(id)).toEqual([userId])
  })

  test('a group is no member of itself, and a group that is not there has none', async () => {
    const [{ id: userId }, { id }] = [await tenant.person(), await tenant.group()]
    expect((await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(id))).status).toBe(400)
    expect((await tenant.graph('POST', `/groups/${NOBODY}/members/$ref`, ref(userId))).status).toBe(404)
    expect((await tenant.graph('GET', `/groups/${NOBODY}/members`)).status).toBe(404)
    expect((await tenant.graph('GET', `/groups/${id}/members?$filter=colour%20eq%20'x'`)).status).toBe(400)
  })

  test("another tenant's people and groups are nobody's", async () => {
    const other = await directory.openTenant()
    const [theirs, { id: userId }, { id }] = [await other.person(), await tenant.person(), await tenant.group()]
    expect((await tenant.graph('POST', `/groups/${id}/members/$ref`, ref(theirs.id))).status).toBe(404)
    expect((await other.graph('POST', `/groups/${id}/members/$ref`, ref(theirs.id))).status).toBe(404)
    expect((await other.graph('DELETE', `/groups/${id}/members/${userId}/$ref`)).status).toBe(404)
    expect((await other.graph('PATCH', `/groups/${id}`, { displayName: 'Mine' })).status).toBe(404)
    expect((await other.graph('DELETE', `/groups/${id}`)).status).toBe(404)
  })
})

describe('GET /users/{id}/memberOf/microsoft.graph.group', () => {
  test('lists the groups that a person is in themselves, without deleted ones and other tenants’', async () => {
    const { graph, group, person } = await directory.openTenant()
    const [{ id: userId }, { id: other }] = [await person(), await person()]
    const [inner, outer, gone] = [await group('Inner'), await group('Outer'), await group('Gone')]
    for (const [id, member] of [
      [inner.id, userId],
      [gone.id, userId],
      [outer.id, inner.id],
      [outer.id, other],
    ])
      await graph('POST', `/groups/${id}/members/$ref`, ref(member))
    await graph('DELETE', `/groups/${gone.id}`)
    const path = `/users/${userId}/memberOf/microsoft.graph.group`
    expect((await graph('GET', `${path}?$select=id,displayName&$count=true`)).body).toMatchObject({
      '@odata.count': 1,
      value: [{ '@odata.type': '#microsoft.graph.group', id: inner.id, displayName: 'Inner' }],
    })
    expect((await graph('GET', `/users/${other}/memberOf/microsoft.graph.group?$select=id`)).body.value).toMatchObject([
      { id: outer.id },
    ])
    expect((await graph('GET', `/users/${NOBODY}/memberOf/microsoft.graph.group`)).status).toBe(404)
    expect((await tenant.graph('GET', path)).status).toBe(404)
  })
})

describe('GET /groups', () => {
  test('filters, searches, orders and counts', async () => {
    const { graph, group } = await directory.openTenant()
    await group('Payments squad', { description: 'Money' })
    await group('Night crew', { mailNickname: 'night' })
    const names = async (query: string) =>
      (await graph('GET', `/groups?${query}`)).body.value.map((found: { displayName: string }) => found.displayName)
    const filter = (text: string) => names(`$filter=${encodeURIComponent(text)}`)
    expect(await filter("description eq 'Money' or mailNickname eq 'night'")).toEqual(['Night crew', 'Payments squad'])
    expect(await filter('description eq null')).toEqual(['Night crew'])
    expect(await names(`$search=${encodeURIComponent('"displayName:squ"')}`)).toEqual(['Payments squad'])
    expect(await names('$orderby=displayName%20desc')).toEqual(['Payments squad', 'Night crew'])
    expect((await graph('GET', '/groups/$count')).body).toBe(2)
  })
})
