import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { personForTests } from '../users/person-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimCaller, scimForTests, USER_SCHEMA } from './scim-for-tests.ts'

type Scim = Awaited<ReturnType<typeof scimForTests>>
let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let workspace: Scim['workspace']

beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim, api, portal, workspace } = await scimForTests(database))
})

const ERROR = ['urn:ietf:params:scim:api:messages:2.0:Error']
const NEEDED = ['Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings']

async function keyWith(permissions: readonly string[], tag: string): Promise<TestCaller> {
  await api('/api/v1/roles', { body: { name: tag, tag, permissions } })
  const key = await api('/api/v1/auth/key', { body: { name: tag, roles: [{ type: 'CUSTOM', tag }] } })
  return scimCaller(portal.withBearer(key.json.apiKey))
}

describe('who may call /scim/v2', () => {
  test.each([
    { why: 'nobody', headers: {}, challenge: 'Bearer realm="Muster"' },
    {
      why: 'an unknown bearer',
      headers: { authorization: 'Bearer mst_nobody_x_y' },
      challenge: 'Bearer realm="Muster", error="invalid_token"',
    },
    {
      why: 'another scheme',
      headers: { authorization: 'Basic YTpi' },
      challenge: 'Bearer realm="Muster", error="invalid_token"',
    },
  ])('not $why: 401 with a challenge and a SCIM body', async ({ headers, challenge }) => {
    for (const url of ['/scim/v2/Users', '/scim/v2/ServiceProviderConfig']) {
      const answer = await portal.anyone(url, { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers['www-authenticate']).toBe(challenge)
      expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
      expect(answer.json).toMatchObject({ schemas: ERROR, status: '401' })
    }
  })

  test.each(NEEDED)('not a key without "%s": 403 that names it', async (missing) => {
    const rest = NEEDED.filter((name) => name !== missing)
    const caller = await keyWith(rest, `without-${missing.toLowerCase().replace(/[^a-z]+/g, '-')}`)
    const answer = await caller('/Users')
    expect([answer.status, answer.json.status]).toEqual([403, '403'])
    expect(answer.json.detail).toContain(missing)
    for (const name of rest) expect(answer.json.detail).not.toContain(name)
  })

  test('a key with exactly the three, and a token or session of somebody who holds them', async () => {
    expect((await (await keyWith(NEEDED, 'exactly'))('/Users')).status).toBe(200)
    const person = await personForTests(portal, workspace.workspaceId, scim, 'engineer@example.com')
    expect((await scimCaller(person.token)('/Users')).status).toBe(403)
    await api(`/api/v1/users/${person.id}/roles`, {
      method: 'PUT',
      body: { roles: [{ type: 'CUSTOM', tag: 'exactly' }] },
    })
    expect((await scimCaller(person.token)('/Users')).status).toBe(200)
    expect((await scimCaller(person.browser)('/Users')).status).toBe(200)
  })
})

describe('what is refused, in SCIM’s own shape', () => {
  test.each([
    { why: 'an unknown endpoint', path: '/Persons', call: {}, status: 404 },
    { why: 'a method that an endpoint has not', path: '/Users', call: { method: 'DELETE' }, status: 405 },
    { why: 'a body that is no JSON', path: '/Users', call: { body: '{' }, status: 400 },
    {
      why: 'another media type',
      path: '/Users',
      call: { body: '<user/>', headers: { 'content-type': 'application/xml' } },
      status: 415,
    },
    { why: 'a body over 2 MB', path: '/Users', call: { body: `"${'x'.repeat(2 * 1024 * 1024)}"` }, status: 413 },
    { why: 'a filter on discovery', path: '/Schemas?filter=id pr', call: {}, status: 403 },
    { why: 'a schema that is not there', path: '/Schemas/urn:x', call: {}, status: 404 },
  ] as const)('$why: $status', async ({ path, call, status }) => {
    const answer = await scim(path, call)
    expect(answer.status).toBe(status)
    expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
    expect(answer.json).toMatchObject({ schemas: ERROR, status: String(status) })
    if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD, POST')
  })

  test('both JSON media types are read, with any parameters', async () => {
    for (const type of [
      'application/json',
      'application/scim+json',
      'application/json; charset=utf-8',
      'Application/SCIM+JSON;charset="utf-8"',
    ]) {
      const answer = await scim('/Users', {
        body: entraUser(`${type.replace(/\W/g, '')}@example.com`),
        headers: { 'content-type': type },
      })
      expect([type, answer.status]).toEqual([type, 201])
    }
  })
})

describe('discovery tells the truth', () => {
  test('what is supported', async () => {
    expect((await scim('/ServiceProviderConfig')).json).toMatchObject({
      patch: { supported: true },
      bulk: { supported: false },
      filter: { supported: true, maxResults: 200 },
      changePassword: { supported: false },
      sort: { supported: false },
      etag: { supported: true },
      authenticationSchemes: [{ type: 'oauthbearertoken' }],
    })
  })

  test('resource types and schemas, alone and listed', async () => {
    const types = (await scim('/ResourceTypes')).json
    expect(types.Resources.map(({ name }: { name: string }) => name)).toEqual(['User', 'Group'])
    const schemas = (await scim('/Schemas')).json
    expect(schemas.totalResults).toBe(3)
    expect((await scim(`/Schemas/${USER_SCHEMA}`)).json).toEqual(schemas.Resources[0])
    expect((await scim('/ResourceTypes/Group')).json).toEqual(types.Resources[1])
  })
})

describe('the switches', () => {
  const set = (body: object) => api('/api/v1/settings/scim', { method: 'PATCH', body })
  const active = (value: boolean) => PATCH({ op: 'replace', path: 'active', value })

  test('provisioning off: nobody comes, nobody returns, nobody joins; reads and attributes pass', async () => {
    const ann = (await scim('/Users', { body: entraUser('ann@switch.example') })).json.id
    const bo = (await scim('/Users', { body: entraUser('bo@switch.example', { active: false }) })).json.id
    const group = (
      await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Switch 1', members: [{ value: ann }] } })
    ).json.id
    await set({ automaticProvisioning: false })
    const refused = [
      scim('/Users', { body: entraUser('cy@switch.example') }),
      scim(`/Users/${bo}`, { method: 'PATCH', body: active(true) }),
      scim(`/Users/${bo}`, { method: 'PUT', body: { ...entraUser('bo@switch.example'), active: true } }),
      scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Switch 2' } }),
      scim(`/Groups/${group}`, { method: 'PUT', body: { schemas: [GROUP_SCHEMA], displayName: 'Switch 3' } }),
      scim(`/Groups/${group}`, {
        method: 'PATCH',
        body: PATCH({ op: 'add', path: 'members', value: [{ value: bo }] }),
      }),
    ]
    for (const answer of await Promise.all(refused)) {
      expect(answer.status).toBe(403)
      expect(answer.json.detail).toContain('Enable automatic provisioning of users')
    }
    expect((await scim('/Users')).status).toBe(200)
    expect((await scim('/Schemas')).status).toBe(200)
    expect(
      (await scim(`/Users/${ann}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'title', value: 'Passes' }) }))
        .status,
    ).toBe(200)
    expect((await scim(`/Users/${ann}`, { method: 'PATCH', body: active(true) })).status).toBe(200)
    expect((await scim(`/Users/${ann}`, { method: 'PATCH', body: active(false) })).status).toBe(200)
    await set({ automaticProvisioning: true })
    expect((await scim(`/Users/${bo}`)).json.active).toBe(false)
  })

  test('deprovisioning off: nobody goes, nobody leaves; what is inactive stays so without a word', async () => {
    const ann = (await scim('/Users', { body: entraUser('ann2@switch.example') })).json.id
    const bo = (await scim('/Users', { body: entraUser('bo2@switch.example', { active: false }) })).json.id
    const group = (
      await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Switch 4', members: [{ value: ann }] } })
    ).json.id
    await set({ automaticDeprovisioning: false })
    const members = (operation: object) =>
      scim(`/Groups/${group}`, { method: 'PATCH', body: PATCH({ path: 'members', ...operation }) })
    const refused = [
      scim(`/Users/${ann}`, { method: 'PATCH', body: active(false) }),
      scim(`/Users/${ann}`, { method: 'PUT', body: { ...entraUser('ann2@switch.example'), active: false } }),
      scim(`/Users/${ann}`, { method: 'DELETE' }),
      scim(`/Groups/${group}`, { method: 'DELETE' }),
      members({ op: 'remove', value: [{ value: ann }] }),
      members({ op: 'remove' }),
      members({ op: 'replace', value: [] }),
    ]
    for (const answer of await Promise.all(refused)) {
      expect(answer.status).toBe(403)
      expect(answer.json.detail).toContain('Enable automatic deprovisioning of users')
    }
    expect((await scim(`/Users/${bo}`, { method: 'PATCH', body: active(false) })).status).toBe(200)
    expect((await members({ op: 'replace', value: [{ value: ann }] })).status).toBe(204)
    await set({ automaticDeprovisioning: true })
    expect((await scim(`/Groups/${group}`)).json.members).toMatchObject([{ value: ann }])
  })

  test('are off in a new workspace, by two names', async () => {
    const { adminApiKey } = await portal.newWorkspace('Fresh')
    const fresh = scimCaller(portal.withBearer(adminApiKey))
    expect((await fresh('/Users')).json.totalResults).toBe(0)
    expect((await fresh('/Users', { body: entraUser('x@example.com') })).status).toBe(403)
  })
})

describe('the first admin', () => {
  test('is not on SCIM, and somebody may be provisioned with the same address', async () => {
    const filter = `filter=userName eq "${workspace.adminEmail}"`
    expect((await scim(`/Users?${filter}`)).json.totalResults).toBe(0)
    const { users } = (await api(`/api/v1/users?search=${workspace.adminEmail}`)).json
    for (const method of ['GET', 'DELETE'] as const)
      expect((await scim(`/Users/${users[0].id}`, { method })).status).toBe(404)
    const body = PATCH({ op: 'replace', path: 'active', value: false })
    expect((await scim(`/Users/${users[0].id}`, { method: 'PATCH', body })).status).toBe(404)
    expect((await scim('/Users', { body: entraUser(workspace.adminEmail) })).status).toBe(201)
    expect((await scim(`/Users?${filter}`)).json.totalResults).toBe(1)
    const removed = await api(`/api/v1/users/${users[0].id}`, { method: 'DELETE' })
    expect([removed.status, removed.json.type]).toEqual([409, 'CONFLICT'])
  })
})

describe('two workspaces in one database', () => {
  test('neither sees, names or changes what is the other’s', async () => {
    const { adminApiKey } = await portal.newWorkspace('Other')
    const otherApi = portal.withBearer(adminApiKey)
    const other = scimCaller(otherApi)
    await otherApi('/api/v1/settings/scim', {
      method: 'PATCH',
      body: { automaticProvisioning: true, automaticDeprovisioning: true },
    })
    const ann = (await scim('/Users', { body: entraUser('ann@both.example') })).json.id
    const group = (
      await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Both', members: [{ value: ann }] } })
    ).json.id

    const twin = await other('/Users', { body: entraUser('ann@both.example') })
    const twinGroup = await other('/Groups', {
      body: { schemas: [GROUP_SCHEMA], displayName: 'Both', members: [{ value: ann }] },
    })
    expect([twin.status, twinGroup.status, twinGroup.json.members]).toEqual([201, 201, undefined])
    for (const path of [`/Users/${ann}`, `/Groups/${group}`])
      for (const [method, body] of [
        ['GET'],
        [
          'PUT',
          path.startsWith('/Users') ? entraUser('x@both.example') : { schemas: [GROUP_SCHEMA], displayName: 'Both' },
        ],
        ['PATCH', PATCH({ op: 'replace', path: 'displayName', value: 'x' })],
        ['DELETE'],
      ] as const)
        expect([method, path, (await other(path, { method, ...(body ? { body } : {}) })).status]).toEqual([
          method,
          path,
          404,
        ])
    for (const filter of [`id eq "${ann}"`, `groups.value eq "${group}"`, `externalId eq "nobody"`])
      expect((await other(`/Users?filter=${filter}`)).json.totalResults).toBe(0)
    expect((await other('/Users')).json.totalResults).toBe(1)
    expect((await other('/Users?filter=title eq "Platform Engineer"')).json.totalResults).toBe(1)
    expect((await other(`/Groups?filter=members eq "${ann}"`)).json.totalResults).toBe(0)
    for (const path of [`users/${ann}`, `teams/${group}`, `users/${ann}/permissions`])
      expect((await otherApi(`/api/v1/${path}`)).status).toBe(404)
    expect((await otherApi(`/api/v1/audit-logs?objectIdentifiers=ann@both.example`)).json.total).toBe(1)
    expect((await scim(`/Users/${ann}`)).json.groups).toMatchObject([{ value: group }])
  })
})
