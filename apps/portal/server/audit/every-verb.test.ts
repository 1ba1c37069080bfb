import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from '../scim/scim-for-tests.ts'
import { signIn } from '../users/person-for-tests.ts'
import { AUDIT_OBJECT_TYPES } from './record.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let api: TestCaller
let scim: TestCaller
let browser: TestCaller
let workspaceId: string
let cid: string
/** What steps before made, by name. */
const ids: Record<string, string> = {}
/** Whatever must never be read again. */
const secrets: string[] = []

const PASSWORD = 'correct horse battery'
const CONNECTOR_SECRET = 'the-client-secret-of-okta'
const VIEWER = { type: 'BASIC', role: 'VIEWER' }
const ADA = 'ada@acme.example'

beforeAll(async () => {
  const made = await scimForTests(database)
  ;({ portal, api, scim } = made)
  workspaceId = made.workspace.workspaceId
  cid = (await api('/api/v1/auth/key')).json.apiKeys[0].cid
  secrets.push(made.workspace.adminApiKey, PASSWORD, CONNECTOR_SECRET)
})

const put = (url: string, body?: object, caller = api) =>
  caller(`/api/v1${url}`, { method: 'PUT', ...(body ? { body } : {}) })
const post = (url: string, body: object, caller = api) => caller(`/api/v1${url}`, { body })
const del = (url: string, caller = api) => caller(`/api/v1${url}`, { method: 'DELETE' })
const patchUser = (operation: object) =>
  scim(`/Users/${ids.ada}`, { method: 'PATCH', body: PATCH({ op: 'replace', ...operation }) })
const patchGroup = (operation: object) => scim(`/Groups/${ids.group}`, { method: 'PATCH', body: PATCH(operation) })

interface Step {
  readonly verb: string
  readonly ask: () => Promise<{ readonly status: number; readonly text: string; readonly json: Record<string, string> }>
  /** Keeps the answer's id (or what is named) for later steps. */
  readonly keeps?: readonly [name: string, field: string]
  readonly secret?: string
  /** `ACTION TYPE identifier`, in the order in which they were written. */
  readonly writes: readonly string[]
  readonly details?: object
  /** Who the entry says did it; the admin's key unless it is said. */
  readonly actor?: string
}

const ADMIN = 'admin@acme.example'

