import { run } from '@muster/service-kit/database.ts'
import { newCredential } from '@muster/service-kit/ids.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { SESSION_ABSOLUTE_MS, SESSION_IDLE_MS } from '../sessions/lifetime.ts'
import { sweepEndedSessions } from '../sessions/sweep.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'
import { seenIsWritten } from './last-seen.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: CreatedWorkspace
let other: CreatedWorkspace
let admin: TestCaller

beforeAll(async () => {
  portal = await portalForTests(database)
  workspace = await portal.newWorkspace('Acme')
  other = await portal.newWorkspace('Other')
  admin = portal.withBearer(workspace.adminApiKey)
})

async function signIn(): Promise<TestCaller> {
  const { adminEmail: email, adminPassword: password, workspaceId } = workspace
  const answer = await portal.anyone('/auth/local', { body: { email, password, workspace: workspaceId } })
  expect(answer.status).toBe(204)
  return portal.withCookie(cookieOf(answer, 'muster_session'))
}

const forge = (value: string) => `${value.slice(0, -1)}${value.endsWith('0') ? '1' : '0'}`

describe('who is let in', () => {
  test.each<{ why: string; authorization: () => string | undefined }>([
    { why: 'nothing at all', authorization: () => undefined },
    { why: 'another scheme', authorization: () => `Basic ${workspace.adminApiKey}` },
    { why: 'a bearer that is none of ours', authorization: () => 'Bearer abc.def.ghi' },
    { why: 'an empty bearer', authorization: () => 'Bearer ' },
    { why: 'a forged checksum', authorization: () => `Bearer ${forge(workspace.adminApiKey)}` },
    {
      why: 'a well-formed key that was never made',
      authorization: () => `Bearer ${newCredential('mst', workspace.workspaceId).value}`,
    },
    { why: 'a key of nowhere', authorization: () => `Bearer ${newCredential('mst', 'nowhere1').value}` },
    {
      why: 'a key under the prefix of tokens',
      authorization: () => `Bearer ${newCredential('mpt', workspace.workspaceId).value}`,
    },
  ])('$why is 401 with WWW-Authenticate and tells nothing', async ({ authorization }) => {
    const value = authorization()
    const answer = await portal.anyone('/api/v1/me', { headers: value === undefined ? {} : { authorization: value } })
    expect(answer.status).toBe(401)
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer/)
    expect(answer.json).toMatchObject({
      type: 'UNAUTHORIZED',
      httpStatus: 401,
      requestId: answer.headers['x-request-id'],
    })
    expect(answer.json.message).toBe('This needs a valid session, API key or personal access token.')
  })

  test('an API key speaks for its own workspace alone', async () => {
    expect((await admin('/api/v1/me')).json).toMatchObject({
      type: 'API_KEY',
      workspace: { id: workspace.workspaceId, name: 'Acme' },
    })
    const stranger = portal.withBearer(other.adminApiKey)
    expect((await stranger('/api/v1/me')).json.workspace.name).toBe('Other')
    const made = await admin('/api/v1/roles', { body: { name: 'Only here', permissions: [] } })
    expect((await stranger(`/api/v1/roles/${made.json.tag}`)).status).toBe(404)
    expect((await stranger('/api/v1/auth/key')).json.apiKeys).toHaveLength(1)
  })

  test('a failing bearer does not fall back to the cookie beside it', async () => {
    const browser = await signIn()
    expect((await browser('/api/v1/me')).json).toMatchObject({ type: 'USER', user: { email: workspace.adminEmail } })
    expect((await browser('/api/v1/me', { headers: { authorization: 'Bearer nonsense' } })).status).toBe(401)
  })

  test('an expired key is refused from its instant on', async () => {
    const { clock } = portal
    const expirationDate = new Date(clock.now().getTime() + 60_000).toISOString()
    const { apiKey } = (
      await admin('/api/v1/auth/key', {
        body: { name: 'Short', roles: [{ type: 'BASIC', role: 'VIEWER' }], expirationDate },
      })
    ).json
    const holder = portal.withBearer(apiKey)
    expect((await holder('/api/v1/me')).status).toBe(200)
    clock.advance(60_000)
    expect((await holder('/api/v1/me')).status).toBe(401)
  })

  test('a session ends when nobody used it for long, and not while it is used', async () => {
    const browser = await signIn()
    for (let used = 0; used < 3; used += 1) {
      portal.clock.advance(SESSION_IDLE_MS - 120_000)
      expect((await browser('/api/v1/me')).status).toBe(200)
      await seenIsWritten({ database })
    }
    portal.clock.advance(SESSION_IDLE_MS + 1)
    expect((await browser('/api/v1/me')).status).toBe(401)
  })

  test('a session ends at its absolute age, however busy; what has ended is swept', async () => {
    const browser = await signIn()
    for (let age = 0; age < SESSION_ABSOLUTE_MS; age += SESSION_IDLE_MS / 2) {
      expect((await browser('/api/v1/me')).status).toBe(200)
      await seenIsWritten({ database })
      portal.clock.advance(SESSION_IDLE_MS / 2)
    }
    expect((await browser('/api/v1/me')).status).toBe(401)
    await sweepEndedSessions(database, portal.clock.now())
    expect(
      await run(database, 'select id from portal.sessions where workspace_id = $1', [workspace.workspaceId]),
    ).toEqual([])
  })
})

