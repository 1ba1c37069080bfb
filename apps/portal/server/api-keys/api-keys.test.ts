import { run } from '@muster/service-kit/database.ts'
import { hashOf } from '@muster/service-kit/ids.ts'
import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { seenIsWritten } from '../identity/last-seen.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'

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

const VIEWER = { type: 'DEFAULT', role: 'VIEWER' }
const USER = { type: 'DEFAULT', role: 'USER' }

test('a key is shown once, stored as a hash, and listed by its last four', async () => {
  const made = await admin('/api/v1/auth/key', { body: { name: 'CI', description: 'Deploys', roles: [VIEWER, USER] } })
  expect(made.status).toBe(200)
  const { apiKey, cid, last4 } = made.json
  expect(apiKey).toMatch(new RegExp(`^mst_${workspaceId}_[0-9A-Za-z]{32}_[0-9A-Za-z]{6}$`))
  expect(cid).toMatch(/^ak[0-9a-f]{16}$/)
  expect(last4).toBe(apiKey.slice(-4))
  expect(made.json.roles).toEqual([
    { ...USER, name: 'User' },
    { ...VIEWER, name: 'Viewer' },
  ])

  const [row] = await run<{ hash: Buffer; everything: string }>(
    database,
    'select hash, k::text as everything from portal.api_keys k where workspace_id = $1 and cid = $2',
    [workspaceId, cid],
  )
  expect(row?.hash.equals(hashOf(apiKey))).toBe(true)
  expect(row?.everything).not.toContain(apiKey)
  for (const url of ['/api/v1/auth/key', `/api/v1/auth/key/${cid}`]) {
    const read = await admin(url)
    expect(read.text).not.toContain(apiKey)
    expect(read.text).toContain(cid)
  }
})

test('it is renamed, and nothing else of it changes; deleted it is refused at once', async () => {
  const { apiKey, cid, ...made } = (await admin('/api/v1/auth/key', { body: { name: 'Old', roles: [VIEWER] } })).json
  const holder = portal.withBearer(apiKey)
  const renamed = await admin(`/api/v1/auth/key/${cid}`, { method: 'PUT', body: { name: 'New', description: 'why' } })
  expect(renamed.json).toEqual({ ...made, cid, name: 'New', description: 'why' })
  expect((await holder('/api/v1/me')).status).toBe(200)
  const deleted = await admin(`/api/v1/auth/key/${cid}`, { method: 'DELETE' })
  expect([deleted.status, deleted.text]).toEqual([200, ''])
  expect((await holder('/api/v1/me')).status).toBe(401)
  for (const method of ['GET', 'DELETE'] as const)
    expect((await admin(`/api/v1/auth/key/${cid}`, { method })).status).toBe(404)
})

test('its last use is told, to the minute', async () => {
  const { apiKey, cid } = (await admin('/api/v1/auth/key', { body: { name: 'Used', roles: [VIEWER] } })).json
  const lastUsed = async () => {
    await seenIsWritten({ database })
    return (await admin(`/api/v1/auth/key/${cid}`)).json.lastUsedDate
  }
  const use = () => portal.withBearer(apiKey)('/api/v1/me')
  expect(await lastUsed()).toBeUndefined()
  await use()
  const first = await lastUsed()
  expect(first).toBe(portal.clock.now().toISOString())
  portal.clock.advance(30_000)
  await use()
  expect(await lastUsed()).toBe(first)
  portal.clock.advance(31_000)
  await use()
  expect(await lastUsed()).toBe(portal.clock.now().toISOString())
})

test('the list is paged from 0', async () => {
  const { total } = (await admin('/api/v1/auth/key')).json
  const pages = await Promise.all([0, 1].map((page) => admin(`/api/v1/auth/key?page=${page}&pageSize=1`)))
  expect(pages.map(({ json }) => [json.page, json.total, json.totalPages, json.apiKeys.length])).toEqual([
    [0, total, total, 1],
    [1, total, total, 1],
  ])
  expect(pages[0]?.json.apiKeys[0].cid).not.toBe(pages[1]?.json.apiKeys[0].cid)
  for (const query of ['pageSize=0', 'pageSize=1001', 'page=-1', 'page=x'])
    expect((await admin(`/api/v1/auth/key?${query}`)).status).toBe(400)
})

test.each([
  { why: 'no role', body: { name: 'x', roles: [] }, says: 'roles' },
  { why: 'no name', body: { roles: [VIEWER] }, says: 'name' },
  {
    why: 'an unknown built-in role',
    body: { name: 'x', roles: [{ type: 'BASIC', role: 'OWNER' }] },
    says: 'roles.0.role',
  },
  {
    why: 'a custom role that is not there',
    body: { name: 'x', roles: [{ type: 'CUSTOM', tag: 'ghost' }] },
    says: 'ghost',
  },
  {
    why: 'an end in the past',
    body: { name: 'x', roles: [VIEWER], expirationDate: '2020-01-01T00:00:00+01:00' },
    says: 'past',
  },
  {
    why: 'an end that is no time',
    body: { name: 'x', roles: [VIEWER], expirationDate: 'tomorrow' },
    says: 'expirationDate',
  },
])('a key with $why is 400', async ({ body, says }) => {
  const answer = await admin('/api/v1/auth/key', { body })
  expect(answer.status).toBe(400)
  expect(answer.json.message).toContain(says)
})
