import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCall, type TestPortal } from '../portal-for-tests.ts'
import { GROUP_SCHEMA, PATCH } from '../scim/scim-for-tests.ts'
import { type GuardedRoute, guardedRoutes, NOBODY } from './table-for-tests.ts'
import { aGroup, aUser, rowsOf, type TestWorld, toldBy, type WorldPart, worldForTests } from './world-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let theirs: TestWorld
let ours: TestWorld
let routes: readonly GuardedRoute[]

beforeAll(async () => {
  portal = await portalForTests(database)
  theirs = await worldForTests(portal, 'theirs')
  ours = await worldForTests(portal, 'ours')
  routes = guardedRoutes(portal)
})

/** What the parameters of a path stand for. A path with a parameter that no line names makes a test fail. */
const PARTS: readonly (readonly [url: RegExp, parts: readonly WorldPart[]])[] = [
  [/^\/api\/v1\/roles\/:tag$/, ['role']],
  [/^\/api\/v1\/auth\/key\/:cid$/, ['key']],
  [/^\/api\/v1\/access-tokens\/:id$/, ['token']],
  [/^\/api\/v1\/sessions\/:id$/, ['session']],
  [/^\/api\/v1\/users\/:id(\/|$)/, ['person']],
  [/^\/api\/v1\/teams\/:tagOrId\/members\/:userId$/, ['team', 'person']],
  [/^\/api\/v1\/teams\/:tagOrId(\/|$)/, ['team']],
  [/^\/api\/v1\/scim\/role-mappings\/:id$/, ['mapping']],
  [/^\/scim\/v2\/Users\/:id$/, ['person']],
  [/^\/scim\/v2\/Groups\/:id$/, ['group']],
]

/** Described by the protocol alone: the same in every workspace. */
const NOBODYS = /^\/scim\/v2\/(Schemas|ResourceTypes)\/:id$/

/** A body that would change something, for each route that takes one. */
const BODIES: Readonly<Record<string, object>> = {
  'PUT /api/v1/roles/:tag': { name: 'Taken', permissions: [] },
  'PUT /api/v1/auth/key/:cid': { name: 'Taken' },
  'PUT /api/v1/users/:id/roles': { roles: [] },
  'PUT /api/v1/teams/:tagOrId': { metadata: { name: 'Taken' } },
  'PUT /api/v1/teams/:tagOrId/archive': {},
  'PUT /api/v1/teams/:tagOrId/unarchive': {},
  'PUT /api/v1/teams/:tagOrId/members': { members: [] },
  'POST /api/v1/teams/:tagOrId/members': { email: 'pat@ours.example' },
  'PUT /api/v1/teams/:tagOrId/roles': { roles: [] },
  'PUT /scim/v2/Users/:id': aUser,
  'PATCH /scim/v2/Users/:id': PATCH({ op: 'replace', path: 'active', value: false }),
  'POST /scim/v2/Users/:id': aUser,
  'PUT /scim/v2/Groups/:id': aGroup,
  'PATCH /scim/v2/Groups/:id': PATCH({ op: 'remove', path: 'members' }),
  'POST /scim/v2/Groups/:id': aGroup,
}

const withParameter = () => routes.filter(({ url }) => url.includes(':') && !NOBODYS.test(url))
const partsOf = ({ url }: GuardedRoute) => PARTS.find(([pattern]) => pattern.test(url))?.[1]
const takesBody = ({ method }: GuardedRoute) => /POST|PUT|PATCH/.test(method)

const fill = (url: string, ids: readonly string[]) => {
  let next = 0
  return url.replace(/:\w+/g, () => ids[next++] ?? NOBODY)
}

function callOf(route: GuardedRoute): TestCall {
  const body = BODIES[route.name]
  return { method: route.method, ...(body ? { body } : {}) }
}

