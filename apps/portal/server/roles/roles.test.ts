import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let admin: TestCaller
/** Holds everything that giving roles and keys takes, and nothing else. */
let registrar: TestCaller

const GIVING = ['Edit Roles', 'View Roles', 'Edit API keys', 'Configure Open ID Connector & SCIM']
const ADMIN = { type: 'BASIC', role: 'ADMIN' }
const VIEWER = { type: 'BASIC', role: 'VIEWER' }

beforeAll(async () => {
  portal = await portalForTests(database)
  admin = portal.withBearer((await portal.newWorkspace()).adminApiKey)
  // All that a Viewer holds too, so that giving Viewer is giving nothing new.
  const viewer = (await admin('/api/v1/roles')).json.roles.find(({ role }: { role: string }) => role === 'VIEWER')
  await makeRole('registrar', [...GIVING, ...viewer.permissions])
  registrar = await keyWith({ type: 'CUSTOM', tag: 'registrar' })
})

async function makeRole(tag: string, permissions: readonly string[]) {
  const answer = await admin('/api/v1/roles', { body: { name: tag, tag, permissions } })
  expect(answer.status).toBe(200)
  return { type: 'CUSTOM', tag }
}

async function keyWith(role: unknown): Promise<TestCaller> {
  const answer = await admin('/api/v1/auth/key', { body: { name: 'A key', roles: [role] } })
  expect(answer.status).toBe(200)
  return portal.withBearer(answer.json.apiKey)
}

async function person(email: string): Promise<string> {
  const answer = await admin('/api/v1/users', { body: { email, name: email } })
  expect(answer.status).toBe(200)
  return answer.json.id
}

describe('roles', () => {
  test('the four built-in ones come first, each wider than the one before', async () => {
    const { roles } = (await admin('/api/v1/roles')).json
    expect(roles.slice(0, 4).map(({ type, role }: { type: string; role: string }) => `${type} ${role}`)).toEqual([
      'BASIC VIEWER',
      'BASIC USER',
      'BASIC MANAGER',
      'BASIC ADMIN',
    ])
    for (let wider = 1; wider < 4; wider += 1) {
      expect(roles[wider].permissions).toEqual(expect.arrayContaining(roles[wider - 1].permissions))
      expect(roles[wider].permissions.length).toBeGreaterThan(roles[wider - 1].permissions.length)
    }
    expect(roles[3].permissions).toHaveLength((await admin('/api/v1/permissions')).json.permissions.length)
  })

  test('a custom role is made, read, changed and deleted', async () => {
    const made = await admin('/api/v1/roles', {
      body: { name: 'Release Managers (EU)', description: 'Ships', permissions: ['View workflows'] },
    })
    expect(made.json).toEqual({
      type: 'CUSTOM',
      tag: 'release-managers-eu',
      name: 'Release Managers (EU)',
      description: 'Ships',
      permissions: ['View workflows'],
    })
    const url = '/api/v1/roles/release-managers-eu'
    const uses = { people: 0, teams: 0, keys: 0, mappings: 0, defaults: 0 }
    expect((await admin(url)).json).toEqual({ ...made.json, uses })
    const changed = await admin(url, {
      method: 'PUT',
      body: { name: 'Releases', permissions: ['Run workflows', 'View workflows'] },
    })
    expect(changed.json).toMatchObject({
      tag: 'release-managers-eu',
      name: 'Releases',
      description: '',
      permissions: ['Run workflows', 'View workflows'],
    })
    const deleted = await admin(url, { method: 'DELETE' })
    expect([deleted.status, deleted.text]).toEqual([200, ''])
    for (const method of ['GET', 'DELETE'] as const) expect((await admin(url, { method })).status).toBe(404)
  })

  test.each([
    { why: 'an unknown permission', body: { name: 'x', permissions: ['Fly'] }, status: 400, says: 'Fly' },
    { why: 'a tag with a blank', body: { name: 'x', tag: 'a b', permissions: [] }, status: 400, says: 'tag' },
    { why: 'a name of signs without a tag', body: { name: '!!!', permissions: [] }, status: 400, says: 'tag' },
    { why: 'an empty name', body: { name: '  ', permissions: [] }, status: 400, says: 'name' },
    {
      why: 'a tag that is taken',
      body: { name: 'x', tag: 'registrar', permissions: [] },
      status: 409,
      says: 'registrar',
    },
  ])('refuses $why', async ({ body, status, says }) => {
    const answer = await admin('/api/v1/roles', { body })
    expect(answer.status).toBe(status)
    expect(answer.json.message).toContain(says)
  })

  test('a role in use is not deleted, and what uses it is named', async () => {
    const role = await makeRole('used', ['View workflows'])
    const id = await person('used@acme.example')
    await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [role] } })
    await keyWith(role)
    const before = (await admin('/api/v1/settings/default-role')).json
    await admin('/api/v1/settings/default-role', { method: 'PUT', body: { role } })
    const uses = { people: 1, teams: 0, keys: 1, mappings: 0, defaults: 1 }
    expect((await admin('/api/v1/roles/used')).json.uses).toEqual(uses)
    const answer = await admin('/api/v1/roles/used', { method: 'DELETE' })
    expect(answer.status).toBe(409)
    expect(answer.json.details).toMatchObject(uses)
    expect(answer.json.message).toContain('1 person, 1 API key, it is the default role')
    await admin('/api/v1/settings/default-role', { method: 'PUT', body: before })
  })
})

