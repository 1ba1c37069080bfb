import { AsyncLocalStorage } from 'node:async_hooks'
import { openDatabase } from '@muster/service-kit/database.ts'
import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller } from '../portal-for-tests.ts'
import { ENTERPRISE, entraUser, GROUP_SCHEMA, PATCH, scimForTests } from './scim-for-tests.ts'

const { pool } = await freshDatabase()

/** The statements of the request that runs in it, `begin` and `commit` among them; what runs beside has another list. */
const request = new AsyncLocalStorage<string[]>()
pool.on('connect', (client) => {
  const sender = client as unknown as { query: (...args: unknown[]) => unknown }
  const query = sender.query.bind(client)
  sender.query = (...args) => {
    request.getStore()?.push(String(args[0]).trim())
    return query(...args)
  }
})

let scim: TestCaller
let user: string
let manager: string
let group: string

beforeAll(async () => {
  scim = (await scimForTests(openDatabase(pool))).scim
  manager = (await scim('/Users', { body: entraUser('manager@acme.example') })).json.id
  user = (await scim('/Users', { body: entraUser('person@acme.example') })).json.id
  group = (await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Platform' } })).json.id
})

/**
 * The statements that a connected directory costs: each is a trip to the database, and all of them together are most of
 * what a request costs. Reading the key is the first; a change is `begin`, the key and what is changed held, the change itself, `commit`.
 */
test.each([
  {
    what: 'asking for somebody who is not there',
    most: 2,
    call: () => scim('/Users?filter=userName%20eq%20%22new%22'),
  },
  { what: 'a User created', most: 6, call: () => scim('/Users', { body: entraUser('new@acme.example') }) },
  {
    what: 'a manager set',
    most: 6,
    call: () =>
      scim(`/Users/${user}`, {
        method: 'PATCH',
        body: PATCH({ op: 'Add', path: `${ENTERPRISE}:manager`, value: manager }),
      }),
  },
  {
    what: 'members added',
    most: 9,
    call: () =>
      scim(`/Groups/${group}`, {
        method: 'PATCH',
        body: PATCH({ op: 'Add', path: 'members', value: [{ value: user }, { value: manager }] }),
      }),
  },
  {
    what: 'a User deactivated',
    most: 15,
    call: () =>
      scim(`/Users/${user}`, { method: 'PATCH', body: PATCH({ op: 'Replace', path: 'active', value: false }) }),
  },
])('$what takes at most $most statements', async ({ most, call }) => {
  const sent: string[] = []
  const { status } = await request.run(sent, call)
  expect(status).toBeLessThan(300)
  expect(sent.length, sent.join('\n')).toBeLessThanOrEqual(most)
  expect(sent.length).toBeGreaterThan(0)
})