describe('what someone may do', () => {
  test.each([
    { role: 'VIEWER', sees: ['View Catalogs'], not: 'Edit Entities' },
    { role: 'USER', sees: ['View Catalogs', 'Edit Entities'], not: 'Edit Catalogs' },
    { role: 'MANAGER', sees: ['Edit Entities', 'Edit Catalogs'], not: 'View Roles' },
    { role: 'ADMIN', sees: ['View Roles', 'Edit Roles'], not: 'Fly' },
  ])('a $role', async ({ role, sees, not }) => {
    const { apiKey } = (await admin('/api/v1/auth/key', { body: { name: role, roles: [{ type: 'DEFAULT', role }] } }))
      .json
    const me = (await portal.withBearer(apiKey)('/api/v1/me')).json
    expect(me.roles).toEqual([{ type: 'BASIC', role, name: expect.any(String) }])
    expect(me.permissions).toEqual(expect.arrayContaining(sees))
    expect(me.permissions).not.toContain(not)
  })

  test.each([
    { method: 'GET', url: '/api/v1/auth/key', names: 'Edit API keys' },
    { method: 'POST', url: '/api/v1/auth/key', names: 'Edit API keys' },
    { method: 'GET', url: '/api/v1/roles', names: 'View Roles' },
    { method: 'POST', url: '/api/v1/roles', names: 'Edit Roles' },
    { method: 'PUT', url: '/api/v1/roles/x', names: 'Edit Roles' },
    { method: 'DELETE', url: '/api/v1/roles/x', names: 'Edit Roles' },
    { method: 'GET', url: '/api/v1/settings/scim', names: 'Configure Open ID Connector & SCIM' },
    { method: 'PATCH', url: '/api/v1/settings/scim', names: 'Configure Open ID Connector & SCIM' },
    { method: 'PUT', url: '/api/v1/settings/default-role', names: 'Edit Roles' },
    { method: 'GET', url: '/api/v1/settings/openid-connector', names: 'Configure Open ID Connector & SCIM' },
    { method: 'PUT', url: '/api/v1/settings/sign-in', names: 'Edit Roles' },
    { method: 'GET', url: '/api/v1/sessions?userId=0195e8a0-0000-7000-8000-000000000000', names: 'Edit Roles' },
  ] as const)('$method $url without "$names" is 403 that names it', async ({ method, url, names }) => {
    const { apiKey } = (
      await admin('/api/v1/auth/key', { body: { name: 'Manager', roles: [{ type: 'BASIC', role: 'MANAGER' }] } })
    ).json
    const answer = await portal.withBearer(apiKey)(url, { method })
    expect(answer.status).toBe(403)
    expect(answer.json).toMatchObject({ type: 'FORBIDDEN', httpStatus: 403 })
    expect(answer.json.message).toContain(`"${names}"`)
  })
})

