import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCall, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { permissionsOfBasicRole } from '../roles/permissions.ts'
import { entraUser, GROUP_SCHEMA } from '../scim/scim-for-tests.ts'
import { callerWith, KINDS, type Kind, roleWith, type TestRole } from './callers-for-tests.ts'
import { rowsOf } from './world-for-tests.ts'

/** What every path below asks of a caller before it asks what they give. */
const MAY_ASK = [
  ...permissionsOfBasicRole('VIEWER'),
  'View Roles',
  'Edit Roles',
  'Edit API keys',
  'Edit Entities',
  'Configure Open ID Connector & SCIM',
  'Manage Identity Mappings',
]
/** What nobody but the first admin's key holds here. */
const WIDE = 'Configure IP allowlist'
const VIEWER: TestRole = { type: 'BASIC', role: 'VIEWER' }
const ADMIN: TestRole = { type: 'BASIC', role: 'ADMIN' }

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: { workspaceId: string; admin: TestCaller }
const callers = new Map<Kind, TestCaller>()
let wide: TestRole
/** Held by a key, so that a change of it is a change of what somebody may do. */
let held: TestRole
let person: string
let member: string
let team: string
let wideTeam: string
let mixed: string
let wideKey: string

beforeAll(async () => {
  portal = await portalForTests(database)
  const { workspaceId, adminApiKey } = await portal.newWorkspace()
  const admin = portal.withBearer(adminApiKey)
  workspace = { workspaceId, admin }
  await admin('/api/v1/settings/scim', {
    method: 'PATCH',
    body: { automaticProvisioning: true, automaticDeprovisioning: true },
  })
  const asked = await roleWith(admin, MAY_ASK)
  for (const kind of KINDS) callers.set(kind, await callerWith(portal, workspace, kind, asked))
  wide = await roleWith(admin, [WIDE])
  held = await roleWith(admin, ['View Catalogs'])
  await callerWith(portal, workspace, 'an API key', held)
  const newPerson = async (email: string) => (await admin('/api/v1/users', { body: { email, name: email } })).json.id
  person = await newPerson('pat@acme.example')
  member = await newPerson('member@acme.example')
  mixed = await newPerson('mixed@acme.example')
  await admin(`/api/v1/users/${mixed}/roles`, { method: 'PUT', body: { roles: [ADMIN] } })
  const newTeam = async (teamTag: string, roles: readonly TestRole[]) => {
    const { id } = (await admin('/api/v1/teams', { body: { teamTag, type: 'CORTEX', metadata: { name: teamTag } } }))
      .json
    await admin(`/api/v1/teams/${id}/members`, { body: { email: 'member@acme.example' } })
    await admin(`/api/v1/teams/${id}/roles`, { method: 'PUT', body: { roles } })
    return id as string
  }
  wideKey = (await admin('/api/v1/auth/key', { body: { name: 'Wide', roles: [ADMIN] } })).json.cid
  team = await newTeam('plain', [])
  wideTeam = await newTeam('wide', [wide])
})

interface Giving {
  readonly path: string
  readonly url: () => string
  readonly method?: TestCall['method']
  readonly body: () => object
}

/** Every path of the contract by which a permission can reach somebody. */
const PATHS: readonly Giving[] = [
  {
    path: "a person's role",
    url: () => `/api/v1/users/${person}/roles`,
    method: 'PUT',
    body: () => ({ roles: [wide] }),
  },
  {
    path: "a person's role beside one they hold",
    url: () => `/api/v1/users/${person}/roles`,
    method: 'PUT',
    body: () => ({ roles: [VIEWER, ADMIN] }),
  },
  { path: "a team's role", url: () => `/api/v1/teams/${team}/roles`, method: 'PUT', body: () => ({ roles: [wide] }) },
  {
    path: 'a place in a team',
    url: () => `/api/v1/teams/${wideTeam}/members`,
    body: () => ({ email: 'pat@acme.example' }),
  },
  {
    path: 'the places in a team',
    url: () => `/api/v1/teams/${wideTeam}/members`,
    method: 'PUT',
    body: () => ({ members: [{ email: 'member@acme.example' }, { email: 'pat@acme.example' }] }),
  },
  {
    path: 'the default role',
    url: () => '/api/v1/settings/default-role',
    method: 'PUT',
    body: () => ({ role: wide }),
  },
  {
    path: 'a role mapping',
    url: () => '/api/v1/scim/role-mappings',
    body: () => ({ idpValue: 'Everything', role: wide }),
  },
  { path: 'a key', url: () => '/api/v1/auth/key', body: () => ({ name: 'Wide', roles: [wide] }) },
  {
    path: 'a key of a built-in role',
    url: () => '/api/v1/auth/key',
    body: () => ({ name: 'Wide', roles: [{ type: 'DEFAULT', role: 'ADMIN' }] }),
  },
  {
    path: 'a change of a role that is held',
    url: () => `/api/v1/roles/${'tag' in held ? held.tag : ''}`,
    method: 'PUT',
    body: () => ({ name: 'Wider', permissions: ['View Catalogs', WIDE] }),
  },
  {
    path: 'the OpenID connector',
    url: () => '/api/v1/settings/openid-connector',
    method: 'PUT',
    body: () => ({ type: 'x', identifier: 'x', secret: 'y', issuer: 'https://op.example', domains: [] }),
  },
]