const STEPS: readonly Step[] = [
  {
    verb: 'the switches',
    ask: () =>
      put('/settings/scim', {
        automaticProvisioning: true,
        automaticDeprovisioning: true,
        rejectUnprovisionedSignIn: true,
      }),
    writes: ['UPDATE SCIM_SETTINGS SCIM'],
    details: { before: { rejectUnprovisionedSignIn: false }, after: { rejectUnprovisionedSignIn: true } },
  },
  {
    verb: 'the default role',
    ask: () => put('/settings/default-role', { role: { type: 'BASIC', role: 'USER' } }),
    writes: ['UPDATE DEFAULT_ROLE BASIC:USER'],
    details: { before: 'BASIC:VIEWER', after: 'BASIC:USER' },
  },
  {
    verb: 'the OpenID connector, made',
    ask: () =>
      put('/settings/openid-connector', {
        type: 'okta',
        identifier: 'c',
        issuer: 'https://acme.okta.com',
        secret: CONNECTOR_SECRET,
      }),
    writes: ['CREATE OPENID_CONNECTOR https://acme.okta.com'],
    details: { identifier: 'c', secretChanged: true },
  },
  {
    verb: 'the OpenID connector, changed',
    ask: () =>
      put('/settings/openid-connector', {
        type: 'okta',
        identifier: 'c',
        issuer: 'https://acme.okta.com',
        domains: ['acme.example'],
      }),
    writes: ['UPDATE OPENID_CONNECTOR https://acme.okta.com'],
    details: { domains: ['acme.example'], secretChanged: false },
  },
  {
    verb: 'a role, made',
    ask: () => post('/roles', { name: 'Lead', tag: 'lead', permissions: ['View Catalogs'] }),
    writes: ['CREATE ROLE Lead'],
    details: { permissions: ['View Catalogs'] },
  },
  {
    verb: 'a role, changed',
    ask: () => put('/roles/lead', { name: 'Leads', permissions: ['View Scorecards'] }),
    writes: ['UPDATE ROLE Leads'],
    details: { added: ['View Scorecards'], removed: ['View Catalogs'] },
  },
  { verb: 'a role, deleted', ask: () => del('/roles/lead'), writes: ['DELETE ROLE Leads'] },
  {
    verb: 'an API key, made',
    ask: () => post('/auth/key', { name: 'Robot', roles: [VIEWER] }),
    keeps: ['key', 'cid'],
    secret: 'apiKey',
    writes: ['CREATE API_KEY Robot'],
    details: { roles: ['BASIC:VIEWER'], last4: expect.stringMatching(/^.{4}$/) },
  },
  {
    verb: 'an API key, renamed',
    ask: () => put(`/auth/key/${ids.key}`, { name: 'Robot 2' }),
    writes: ['UPDATE API_KEY Robot 2'],
  },
  { verb: 'an API key, deleted', ask: () => del(`/auth/key/${ids.key}`), writes: ['DELETE API_KEY Robot 2'] },
  {
    verb: 'a person, made by hand',
    ask: () => post('/users', { email: 'bo@acme.example', name: 'Bo' }),
    keeps: ['bo', 'id'],
    writes: ['CREATE USER bo@acme.example'],
    details: { event: 'user.created', source: 'MANUAL' },
  },
  {
    verb: 'a person, provisioned',
    ask: () => scim('/Users', { body: entraUser(ADA) }),
    keeps: ['ada', 'id'],
    writes: [`CREATE USER ${ADA}`],
    details: { event: 'user.created', source: 'SCIM', roles: [{ type: 'BASIC', role: 'USER' }] },
  },
  {
    verb: 'a person, changed by SCIM',
    ask: () => patchUser({ path: 'title', value: 'Boss' }),
    writes: [`UPDATE USER ${ADA}`],
    details: { event: 'user.updated', attributes: ['title'] },
  },
  {
    verb: 'the roles of a person',
    ask: () => put(`/users/${ids.ada}/roles`, { roles: [VIEWER] }),
    writes: [`UPDATE ROLE_ASSIGNMENT ${ADA}`],
    details: { added: ['BASIC:VIEWER'], removed: ['BASIC:USER'] },
  },
  {
    verb: 'a role mapping, made',
    ask: () => post('/scim/role-mappings', { idpValue: 'Boss', role: { role: 'MANAGER' } }),
    keeps: ['mapping', 'id'],
    writes: ['CREATE ROLE_ASSIGNMENT Boss'],
    details: { event: 'roleMapping.created', role: 'BASIC:MANAGER', count: 0 },
  },
  {
    verb: 'a role that the provider gives',
    ask: () => patchUser({ path: 'roles', value: [{ value: 'Boss' }] }),
    writes: [`UPDATE USER ${ADA}`, `UPDATE ROLE_ASSIGNMENT ${ADA}`],
    details: { source: 'MAPPING', added: ['BASIC:MANAGER'], removed: [] },
  },
  {
    verb: 'a role mapping, ended',
    ask: () => del(`/scim/role-mappings/${ids.mapping}`),
    writes: ['DELETE ROLE_ASSIGNMENT Boss'],
    details: { event: 'roleMapping.deleted', count: 1, people: [{ email: ADA }] },
  },
  {
    verb: 'a team, made with a member',
    ask: () =>
      post('/teams', {
        teamTag: 'crew',
        type: 'CORTEX',
        metadata: { name: 'Crew' },
        cortexTeam: { members: [{ email: ADA }] },
      }),
    writes: ['CREATE TEAM Crew', 'CREATE TEAM_MEMBER Crew'],
    details: { added: [{ email: ADA }] },
  },
  {
    verb: 'what is said of a member',
    ask: () => put('/teams/crew/members', { members: [{ email: ADA, roleTags: ['leader'] }] }),
    writes: ['UPDATE TEAM_MEMBER Crew'],
    details: { described: [{ email: ADA }] },
  },
  {
    verb: 'somebody put in a team',
    ask: () => post('/teams/crew/members', { email: 'bo@acme.example' }),
    writes: ['CREATE TEAM_MEMBER Crew'],
    details: { added: [{ email: 'bo@acme.example' }], removed: [] },
  },
  {
    verb: 'somebody taken out of a team',
    ask: () => del(`/teams/crew/members/${ids.bo}`),
    writes: ['DELETE TEAM_MEMBER Crew'],
    details: { added: [], removed: [{ email: 'bo@acme.example' }] },
  },
  {
    verb: 'the roles of a team',
    ask: () => put('/teams/crew/roles', { roles: [VIEWER] }),
    writes: ['UPDATE ROLE_ASSIGNMENT Crew'],
    details: { team: 'crew', added: ['BASIC:VIEWER'] },
  },
  {
    verb: 'a team, changed',
    ask: () => put('/teams/crew', { metadata: { name: 'Crew 2' } }),
    writes: ['UPDATE TEAM Crew 2'],
  },
  {
    verb: 'a team, archived',
    ask: () => put('/teams/crew/archive'),
    writes: ['UPDATE TEAM Crew 2'],
    details: { attributes: ['isArchived'] },
  },
  { verb: 'a team, brought back', ask: () => put('/teams/crew/unarchive'), writes: ['UPDATE TEAM Crew 2'] },
  {
    verb: 'a group, made by SCIM',
    ask: () => scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Squad' } }),
    keeps: ['group', 'id'],
    writes: ['CREATE TEAM Squad'],
    details: { type: 'IDP' },
  },
  {
    verb: 'a team, made part of another',
    ask: () => put('/teams/relationships?replace=true', { edges: [{ parentTeamTag: 'crew', childTeamTag: 'squad' }] }),
    writes: ['UPDATE TEAM Squad'],
    details: { parents: { before: [], after: [{ teamTag: 'crew' }] } },
  },
  {
    verb: 'a member, added by SCIM',
    ask: () => patchGroup({ op: 'add', path: 'members', value: [{ value: ids.ada }] }),
    writes: ['CREATE TEAM_MEMBER Squad'],
    details: { added: [{ email: ADA }] },
  },
  {
    verb: 'a group, renamed by SCIM',
    ask: () => patchGroup({ op: 'replace', path: 'displayName', value: 'Squad 2' }),
    writes: ['UPDATE TEAM Squad'],
    details: { before: 'Squad', after: 'Squad 2' },
  },
  {
    verb: 'the first admin, signed in',
    ask: async () => {
      const answer = await portal.anyone('/auth/local', {
        body: { email: ADMIN, password: PASSWORD, workspace: workspaceId },
      })
      const cookie = cookieOf(answer, 'muster_session')
      secrets.push(cookie.split('=')[1] ?? cookie)
      browser = portal.withCookie(cookie)
      return answer
    },
    writes: [`CREATE SESSION ${ADMIN}`],
    details: { via: 'LOCAL' },
    actor: ADMIN,
  },
  {
    verb: 'a personal token, made',
    ask: () => post('/access-tokens', { name: 'Script' }, browser),
    keeps: ['token', 'id'],
    secret: 'token',
    writes: ['CREATE PERSONAL_API_KEY Script'],
    details: { owner: ADMIN, last4: expect.any(String) },
    actor: ADMIN,
  },
  {
    verb: 'a personal token, deleted',
    ask: () => del(`/access-tokens/${ids.token}`, browser),
    writes: ['DELETE PERSONAL_API_KEY Script'],
    details: { owner: ADMIN },
    actor: ADMIN,
  },
  {
    verb: 'a session, ended',
    ask: async () => {
      const { sessions } = (await browser('/api/v1/sessions')).json
      return del(`/sessions/${sessions[0].id}`)
    },
    writes: [`DELETE SESSION ${ADMIN}`],
  },
  {
    verb: 'the allow list, given an address',
    ask: () => put('/ip-allowlist', { entries: [{ address: '127.0.0.1', description: 'Here' }] }),
    writes: ['CREATE ALLOW_LIST_ENTRY 127.0.0.1'],
    details: { description: 'Here' },
  },
  {
    verb: 'the allow list, emptied',
    ask: () => put('/ip-allowlist', { entries: [] }),
    writes: ['DELETE ALLOW_LIST_ENTRY 127.0.0.1'],
  },
  {
    verb: 'a deprovisioning, by SCIM',
    ask: async () => {
      await signIn(portal, workspaceId, { id: ids.ada ?? '', email: ADA })
      return patchUser({ path: 'active', value: false })
    },
    writes: [`CREATE SESSION ${ADA}`, `UPDATE USER ${ADA}`],
    details: {
      event: 'user.deprovisioned',
      removed: { roles: [VIEWER], teams: [{ teamTag: 'crew' }, { name: 'Squad 2' }], accessTokens: [], sessions: 1 },
    },
  },
  {
    verb: 'a return, by SCIM',
    ask: () => patchUser({ path: 'active', value: true }),
    writes: [`UPDATE USER ${ADA}`],
    details: { event: 'user.returned', given: { roles: [{ role: 'USER' }], teams: [{ name: 'Squad 2' }] } },
  },
  {
    verb: 'a deprovisioning, by hand',
    ask: () => del(`/users/${ids.bo}`),
    writes: ['UPDATE USER bo@acme.example'],
    details: { event: 'user.deprovisioned' },
  },
  {
    verb: 'a return, by hand',
    ask: () => post('/users', { email: 'bo@acme.example', name: 'Bo' }),
    writes: ['UPDATE USER bo@acme.example'],
    details: { event: 'user.returned' },
  },
  {
    verb: 'a person, deleted by SCIM',
    ask: () => scim(`/Users/${ids.ada}`, { method: 'DELETE' }),
    writes: [`DELETE USER ${ADA}`],
    details: { event: 'user.deprovisioned', removed: { sessions: 0 } },
  },
  {
    verb: 'a group, deleted by SCIM',
    ask: () => scim(`/Groups/${ids.group}`, { method: 'DELETE' }),
    writes: ['DELETE TEAM Squad 2'],
  },
  { verb: 'a team, deleted', ask: () => del('/teams/crew'), writes: ['DELETE TEAM Crew 2'] },
]