describe('a write by cookie', () => {
  test.each([
    {
      why: 'JSON from our own origin',
      headers: { 'content-type': 'application/json', origin: 'http://portal.test' },
      status: 200,
    },
    { why: 'JSON without an origin', headers: { 'content-type': 'application/json' }, status: 200 },
    {
      why: 'JSON from elsewhere',
      headers: { 'content-type': 'application/json', origin: 'http://evil.test' },
      status: 403,
    },
    { why: 'JSON from nowhere', headers: { 'content-type': 'application/json', origin: 'null' }, status: 403 },
    { why: 'a plain form', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 403 },
    { why: 'plain text', headers: { 'content-type': 'text/plain' }, status: 403 },
    { why: 'no content type', headers: {}, status: 403 },
  ])('$why is $status', async ({ headers, status }) => {
    const browser = await signIn()
    const body = JSON.stringify({ name: 'Laptop' })
    const answer = await browser('/api/v1/access-tokens', {
      method: 'POST',
      body,
      headers: headers as Record<string, string>,
    })
    expect(answer.status).toBe(status)
  })

  test('without a body needs no content type, but the origin', async () => {
    const browser = await signIn()
    expect((await browser('/auth/logout', { method: 'POST', headers: { origin: 'http://evil.test' } })).status).toBe(
      403,
    )
    expect((await browser('/api/v1/me')).status).toBe(200)
    expect((await browser('/auth/logout', { method: 'POST', headers: { origin: 'http://portal.test' } })).status).toBe(
      204,
    )
    expect((await browser('/api/v1/me')).status).toBe(401)
  })
})

describe('what is no request of ours', () => {
  test.each([
    {
      why: 'broken JSON',
      url: '/api/v1/roles',
      body: '{"name":',
      type: 'application/json',
      status: 400,
      kind: 'BAD_REQUEST',
    },
    {
      why: 'a prototype key',
      url: '/api/v1/roles',
      body: '{"__proto__":{}}',
      type: 'application/json',
      status: 400,
      kind: 'BAD_REQUEST',
    },
    {
      why: 'another content type',
      url: '/api/v1/roles',
      body: 'name: x',
      type: 'text/yaml',
      status: 415,
      kind: 'UNSUPPORTED_MEDIA_TYPE',
    },
    {
      why: 'a wrong type',
      url: '/api/v1/roles',
      body: '{"name":1,"permissions":[]}',
      type: 'application/json',
      status: 400,
      kind: 'BAD_REQUEST',
    },
    {
      why: 'NUL',
      url: '/api/v1/roles',
      body: '{"name":"a\\u0000","permissions":[]}',
      type: 'application/json',
      status: 400,
      kind: 'BAD_REQUEST',
    },
    {
      why: '2 MB and more',
      url: '/api/v1/roles',
      body: JSON.stringify({ name: 'x'.repeat(2 ** 21) }),
      type: 'application/json',
      status: 413,
      kind: 'PAYLOAD_TOO_LARGE',
    },
    {
      why: 'an unknown address',
      url: '/api/v1/nothing',
      body: '{}',
      type: 'application/json',
      status: 404,
      kind: 'NOT_FOUND',
    },
  ])('$why is $status in the REST shape', async ({ url, body, type, status, kind }) => {
    const answer = await admin(url, { method: 'POST', body, headers: { 'content-type': type } })
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({
      type: kind,
      httpStatus: status,
      message: expect.any(String),
      requestId: expect.any(String),
    })
  })
})
