import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests } from '../portal-for-tests.ts'

const { database } = await freshDatabase()

test('REST lets a key through as often as the limit says, then says when to come again, and others go on', async () => {
  const portal = await portalForTests(database, { limits: { rest: 3 } })
  const { adminApiKey } = await portal.newWorkspace()
  const key = portal.withBearer(adminApiKey)
  const other = portal.withBearer((await portal.newWorkspace('Other')).adminApiKey)
  for (const _ of [1, 2, 3]) expect((await key('/api/v1/me')).status).toBe(200)
  portal.clock.advance(20_000)
  const refused = await key('/api/v1/me')
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '40' } })
  expect(refused.headers['content-type']).toContain('application/problem+json')
  expect(refused.json).toMatchObject({ type: 'about:blank', title: 'Too Many Requests', status: 429, retryAfter: 40 })
  expect((await other('/api/v1/me')).status).toBe(200)
  expect((await key('/scim/v2/Users')).status).toBe(200)
  portal.clock.advance(40_000)
  expect((await key('/api/v1/me')).status).toBe(200)
})

test('SCIM has no limit unless one is set, and then refuses with its own error body', async () => {
  const portal = await portalForTests(database, { limits: { scim: 1 } })
  const key = portal.withBearer((await portal.newWorkspace()).adminApiKey)
  await key('/scim/v2/Users')
  const refused = await key('/scim/v2/Users')
  expect(refused).toMatchObject({ status: 429, headers: { 'retry-after': '60' }, json: { status: '429' } })
  expect(refused.headers['content-type']).toContain('application/scim+json')
})

test('an account takes so many wrong passwords a minute, in any letter case and on any node, then not even the right one', async () => {
  const limits = { signInFailures: 3 }
  const nodes = [await portalForTests(database, { limits }), await portalForTests(database, { limits })] as const
  const { workspaceId, adminEmail, adminPassword } = await nodes[0].newWorkspace()
  const tryAt = (node: 0 | 1, email: string, password: string) =>
    nodes[node].anyone('/auth/local', { body: { workspace: workspaceId, email, password } })
  expect((await tryAt(0, adminEmail, 'wrong')).status).toBe(401)
  // A right one clears what was counted.
  expect((await tryAt(0, adminEmail, adminPassword)).status).toBe(204)
  const tries = [adminEmail, adminEmail.toUpperCase(), ` ${adminEmail}`]
  for (const email of tries) expect((await tryAt(1, email, 'wrong')).status).toBe(401)
  expect(await tryAt(0, adminEmail, adminPassword)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  for (const node of nodes) node.clock.advance(60_000)
  expect((await tryAt(0, adminEmail, adminPassword)).status).toBe(204)
})

test('an address signs in so often a minute, whatever the account, right or wrong', async () => {
  const portal = await portalForTests(database, { limits: { signIn: 2 } })
  const { workspaceId, adminEmail, adminPassword } = await portal.newWorkspace()
  const sign = (email: string) =>
    portal.anyone('/auth/local', { body: { workspace: workspaceId, email, password: adminPassword } })
  expect((await sign('nobody@acme.example')).status).toBe(401)
  expect((await sign(adminEmail)).status).toBe(204)
  expect((await sign(adminEmail)).status).toBe(429)
  const byForm = await portal.anyone('/auth/local', {
    method: 'POST',
    body: new URLSearchParams({ workspace: workspaceId, email: adminEmail, password: adminPassword }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(byForm).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
  expect(byForm.headers['content-type']).toContain('text/html')
})
