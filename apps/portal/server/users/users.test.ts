import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, scimForTests } from '../scim/scim-for-tests.ts'
import { personForTests, type TestPerson } from './person-for-tests.ts'

let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let ann: TestPerson

/** Ann (Manager, signed in), Bo (by hand), Cy (inactive), and the first admin. */
beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  ann = await personForTests(portal, made.workspace.workspaceId, scim, 'ann@example.com')
  await api(`/api/v1/users/${ann.id}/roles`, { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'MANAGER' }] } })
  portal.clock.advance(1000)
  await api('/api/v1/users', { body: { email: 'bo@example.com', name: 'Bo 100%' } })
  await scim('/Users', { body: entraUser('cy@example.com', { displayName: 'Cy', active: false }) })
})

const emailsOf = (json: { users: { email: string }[] }) => json.users.map(({ email }) => email.split('@')[0]).join(' ')

describe('GET /users', () => {
  test.each([
    { query: '', found: 'bo admin ann' },
    { query: 'sort=email', found: 'admin ann bo' },
    { query: 'sort=-email', found: 'bo ann admin' },
    { query: 'sort=-joinedAt&pageSize=1', found: 'bo' },
    { query: 'sort=email&pageSize=2&page=1', found: 'bo' },
    { query: 'status=DEACTIVATED', found: 'cy' },
    { query: 'status=ALL&sort=email', found: 'admin ann bo cy' },
    { query: 'source=SCIM', found: 'ann' },
    { query: 'source=MANUAL&sort=email', found: 'admin bo' },
    { query: 'role=MANAGER', found: 'ann' },
    { query: 'role=BASIC:ADMIN', found: 'admin' },
    { query: 'role=no-such-role', found: '' },
    { query: 'search=ANN@', found: 'ann' },
    { query: 'search=priya', found: 'ann' },
    { query: 'search=100%25', found: 'bo' },
    { query: 'search=%25%25', found: '' },
    { query: 'search=_o@', found: '' },
  ])('?$query', async ({ query, found }) => {
    const answer = await api(`/api/v1/users?${query}`)
    expect([answer.status, emailsOf(answer.json)]).toEqual([200, found])
  })

  test('answers pages with their totals, and people with what they hold', async () => {
    const { json } = await api('/api/v1/users?sort=email&pageSize=2&page=0')
    expect(json).toMatchObject({ page: 0, total: 3, totalPages: 2 })
    expect(json.users[1]).toMatchObject({
      id: ann.id,
      name: 'Priya Raman',
      status: 'ACTIVE',
      source: 'SCIM',
      externalId: 'ann',
      roles: [{ type: 'BASIC', role: 'MANAGER', name: 'Manager' }],
      teams: [],
      joinedAt: '2026-11-24T09:00:00.000Z',
    })
  })

  test.each(['page=-1', 'pageSize=0', 'pageSize=1001', 'status=GONE', 'sort=age', 'page=x'])(
    'refuses ?%s',
    async (query) => {
      const answer = await api(`/api/v1/users?${query}`)
      expect([answer.status, answer.json.type]).toEqual([400, 'BAD_REQUEST'])
    },
  )
})

describe('somebody', () => {
  test('is shown with tokens and sessions, without their secrets', async () => {
    const { json, text } = await api(`/api/v1/users/${ann.id}`)
    expect(json.accessTokens).toMatchObject([
      { name: 'token of ann@example.com', last4: expect.stringMatching(/^.{4}$/) },
    ])
    expect(json.sessions).toMatchObject([{ current: false }])
    expect(text).not.toMatch(/mpt_|hash/)
  })

  test('is listed for an access review by address', async () => {
    const { json } = await api('/api/v1/users/roles?email=ANN@example.com,bo@example.com')
    expect(json).toMatchObject({
      total: 2,
      users: [
        { email: 'ann@example.com', roles: [{ type: 'BASIC', role: 'MANAGER' }] },
        { email: 'bo@example.com', roles: [{ type: 'BASIC', role: 'VIEWER' }] },
      ],
    })
    expect((await api(`/api/v1/users/${ann.id}/roles`)).json.roles).toMatchObject([{ role: 'MANAGER' }])
  })

  test.each([
    'users',
    'users/{id}',
    'users/{id}/roles',
    'users/{id}/permissions',
    'users/{id}/deprovisionings',
    'users/roles',
  ])('GET %s needs View Roles', async (path) => {
    const answer = await ann.token(`/api/v1/${path.replace('{id}', ann.id)}`)
    expect([answer.status, answer.json.message.includes('View Roles')]).toEqual([403, true])
  })

  test('is changed only with Edit Roles, and is 404 when they are nobody', async () => {
    for (const [path, method, body] of [
      ['users', 'POST', { email: 'x@example.com', name: 'X' }],
      [`users/${ann.id}`, 'DELETE', undefined],
      [`users/${ann.id}/roles`, 'PUT', { roles: [] }],
    ] as const)
      expect((await ann.token(`/api/v1/${path}`, { method, ...(body ? { body } : {}) })).status).toBe(403)
    for (const id of ['nobody', '01a20cc8-8e80-7182-8e8a-2370d436e615'])
      for (const [path, method] of [
        [`users/${id}`, 'GET'],
        [`users/${id}`, 'DELETE'],
        [`users/${id}/permissions`, 'GET'],
      ] as const)
        expect((await api(`/api/v1/${path}`, { method })).json).toMatchObject({ type: 'NOT_FOUND', httpStatus: 404 })
    expect((await api('/api/v1/users', { body: { email: 'no address', name: 'X' } })).status).toBe(400)
  })
})
