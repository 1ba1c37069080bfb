import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestPortal } from '../portal-for-tests.ts'
import { scimForTests } from '../scim/scim-for-tests.ts'
import { personForTests, type TestPerson } from '../users/person-for-tests.ts'

const { database } = await freshDatabase()
const HERE = '127.0.0.1'
const ELSEWHERE = '198.51.100.7'
let portal: TestPortal
let key: string
let person: TestPerson

beforeAll(async () => {
  const made = await scimForTests(database)
  portal = made.portal
  key = made.workspace.adminApiKey
  person = await personForTests(portal, made.workspace.workspaceId, made.scim, 'ann@acme.example')
})

/** One call with the admin's key, or with other headers, from an address of the test's choice. */
async function call(
  method: 'GET' | 'PUT' | 'POST',
  url: string,
  {
    from = HERE,
    body,
    headers = { authorization: `Bearer ${key}` },
  }: {
    from?: string
    body?: object
    headers?: Record<string, string>
  } = {},
) {
  const answer = await portal.app.inject({
    method,
    url,
    remoteAddress: from,
    headers: { ...headers, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { payload: JSON.stringify(body) } : {}),
  })
  return { status: answer.statusCode, text: answer.body, json: answer.body ? JSON.parse(answer.body) : undefined }
}

const list = (...addresses: string[]) => ({ entries: addresses.map((address) => ({ address })) })
const put = (body: object, query = '', from = HERE) => call('PUT', `/api/v1/ip-allowlist${query}`, { body, from })

afterEach(async () => {
  // From wherever the list leaves a way: tests may have shut this address out.
  for (const from of [HERE, ELSEWHERE, '::1', '2001:db8::1']) await put(list(), '?force=true', from)
})

