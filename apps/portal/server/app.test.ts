import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { portalForTests, type TestCall, type TestPortal } from './portal-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal

beforeAll(async () => {
  portal = await portalForTests(database)
})

test('a key made with the workspace provisions someone by SCIM', async () => {
  const admin = portal.withBearer((await portal.newWorkspace()).adminApiKey)
  await admin('/api/v1/settings/scim', { method: 'PATCH', body: { automaticProvisioning: true } })
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ada@acme.example' }
  expect((await admin('/scim/v2/Users', { body })).status).toBe(201)
  const { users } = (await admin('/api/v1/users?source=SCIM')).json
  expect(users).toMatchObject([{ email: 'ada@acme.example', status: 'ACTIVE', roles: [{ role: 'VIEWER' }] }])
})

test.each(['/healthz', '/readyz', '/docs', '/openapi.json'])('%s answers without a credential', async (url) => {
  expect((await portal.anyone(url)).status).toBe(200)
})

describe('/openapi.json', () => {
  test('names every operation, and says which are open', async () => {
    const { paths } = (await portal.anyone('/openapi.json')).json
    const operations = Object.entries(
      paths as Record<string, Record<string, { tags?: string[]; summary?: string; security?: unknown[] }>>,
    ).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
    )
    expect(operations.length).toBeGreaterThan(30)
    for (const { name, path, operation } of operations) {
      expect({ name, ...operation }).toMatchObject({ tags: [expect.any(String)], summary: expect.any(String) })
      if (path.startsWith('/auth/')) expect({ name, security: operation.security }).toEqual({ name, security: [] })
    }
  })
})

describe('a method that an address has not', () => {
  test.each([
    { call: 'DELETE /api/v1/me', allow: 'GET, HEAD' },
    { call: 'PATCH /api/v1/users', allow: 'GET, HEAD, POST' },
    { call: 'POST /api/v1/users/some-id?x=1', allow: 'GET, HEAD, DELETE' },
    // What fits two routes has the methods of both, as the router sees it.
    { call: 'PUT /api/v1/users/roles/', allow: 'GET, HEAD, DELETE' },
    { call: 'GET /api/v1/introspect', allow: 'POST' },
    { call: 'PUT /auth/local', allow: 'GET, HEAD, POST' },
    { call: 'PUT /', allow: 'GET, HEAD' },
  ])('$call is 405, and Allow names $allow', async ({ call, allow }) => {
    const [method = '', url = ''] = call.split(' ')
    const answer = await portal.anyone(url, { method: method as TestCall['method'] & string })
    expect(answer).toMatchObject({
      status: 405,
      headers: { allow },
      json: { type: 'METHOD_NOT_ALLOWED', httpStatus: 405 },
    })
  })

  test.each(['/api/v1/nothing', '/api/v1/users/x/y/z', '/api/v1', '/nothing'])('%s has none: 404', async (url) => {
    const answer = await portal.anyone(url, { method: 'POST' })
    expect(answer).toMatchObject({ status: 404, json: { type: 'NOT_FOUND' } })
    expect(answer.headers).not.toHaveProperty('allow')
  })

  test('is told in SCIM’s shape under /scim/v2, to who may come in', async () => {
    expect((await portal.anyone('/scim/v2/Users', { method: 'DELETE' })).status).toBe(401)
    const admin = portal.withBearer((await portal.newWorkspace('Methods')).adminApiKey)
    for (const [call, allow] of [
      ['POST /scim/v2/Users/x', 'GET, HEAD, PUT, PATCH, DELETE'],
      ['DELETE /scim/v2/Schemas', 'GET, HEAD'],
    ] as const) {
      const [method, url = ''] = call.split(' ')
      const answer = await admin(url, { method: method as TestCall['method'] & string })
      expect(answer).toMatchObject({ status: 405, headers: { allow }, json: { status: '405' } })
    }
    expect((await admin('/scim/v2/Nothing', { method: 'DELETE' })).json.status).toBe('404')
  })
})
