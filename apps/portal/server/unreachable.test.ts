import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { portalForTests, type TestAnswer, type TestCaller, type TestPortal } from './portal-for-tests.ts'
import { entraUser } from './scim/scim-for-tests.ts'
import { databaseBehindWire } from './testing/outage.ts'

const { config, pool } = await freshDatabase()
const wire = await databaseBehindWire(config)
let portal: TestPortal
let admin: TestCaller
let person: string

beforeAll(async () => {
  portal = await portalForTests(wire.database)
  admin = portal.withBearer((await portal.newWorkspace()).adminApiKey)
  const switches = { automaticProvisioning: true, automaticDeprovisioning: true }
  await admin('/api/v1/settings/scim', { method: 'PATCH', body: switches })
  person = (await admin('/scim/v2/Users', { body: entraUser('pat@acme.example') })).json.id
})

const login = { email: 'admin@acme.example', password: 'correct horse battery' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

interface Asked {
  readonly what: string
  readonly ask: () => Promise<TestAnswer>
  readonly type: string
  readonly body?: object
  /** What it answers when all is well. */
  readonly well: number
}

const REQUESTS: readonly Asked[] = [
  {
    what: 'REST, a read',
    ask: () => admin('/api/v1/users'),
    type: 'application/json',
    body: { type: 'UNAVAILABLE', httpStatus: 503 },
    well: 200,
  },
  {
    what: 'REST, a write',
    ask: () => admin('/api/v1/settings/scim', { method: 'PATCH', body: { rejectUnprovisionedSignIn: true } }),
    type: 'application/json',
    body: { type: 'UNAVAILABLE', httpStatus: 503 },
    well: 200,
  },
  {
    what: 'SCIM, a read',
    ask: () => admin('/scim/v2/Users?filter=userName%20eq%20%22x%22'),
    type: 'application/scim+json',
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503' },
    well: 200,
  },
  {
    what: 'SCIM, a write',
    ask: () =>
      admin(`/scim/v2/Users/${person}`, { method: 'PUT', body: entraUser('pat@acme.example', { title: 'New' }) }),
    type: 'application/scim+json',
    body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '503' },
    well: 200,
  },
  {
    what: 'a sign-in by JSON',
    ask: () => portal.anyone('/auth/local', { body: login }),
    type: 'application/json',
    body: { type: 'UNAVAILABLE', httpStatus: 503 },
    well: 204,
  },
  {
    what: 'a sign-in by form',
    ask: () =>
      portal.anyone('/auth/local', { method: 'POST', body: new URLSearchParams(login).toString(), headers: FORM }),
    type: 'text/html',
    well: 303,
  },
]

/** 503, when to try again, the protocol's own shape, and nothing of what the driver said. */
function expectAway({ status, headers, text, json }: TestAnswer, { what, type, body }: Asked): void {
  expect({ what, status, after: headers['retry-after'] }).toEqual({ what, status: 503, after: '1' })
  expect(headers['content-type']).toContain(type)
  if (body) expect(json).toMatchObject(body)
  expect(text).not.toMatch(/ECONN|127\.0\.0\.1|terminated|socket|postgres/i)
}

test('while the database is away, every protocol says so in its own shape, and heals with it', async () => {
  await wire.cut()
  expect((await portal.anyone('/readyz')).status).toBe(503)
  expect((await portal.anyone('/healthz')).status).toBe(200)
  for (const request of REQUESTS) expectAway(await request.ask(), request)
  await wire.mend()
  expect((await portal.anyone('/readyz')).status).toBe(200)
  for (const { what, ask, well } of REQUESTS)
    expect({ what, status: (await ask()).status }).toEqual({ what, status: well })
})

test('nobody gets in meanwhile: a credential that can’t be looked up is no 200 and no 401', async () => {
  await wire.cut()
  for (const bearer of ['mst_abcdefgh_nonsense', ''])
    expect((await portal.withBearer(bearer)('/api/v1/me')).status).toBe(401)
  expect((await admin('/api/v1/me')).status).toBe(503)
  await wire.mend()
})

const WAITING = "from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"

test.each<{ how: string; end: () => unknown }>([
  { how: 'the wire is cut', end: () => wire.shake() },
  { how: 'PostgreSQL ends it', end: () => pool.query(`select pg_terminate_backend(pid) ${WAITING}`) },
])('a write whose connection breaks in the middle, because $how, is 503 and leaves nothing behind', async ({ end }) => {
  const holder = await pool.connect()
  try {
    await holder.query('begin')
    await holder.query('select 1 from portal.users where id = $1 for update', [person])
    const under = admin(`/scim/v2/Users/${person}`, {
      method: 'PUT',
      body: entraUser('pat@acme.example', { title: 'Never' }),
    })
    await expect.poll(async () => (await pool.query(`select 1 ${WAITING}`)).rowCount).toBeGreaterThan(0)
    await end()
    const answer = await under
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1'])
  } finally {
    await holder.query('rollback')
    holder.release()
  }
  expect((await admin(`/scim/v2/Users/${person}`)).json.title).not.toBe('Never')
})

test('connections that ended while nobody used them cost no request more than one', async () => {
  await admin('/api/v1/me')
  wire.shake()
  const statuses = [await admin('/api/v1/me'), await admin('/api/v1/me')].map(({ status }) => status)
  expect(statuses[1]).toBe(200)
})
