import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { portalForTests, type TestPortal } from './portal-for-tests.ts'

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

test('the front page says what this is, how to sign in and where the documentation lies', async () => {
  const page = await portal.anyone('/')
  expect(page.status).toBe(200)
  for (const text of ['/auth/login', '/auth/local', '/docs', 'http://portal.test/scim/v2'])
    expect(page.text).toContain(text)
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
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
