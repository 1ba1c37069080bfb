import { run } from '@muster/service-kit/database.ts'
import { hashOf } from '@muster/service-kit/ids.ts'
import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { seenIsWritten } from '../identity/last-seen.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { beginSession } from '../sessions/begin-session.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspaceId: string
let admin: TestCaller

beforeAll(async () => {
  portal = await portalForTests(database)
  const workspace = await portal.newWorkspace()
  workspaceId = workspace.workspaceId
  admin = portal.withBearer(workspace.adminApiKey)
})

/** A Viewer in a browser. */
async function viewer(email: string): Promise<{ id: string; browser: TestCaller }> {
  const { id } = (await admin('/api/v1/users', { body: { email, name: email } })).json
  const session = await database.transaction((tx) =>
    beginSession(tx, portal.clock.now(), {
      workspaceId,
      userId: id,
      email,
      name: email,
      via: 'OPENID',
      origin: {},
      userAgent: undefined,
    }),
  )
  return { id, browser: portal.withCookie(`muster_session=${session.value}`) }
}

test('everyone makes tokens, Viewers too: shown once, stored as a hash, speaking for their owner', async () => {
  const { id, browser } = await viewer('vera@acme.example')
  const made = await browser('/api/v1/access-tokens', { body: { name: 'Laptop', description: 'mine' } })
  expect(made.status).toBe(200)
  const { token, last4, ...rest } = made.json
  expect(token).toMatch(new RegExp(`^mpt_${workspaceId}_`))
  expect([last4, rest]).toEqual([
    token.slice(-4),
    { id: expect.any(String), name: 'Laptop', description: 'mine', createdAt: expect.any(String) },
  ])
  const [row] = await run<{ hash: Buffer }>(database, 'select hash from portal.access_tokens where id = $1', [rest.id])
  expect(row?.hash.equals(hashOf(token))).toBe(true)

  const me = (await portal.withBearer(token)('/api/v1/me')).json
  expect(me).toMatchObject({ type: 'PERSONAL_API_KEY', user: { id }, roles: [{ role: 'VIEWER' }] })
  await seenIsWritten({ database })
  const listed = await browser('/api/v1/access-tokens')
  expect(listed.json.accessTokens).toEqual([{ last4, ...rest, lastUsedAt: portal.clock.now().toISOString() }])
  expect(listed.text).not.toContain(token)
})

test('a token holds what its owner holds, at each moment', async () => {
  const { id, browser } = await viewer('rise@acme.example')
  const { token } = (await browser('/api/v1/access-tokens', { body: { name: 't' } })).json
  const holder = portal.withBearer(token)
  expect((await holder('/api/v1/roles')).status).toBe(403)
  await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] } })
  expect((await holder('/api/v1/roles')).status).toBe(200)
  await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [] } })
  expect((await holder('/api/v1/roles')).status).toBe(403)
})

test("tokens are one's own: nobody else sees or deletes them, and an API key has none", async () => {
  const [one, two] = [await viewer('one@acme.example'), await viewer('two@acme.example')]
  const { id, token } = (await one.browser('/api/v1/access-tokens', { body: { name: 'mine' } })).json
  expect((await two.browser('/api/v1/access-tokens')).json.accessTokens).toEqual([])
  expect((await two.browser(`/api/v1/access-tokens/${id}`, { method: 'DELETE' })).status).toBe(404)
  for (const call of [{}, { body: { name: 'x' } }])
    expect((await admin('/api/v1/access-tokens', call)).status).toBe(403)
  const deleted = await one.browser(`/api/v1/access-tokens/${id}`, { method: 'DELETE' })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  expect((await portal.withBearer(token)('/api/v1/me')).status).toBe(401)
  expect((await one.browser('/api/v1/access-tokens/not-an-id', { method: 'DELETE' })).status).toBe(404)
})

test('an expired token is refused, still listed, and can make none that outlives it', async () => {
  const { browser } = await viewer('late@acme.example')
  const at = (ms: number) => new Date(portal.clock.now().getTime() + ms).toISOString()
  expect((await browser('/api/v1/access-tokens', { body: { name: 'past', expirationDate: at(-1) } })).status).toBe(400)
  const expirationDate = at(60_000)
  const { token } = (await browser('/api/v1/access-tokens', { body: { name: 'short', expirationDate } })).json
  const holder = portal.withBearer(token)
  expect((await holder('/api/v1/access-tokens', { body: { name: 'child', expirationDate: at(120_000) } })).status).toBe(
    403,
  )
  expect((await holder('/api/v1/access-tokens', { body: { name: 'child' } })).json.expirationDate).toBe(expirationDate)
  portal.clock.advance(60_000)
  expect((await holder('/api/v1/me')).status).toBe(401)
  expect((await browser('/api/v1/access-tokens')).json.accessTokens).toHaveLength(2)
})

test('deprovisioning ends tokens and sessions with one answer', async () => {
  const { id, browser } = await viewer('end@acme.example')
  const { token } = (await browser('/api/v1/access-tokens', { body: { name: 'End' } })).json
  expect((await admin(`/api/v1/users/${id}`, { method: 'DELETE' })).status).toBe(200)
  expect((await browser('/api/v1/me')).status).toBe(401)
  expect((await portal.withBearer(token)('/api/v1/me')).status).toBe(401)
})