interface Log {
  readonly action: string
  readonly objectType: string
  readonly objectIdentifier: string
  readonly actorType: string
  readonly actorIdentifier: string
  readonly ipAddress?: string
  readonly requestId?: string
  readonly details: object
}

const everything = async (): Promise<Log[]> => (await api('/api/v1/audit-logs?pageSize=1000')).json.logs

describe('every verb writes what it did, and no more', () => {
  // One workspace, one story: each step goes on from the ones before.
  test.each(STEPS)('$verb', async ({ ask, keeps, secret, writes, details = {}, actor = cid }) => {
    portal.clock.advance(1000)
    const before = (await everything()).length
    const { status, text, json } = await ask()
    expect({ status, text }).toMatchObject({ status: expect.toSatisfy((code: number) => code < 300) })
    if (keeps) ids[keeps[0]] = json[keeps[1]] ?? ''
    if (secret) secrets.push(json[secret] ?? '')
    const after = await everything()
    const fresh = after.slice(0, after.length - before).reverse()
    expect(fresh.map((log) => `${log.action} ${log.objectType} ${log.objectIdentifier}`)).toEqual(writes)
    expect(fresh.at(-1)).toMatchObject({
      actorIdentifier: actor,
      details,
      ipAddress: '127.0.0.1',
      requestId: expect.any(String),
    })
    expect(fresh.at(-1)?.actorType).toBe(actor === ADMIN ? 'USER' : 'API_KEY')
  })

  test('of every object type that there is', async () => {
    const written = new Set((await everything()).map(({ objectType }) => objectType))
    expect([...written].sort()).toEqual([...AUDIT_OBJECT_TYPES].sort())
  })

  test('and never a secret', async () => {
    expect(secrets.filter((secret) => secret.length < 10)).toEqual([])
    const text = JSON.stringify(await everything())
    for (const secret of secrets) expect(text).not.toContain(secret)
  })

  test('and nothing for what is refused or changes nothing', async () => {
    const before = (await everything()).length
    for (const call of [
      () =>
        put('/settings/scim', {
          automaticProvisioning: true,
          automaticDeprovisioning: true,
          rejectUnprovisionedSignIn: true,
        }),
      () => put('/settings/default-role', { role: { type: 'BASIC', role: 'USER' } }),
      () => put(`/users/${ids.bo}/roles`, { roles: [{ type: 'BASIC', role: 'USER' }] }),
      () => put('/ip-allowlist', { entries: [] }),
      () => put('/ip-allowlist', { entries: [{ address: '198.51.100.1' }] }),
      () => post('/roles', { name: 'Bad', permissions: ['Fly'] }),
      () => post('/scim/role-mappings', { idpValue: 'x', role: { tag: 'ghost' } }),
      () => scim('/Users', { body: entraUser('bo@acme.example') }),
      () => del('/teams/ghost'),
    ])
      await call()
    expect((await everything()).length).toBe(before)
  })
})