describe('the IP allowlist', () => {
  test('is empty at first, and then lets everybody in', async () => {
    expect((await call('GET', '/api/v1/ip-allowlist')).json).toEqual({ entries: [], page: 0, total: 0, totalPages: 0 })
    expect((await call('GET', '/api/v1/me', { from: ELSEWHERE })).status).toBe(200)
  })

  test('refuses every other address from the first entry on: keys, tokens, cookies, and SCIM in its own shape', async () => {
    expect((await put(list(HERE))).status).toBe(200)
    for (const from of [ELSEWHERE, '::1', '127.0.0.2']) {
      const refused = await call('GET', '/api/v1/me', { from })
      expect(refused).toMatchObject({ status: 403, json: { type: 'FORBIDDEN' } })
      expect(refused.json.message).toContain('Forbidden IP address')
    }
    const scim = await call('GET', '/scim/v2/Users', { from: ELSEWHERE })
    expect(scim.json).toMatchObject({ status: '403', schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'] })
    const { token, browser } = person
    for (const caller of [token, browser]) expect((await caller('/api/v1/me')).status).toBe(200)
    for (const url of ['/api/v1/me', '/scim/v2/Users']) expect((await call('GET', url)).status).toBe(200)
  })

  test('refuses a session and a personal token too', async () => {
    await put(list(ELSEWHERE), '?force=true')
    for (const caller of [person.token, person.browser]) {
      const { status, json } = await caller('/api/v1/me')
      expect({ status, message: json.message }).toMatchObject({ status: 403, message: expect.stringContaining('IP') })
    }
  })

  test('is asked before the credential is, and binds no other workspace', async () => {
    await put(list(HERE))
    const dead = `${key.slice(0, 12)}_${'A'.repeat(32)}_000000`
    const headers = { authorization: `Bearer ${dead}` }
    expect((await call('GET', '/api/v1/me', { from: ELSEWHERE, headers })).status).toBe(401)
    await put(list(), '')
    const doomed = (
      await call('POST', '/api/v1/auth/key', { body: { name: 'x', roles: [{ type: 'BASIC', role: 'USER' }] } })
    ).json
    await portal.withBearer(key)(`/api/v1/auth/key/${doomed.cid}`, { method: 'DELETE' })
    await put(list(HERE))
    const gone = { authorization: `Bearer ${doomed.apiKey}` }
    expect((await call('GET', '/api/v1/me', { from: ELSEWHERE, headers: gone })).status).toBe(403)
    expect((await call('GET', '/api/v1/me', { headers: gone })).status).toBe(401)
    const other = { authorization: `Bearer ${(await portal.newWorkspace('Other')).adminApiKey}` }
    expect((await call('GET', '/api/v1/me', { from: ELSEWHERE, headers: other })).status).toBe(200)
  })

  test.each([
    { why: 'one address', entry: '198.51.100.7', inside: ['198.51.100.7'], outside: ['198.51.100.8'] },
    { why: 'a range', entry: '198.51.100.0/24', inside: ['198.51.100.255'], outside: ['198.51.101.0', '::1'] },
    { why: 'a range with digits behind its prefix', entry: '198.51.100.9/24', inside: ['198.51.100.1'], outside: [] },
    { why: 'IPv6', entry: '2001:db8::/32', inside: ['2001:db8:ffff::1'], outside: ['2001:db9::1', ELSEWHERE] },
    { why: 'a caller mapped into IPv6', entry: '198.51.100.7', inside: ['::ffff:198.51.100.7'], outside: ['::1'] },
    {
      why: 'an entry mapped into IPv6',
      entry: '::ffff:198.51.100.0/120',
      inside: [ELSEWHERE],
      outside: ['198.51.99.1'],
    },
    { why: 'all of IPv4', entry: '0.0.0.0/0', inside: [ELSEWHERE], outside: ['::1'] },
  ])('knows $why', async ({ entry, inside, outside }) => {
    await put(list(entry, HERE))
    for (const from of inside)
      expect({ from, ...(await call('GET', '/api/v1/me', { from })) }).toMatchObject({ status: 200 })
    for (const from of outside)
      expect({ from, ...(await call('GET', '/api/v1/me', { from })) }).toMatchObject({ status: 403 })
    await put(list(), '?force=true')
  })

  test('does not shut out whoever changes it, unless they force it', async () => {
    const refused = await put(list(ELSEWHERE))
    expect(refused).toMatchObject({ status: 409, json: { details: { ipAddress: HERE } } })
    expect((await call('GET', '/api/v1/ip-allowlist')).json.total).toBe(0)
    expect((await put(list(ELSEWHERE), '?force=true')).status).toBe(200)
    expect((await call('GET', '/api/v1/me')).status).toBe(403)
    expect((await put(list(), '', ELSEWHERE)).status).toBe(200)
    expect((await call('GET', '/api/v1/me')).status).toBe(200)
  })

  test('is read in pages, IPv4 first; of two entries for one network the later counts', async () => {
    const entries = [
      { address: '::1' },
      { address: HERE, description: 'old' },
      { address: `${HERE}/32`, description: 'new' },
      { address: '10.0.0.0/8' },
    ]
    await put({ entries })
    expect((await call('GET', '/api/v1/ip-allowlist?pageSize=2')).json).toEqual({
      entries: [{ address: '10.0.0.0/8' }, { address: `${HERE}/32`, description: 'new' }],
      page: 0,
      total: 3,
      totalPages: 2,
    })
    expect((await call('GET', '/api/v1/ip-allowlist?pageSize=2&page=1')).json.entries).toEqual([{ address: '::1' }])
  })

  test('names the entry that is no address, and then stores nothing; asking alone stores nothing either', async () => {
    const mixed = { entries: [{ address: HERE, description: 'mine' }, { address: 'nowhere' }] }
    const refused = await put(mixed)
    expect(refused).toMatchObject({ status: 400, json: { details: { address: 'nowhere' } } })
    expect((await call('POST', '/api/v1/ip-allowlist/validate', { body: mixed })).json).toEqual({
      entries: [
        { address: HERE, description: 'mine', valid: true },
        { address: 'nowhere', valid: false, message: expect.stringContaining('"nowhere"') },
      ],
    })
    expect((await call('GET', '/api/v1/ip-allowlist')).json.total).toBe(0)
  })

  test('audits each address that came, changed or went, and nothing that stayed', async () => {
    portal.clock.advance(60_000)
    const since = portal.clock.now().toISOString()
    await put({ entries: [{ address: HERE }, { address: '10.0.0.0/8' }] })
    await put({ entries: [{ address: HERE }, { address: '10.0.0.0/8', description: 'Office' }] })
    await put({ entries: [{ address: HERE }] })
    const { logs } = (await call('GET', `/api/v1/audit-logs?objectTypes=ALLOW_LIST_ENTRY&startTime=${since}`)).json
    const told = logs.map(({ action, objectIdentifier }: Record<string, string>) => `${action} ${objectIdentifier}`)
    expect(told.reverse()).toEqual([
      ...['10.0.0.0/8', HERE].map((address) => `CREATE ${address}`),
      'UPDATE 10.0.0.0/8',
      'DELETE 10.0.0.0/8',
    ])
  })
})