describe('no one gives what they lack', () => {
  test.each(PATHS.flatMap((giving) => KINDS.map((kind) => ({ ...giving, kind }))))(
    'by $path, as $kind: 403 that names it, and nothing changed',
    async ({ url, method, body, kind }) => {
      const before = await rowsOf(portal, workspace.workspaceId)
      const answer = await as(kind)(url(), { body: body(), ...(method ? { method } : {}) })
      expect([answer.status, answer.json?.type], answer.text).toEqual([403, 'FORBIDDEN'])
      expect(answer.json.message).toContain(`"${WIDE}"`)
      expect(await rowsOf(portal, workspace.workspaceId)).toEqual(before)
    },
  )

  test('the connector counts as every permission there is', async () => {
    const giving = PATHS.at(-1)
    const { json } = await as('a session cookie')(giving?.url() ?? '', { method: 'PUT', body: giving?.body() })
    expect(json.details.permissions).toEqual(expect.arrayContaining(['Edit Catalogs', 'View audit logs', WIDE]))
    for (const name of MAY_ASK) expect(json.details.permissions).not.toContain(name)
  })

  test('the first admin’s key gives the same by every one of these paths', async () => {
    for (const { path, url, method, body } of PATHS) {
      const { status, text } = await workspace.admin(url(), { body: body(), ...(method ? { method } : {}) })
      expect({ path, status, text: status === 200 ? '' : text }).toEqual({ path, status: 200, text: '' })
    }
    // And takes it back, for the tests that follow.
    await workspace.admin('/api/v1/settings/default-role', { method: 'PUT', body: { role: VIEWER } })
    for (const mapping of (await workspace.admin('/api/v1/scim/role-mappings')).json.roleMappings)
      await workspace.admin(`/api/v1/scim/role-mappings/${mapping.id}`, { method: 'DELETE' })
  })
})

describe('only what is added counts', () => {
  test.each<Giving>([
    {
      path: 'a wide role that somebody held stays beside another',
      url: () => `/api/v1/users/${mixed}/roles`,
      method: 'PUT',
      body: () => ({ roles: [ADMIN, VIEWER] }),
    },
    {
      path: 'a wide role is taken from somebody',
      url: () => `/api/v1/users/${mixed}/roles`,
      method: 'PUT',
      body: () => ({ roles: [VIEWER] }),
    },
    {
      path: 'a wide team is renamed',
      url: () => `/api/v1/teams/${wideTeam}`,
      method: 'PUT',
      body: () => ({ metadata: { name: 'Renamed' } }),
    },
    {
      path: 'somebody leaves a wide team, and who was in it stays',
      url: () => `/api/v1/teams/${wideTeam}/members`,
      method: 'PUT',
      body: () => ({ members: [{ email: 'member@acme.example' }] }),
    },
    {
      path: 'a wide team gets a narrow role beside it',
      url: () => `/api/v1/teams/${wideTeam}/roles`,
      method: 'PUT',
      body: () => ({ roles: [wide, VIEWER] }),
    },
    {
      path: 'a role that is held and wide is renamed and narrowed',
      url: () => `/api/v1/roles/${'tag' in wide ? wide.tag : ''}`,
      method: 'PUT',
      body: () => ({ name: 'Narrow', permissions: [] }),
    },
    {
      path: 'a wide key is renamed',
      url: () => `/api/v1/auth/key/${wideKey}`,
      method: 'PUT',
      body: () => ({ name: 'x' }),
    },
  ])('$path', async ({ url, method, body }) => {
    const { status, text } = await as('an API key')(url(), { body: body(), ...(method ? { method } : {}) })
    expect(status, text).toBe(200)
  })
})

describe('what an admin chose beforehand is given by whoever provisions', () => {
  test('a default role, role mapping and Group that are wide, over SCIM and by POST users', async () => {
    const { admin } = workspace
    const chosen = await roleWith(admin, [WIDE])
    await admin('/api/v1/settings/default-role', { method: 'PUT', body: { role: chosen } })
    const provision = as('an API key')
    const made = await provision('/api/v1/users', { body: { email: 'new@acme.example', name: 'New' } })
    const provisioned = await provision('/scim/v2/Users', { body: entraUser('scim@acme.example') })
    expect([made.status, provisioned.status]).toEqual([200, 201])
    await admin('/api/v1/settings/default-role', { method: 'PUT', body: { role: VIEWER } })

    const members = { schemas: [GROUP_SCHEMA], displayName: 'Wide group', members: [] }
    const { id } = (await provision('/scim/v2/Groups', { body: members })).json
    await admin(`/api/v1/teams/${id}/roles`, { method: 'PUT', body: { roles: [chosen] } })
    const joined = await provision(`/scim/v2/Groups/${id}`, {
      method: 'PUT',
      body: { ...members, members: [{ value: member }] },
    })
    expect(joined.status).toBe(200)
    const { permissions } = (await admin(`/api/v1/users/${member}/permissions`)).json
    expect(permissions.map(({ name }: { name: string }) => name)).toContain(WIDE)
  })

  test('a personal token is never wider than its owner, whoever makes it', async () => {
    const caller = as('a session cookie')
    const { token } = (await caller('/api/v1/access-tokens', { body: { name: 'mine', roles: [ADMIN] } })).json
    const [own, owner] = [await portal.withBearer(token)('/api/v1/me'), await caller('/api/v1/me')]
    expect(own.json.permissions).toEqual(owner.json.permissions)
  })
})

function as(kind: Kind): TestCaller {
  const caller = callers.get(kind)
  if (!caller) throw new Error(kind)
  return caller
}