describe('no one gives what they lack', () => {
  const WIDE = 'Configure IP allowlist'

  test.each<{ path: string; give: () => Promise<{ status: number; json: { message: string } }>; lacks: string }>([
    {
      path: 'a key',
      lacks: WIDE,
      give: () => registrar('/api/v1/auth/key', { body: { name: 'Wide', roles: [ADMIN] } }),
    },
    {
      path: "a person's role",
      lacks: WIDE,
      give: async () =>
        registrar(`/api/v1/users/${await person('up@acme.example')}/roles`, {
          method: 'PUT',
          body: { roles: [ADMIN] },
        }),
    },
    {
      path: 'the default role',
      lacks: WIDE,
      give: () => registrar('/api/v1/settings/default-role', { method: 'PUT', body: { role: ADMIN } }),
    },
    {
      path: 'a change to a role that a key holds',
      lacks: WIDE,
      give: () =>
        registrar('/api/v1/roles/registrar', {
          method: 'PUT',
          body: { name: 'registrar', permissions: [...GIVING, WIDE] },
        }),
    },
    {
      path: 'the OpenID connector',
      lacks: WIDE,
      give: () =>
        registrar('/api/v1/settings/openid-connector', {
          method: 'PUT',
          body: { type: 'other', identifier: 'x', secret: 'y', issuer: 'https://op.example', domains: [] },
        }),
    },
  ])('by $path: 403 that names it', async ({ give, lacks }) => {
    const answer = await give()
    expect(answer.status).toBe(403)
    expect(answer.json.message).toContain(`"${lacks}"`)
  })

  test('what they hold they give by every path', async () => {
    const id = await person('down@acme.example')
    expect((await registrar('/api/v1/auth/key', { body: { name: 'Narrow', roles: [VIEWER] } })).status).toBe(200)
    expect(
      (
        await registrar(`/api/v1/users/${id}/roles`, {
          method: 'PUT',
          body: { roles: [{ type: 'CUSTOM', tag: 'registrar' }] },
        })
      ).status,
    ).toBe(200)
    expect((await registrar('/api/v1/settings/default-role', { method: 'PUT', body: { role: VIEWER } })).status).toBe(
      200,
    )
  })

  test('only what is added counts: a wide role that was there may stay', async () => {
    const id = await person('stays@acme.example')
    await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [ADMIN] } })
    const answer = await registrar(`/api/v1/users/${id}/roles`, {
      method: 'PUT',
      body: { roles: [ADMIN, { type: 'CUSTOM', tag: 'registrar' }] },
    })
    expect(answer.status).toBe(200)
  })

  test('a role that nobody holds may be widened; giving it is then refused', async () => {
    const role = await makeRole('unheld', [])
    expect(
      (await registrar('/api/v1/roles/unheld', { method: 'PUT', body: { name: 'unheld', permissions: [WIDE] } }))
        .status,
    ).toBe(200)
    expect((await registrar('/api/v1/auth/key', { body: { name: 'Mine', roles: [role] } })).status).toBe(403)
  })

  test('widening a role and giving it at once never makes someone hold what they could not give', async () => {
    for (let round = 0; round < 10; round += 1) {
      const role = await makeRole(`race-${round}`, [])
      const [widened, given] = await Promise.all([
        registrar(`/api/v1/roles/${role.tag}`, { method: 'PUT', body: { name: role.tag, permissions: [WIDE] } }),
        registrar('/api/v1/auth/key', { body: { name: 'Mine', roles: [role] } }),
      ])
      expect([widened.status, given.status].sort()).toEqual([200, 403])
    }
  })
})

describe("a person's roles", () => {
  test('are replaced, told apart from what provisioning gave, and read with names', async () => {
    const id = await person('pat@acme.example')
    const url = `/api/v1/users/${id}/roles`
    const role = await makeRole('reader', ['View workflows'])
    expect((await admin(url)).json.roles).toEqual([{ ...VIEWER, name: 'Viewer' }])
    expect(
      (await admin(url, { method: 'PUT', body: { roles: [role, { type: 'BASIC', role: 'READ_ONLY' }] } })).status,
    ).toBe(200)
    expect((await admin(url)).json.roles).toEqual([
      { ...VIEWER, name: 'Viewer' },
      { ...role, name: 'reader' },
    ])
    expect((await admin(url, { method: 'PUT', body: { roles: [] } })).status).toBe(200)
    expect((await admin(url)).json.roles).toEqual([])
  })

  test('cannot be a role that does not exist', async () => {
    const id = await person('nobody@acme.example')
    const answer = await admin(`/api/v1/users/${id}/roles`, {
      method: 'PUT',
      body: { roles: [{ type: 'CUSTOM', tag: 'ghost' }] },
    })
    expect(answer.status).toBe(400)
    expect(answer.json.message).toContain('ghost')
  })

  test('are not given to someone deprovisioned', async () => {
    const id = await person('gone@acme.example')
    expect((await admin(`/api/v1/users/${id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [VIEWER] } })).status).toBe(409)
  })
})