describe('two workspaces', () => {
  test('every path with a parameter, and every body it takes, is in the tables here', () => {
    expect(withParameter().length).toBeGreaterThan(35)
    expect(withParameter().filter((route) => !partsOf(route))).toEqual([])
    expect(withParameter().filter((route) => takesBody(route) && !BODIES[route.name])).toEqual([])
  })

  test('what each asks for is there for its own admin, so that the next test means something', async () => {
    for (const route of withParameter().filter(({ method }) => method === 'GET')) {
      const { status } = await ours.admin(
        fill(
          route.url,
          (partsOf(route) ?? []).map((part) => ours.ids[part]),
        ),
      )
      expect({ name: route.name, status }).toEqual({ name: route.name, status: 200 })
    }
  })

  test.each([
    { by: 'a key', caller: () => ours.admin },
    { by: 'a cookie', caller: () => portal.withCookie(`muster_session=${ours.secrets.at(-1)}`) },
  ])("ids of the other are nobody's to $by, by every method, and nothing of theirs changes", async ({ caller }) => {
    const call = caller()
    expect((await call('/api/v1/me')).status).toBe(200)
    const before = await rowsOf(portal, theirs.workspaceId)
    expect(before.length).toBeGreaterThan(30)
    const told: string[] = []
    for (const route of withParameter()) {
      const parts = partsOf(route) ?? []
      // Each of them theirs in turn, and all of them: a team of ours with a person of theirs is a way in too.
      for (const mixed of parts.length > 1 ? [parts, ...parts.map((part) => [part])] : [parts]) {
        const known = parts.map((part) => (mixed.includes(part) ? theirs : ours).ids[part])
        const unknown = parts.map((part, at) => (mixed.includes(part) ? NOBODY : (known[at] ?? NOBODY)))
        const asked = await call(fill(route.url, known), callOf(route))
        const nobodys = await call(fill(route.url, unknown), callOf(route))
        const [one, other] = [toldBy(asked, known), toldBy(nobodys, unknown)]
        if (JSON.stringify(one) !== JSON.stringify(other) || theirs.marks.some((mark) => one.text.includes(mark)))
          told.push(`${route.name} ${mixed}: ${JSON.stringify([one, other])}`)
        if (mixed === parts && ![404, 405, 403].includes(one.status)) told.push(`${route.name}: ${one.status}`)
      }
    }
    expect(told).toEqual([])
    expect(await rowsOf(portal, theirs.workspaceId)).toEqual(before)
  })

  test('no list holds anything of theirs', async () => {
    const lists = routes.filter(({ method, url }) => method === 'GET' && !url.includes(':'))
    expect(lists.length).toBeGreaterThan(12)
    for (const { url } of lists)
      expect({ url, found: marksIn((await ours.admin(url)).text) }).toEqual({ url, found: [] })
  })

  test.each<{ by: string; url: () => string }>([
    { by: 'a search', url: () => '/api/v1/users?status=ALL&search=theirs' },
    { by: 'a role of theirs', url: () => `/api/v1/users?status=ALL&role=CUSTOM:${theirs.ids.role}` },
    { by: 'an address', url: () => '/api/v1/users/roles?email=pat@theirs.example' },
    { by: 'somebody’s sessions', url: () => `/api/v1/sessions?userId=${theirs.ids.person}` },
    { by: 'a team’s tag', url: () => '/api/v1/teams?teamTag=theirs-crew' },
    { by: 'an object of the audit', url: () => '/api/v1/audit-logs?objectIdentifiers=pat@theirs.example' },
    { by: 'an actor of the audit', url: () => '/api/v1/audit-logs?actorEmails=pat@theirs.example' },
    { by: 'a key of the audit', url: () => `/api/v1/audit-logs?actorApiKeyIdentifiers=${theirs.ids.key}` },
    { by: 'a page far behind', url: () => '/api/v1/users?status=ALL&page=1&pageSize=2' },
    ...[
      () => `id eq "${theirs.ids.person}"`,
      () => 'userName eq "pat@theirs.example"',
      () => 'userName co "theirs"',
      () => 'emails.value ew "theirs.example"',
      () => 'not (userName eq "x")',
      () => `groups.value eq "${theirs.ids.group}"`,
    ].map((filter) => ({
      by: `the filter ${filter}`,
      url: () => `/scim/v2/Users?filter=${encodeURIComponent(filter())}`,
    })),
    ...[
      () => `id eq "${theirs.ids.group}"`,
      () => 'displayName eq "theirs group"',
      () => `members.value eq "${theirs.ids.person}"`,
      () => `members[value eq "${theirs.ids.person}"]`,
    ].map((filter) => ({
      by: `the filter ${filter}`,
      url: () => `/scim/v2/Groups?filter=${encodeURIComponent(filter())}`,
    })),
    { by: 'a SCIM page far behind', url: () => '/scim/v2/Users?startIndex=2&count=100' },
  ])('nothing of theirs is found by $by', async ({ url }) => {
    const { status, text } = await ours.admin(url())
    expect({ status: status < 500, found: marksIn(text.replaceAll(/"(detail|message)":"[^"]*"/g, '')) }).toEqual({
      status: true,
      found: [],
    })
  })

  test.each<{ by: string; url: () => string; method?: 'PUT' | 'PATCH'; body: () => object; status: number }>([
    {
      by: 'a role of a person',
      url: () => `/api/v1/users/${ours.ids.person}/roles`,
      method: 'PUT',
      body: () => ({ roles: [theirRole()] }),
      status: 400,
    },
    {
      by: 'a role of a team',
      url: () => `/api/v1/teams/${ours.ids.team}/roles`,
      method: 'PUT',
      body: () => ({ roles: [theirRole()] }),
      status: 400,
    },
    {
      by: 'a role of a key',
      url: () => '/api/v1/auth/key',
      body: () => ({ name: 'k', roles: [theirRole()] }),
      status: 400,
    },
    {
      by: 'the default role',
      url: () => '/api/v1/settings/default-role',
      method: 'PUT',
      body: () => ({ role: theirRole() }),
      status: 400,
    },
    {
      by: 'a role mapping',
      url: () => '/api/v1/scim/role-mappings',
      body: () => ({ idpValue: 'theirs value', role: theirRole() }),
      status: 400,
    },
    {
      by: 'a member of a team',
      url: () => `/api/v1/teams/${ours.ids.team}/members`,
      body: () => ({ email: 'pat@theirs.example' }),
      status: 400,
    },
    {
      by: 'the members of a team',
      url: () => `/api/v1/teams/${ours.ids.team}/members`,
      method: 'PUT',
      body: () => ({ members: [{ email: 'pat@theirs.example' }] }),
      status: 400,
    },
    {
      by: 'a parent of a team',
      url: () => '/api/v1/teams/relationships?replace=true',
      method: 'PUT',
      body: () => ({ edges: [{ parentTeamTag: 'theirs-crew', childTeamTag: 'ours-crew' }] }),
      status: 400,
    },
    {
      by: 'a member of a Group',
      url: () => `/scim/v2/Groups/${ours.ids.group}`,
      method: 'PATCH',
      body: () => PATCH({ op: 'add', path: 'members', value: [{ value: theirs.ids.person }] }),
      status: 204,
    },
    {
      by: 'the members of a new Group',
      url: () => '/scim/v2/Groups',
      body: () => ({ schemas: [GROUP_SCHEMA], displayName: 'New', members: [{ value: theirs.ids.person }] }),
      status: 201,
    },
  ])('$by can be nobody of theirs', async ({ url, method, body, status }) => {
    const before = await rowsOf(portal, theirs.workspaceId)
    const answer = await ours.admin(url(), { body: body(), ...(method ? { method } : {}) })
    expect([answer.status, await rowsOf(portal, theirs.workspaceId)]).toEqual([status, before])
    expect(
      (await ours.admin(`/scim/v2/Groups?filter=members.value%20eq%20%22${theirs.ids.person}%22`)).json.totalResults,
    ).toBe(0)
  })

  test('each may have what the other has: tags, addresses, names', async () => {
    const made = await Promise.all([
      ours.admin('/api/v1/roles', { body: { name: 'Same', tag: theirs.ids.role, permissions: [] } }),
      ours.admin('/api/v1/users', { body: { email: 'pat@theirs.example', name: 'Same' } }),
      ours.admin('/api/v1/teams', { body: { teamTag: 'theirs-crew', type: 'CORTEX', metadata: { name: 'Same' } } }),
      ours.admin('/scim/v2/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'theirs group' } }),
    ])
    expect(made.map(({ status }) => status)).toEqual([200, 200, 200, 201])
  })

  test('secrets of theirs are unknown to introspection here', async () => {
    for (const token of theirs.secrets) {
      const answer = await ours.admin('/api/v1/introspect', {
        method: 'POST',
        body: new URLSearchParams({ token }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      })
      expect([answer.status, answer.text]).toEqual([200, '{"active":false}'])
    }
  })

  test('a key with the other workspace written into it opens neither', async () => {
    const [key = ''] = theirs.secrets
    const moved = key.replace(theirs.workspaceId, ours.workspaceId)
    expect((await portal.withBearer(moved)('/api/v1/me')).status).toBe(401)
  })
})

const theirRole = () => ({ type: 'CUSTOM', tag: theirs.ids.role })
const marksIn = (text: string) => theirs.marks.filter((mark) => text.includes(mark))
