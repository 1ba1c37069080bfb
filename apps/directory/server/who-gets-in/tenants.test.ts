import { beforeAll, describe, expect, test } from 'vitest'
import { BODIES, EVERYWHERE, fill, type PathPart, partsOf } from './bodies-for-tests.ts'
import { adminCookie, type GuardedDirectory, guardedDirectory } from './callers-for-tests.ts'
import type { TestCall, TestCaller } from './calls-for-tests.ts'
import { type GuardedRoute, NOBODY } from './table-for-tests.ts'
import { rowsOf, type TestWorld, toldBy, type WorldIds, worldForTests } from './world-for-tests.ts'

let directory: GuardedDirectory
let theirs: TestWorld
let ours: TestWorld
/** As ours, with ids that nothing has. */
let nobody: TestWorld
let us: TestCaller

beforeAll(async () => {
  directory = await guardedDirectory()
  theirs = await worldForTests(directory, 'theirs')
  ours = await worldForTests(directory, 'ours')
  nobody = { ...ours, ids: Object.fromEntries(Object.keys(ours.ids).map((part) => [part, NOBODY])) as WorldIds }
  us = directory.withBearer(ours.tenant.token)
})

const pathOf = ({ graphName }: GuardedRoute) => graphName.split(' ')[1] ?? ''
const withParameter = () => directory.routes.filter(({ url }) => url.includes(':'))
const idOf = ({ ids }: TestWorld, part: PathPart) =>
  part === 'role' || part === 'template' ? EVERYWHERE[part] : ids[part]
const marksIn = (text: string) => theirs.marks.filter((mark) => text.includes(mark))

const addressOf = (route: GuardedRoute, world: TestWorld) =>
  fill(
    route.url,
    (partsOf(pathOf(route)) ?? []).map((part) => idOf(world, part)),
  )

/** The write as it would be right for these ids. */
function callOf(route: GuardedRoute, ids: WorldIds): TestCall {
  const body = BODIES[route.graphName]?.(ids)
  return { method: route.method, ...(body ? { body } : {}) }
}

describe('two tenants', () => {
  test('every path with a parameter, and every body it takes, is in the tables here', () => {
    expect(withParameter().length).toBeGreaterThan(90)
    expect(withParameter().filter((route) => !partsOf(pathOf(route)))).toEqual([])
    expect(directory.routes.filter(({ body, graphName }) => body !== undefined && !BODIES[graphName])).toEqual([])
  })

  test('what each asks for is there for its own admin, so that the next test means something', async () => {
    for (const route of withParameter()) {
      if (route.method !== 'GET' && route.method !== 'HEAD') continue
      const { status } = await us(addressOf(route, ours), { method: route.method })
      expect({ name: route.name, status }).toEqual({ name: route.name, status: 200 })
    }
  })

  test.each([
    { by: 'a token', caller: async () => us },
    { by: 'a cookie', caller: async () => directory.withCookie(await adminCookie(ours.tenant)) },
  ])("ids of the other are nobody's to $by, by every method, and nothing of theirs changes", async ({ caller }) => {
    const call = await caller()
    expect((await call('/v1.0/users')).status).toBe(200)
    const before = await rowsOf(directory, theirs.tenant.tenantId)
    expect(before.length).toBeGreaterThan(40)
    const wrong: string[] = []
    for (const route of withParameter()) {
      const parts = partsOf(pathOf(route)) ?? []
      const tenants: readonly PathPart[] = parts.filter((part) => !(part in EVERYWHERE))
      if (tenants.length === 0) continue
      // Each of them theirs in turn, and all of them: a group of ours with a person of theirs is a way in too.
      for (const mixed of tenants.length > 1 ? [tenants, ...tenants.map((part) => [part])] : [tenants]) {
        const told = (world: TestWorld) => {
          const asked = parts.map((part) => idOf(mixed.includes(part) ? world : ours, part))
          const named = Object.fromEntries(parts.map((part, at) => [part, asked[at]]))
          return call(fill(route.url, asked), callOf(route, { ...ours.ids, ...named })).then((answer) =>
            toldBy(answer, asked),
          )
        }
        const [one, other] = [await told(theirs), await told(nobody)]
        if (one.status !== 404 || JSON.stringify(one) !== JSON.stringify(other) || marksIn(one.text).length > 0)
          wrong.push(`${route.name} ${mixed}: ${JSON.stringify([one, other])}`)
      }
    }
    expect(wrong).toEqual([])
    expect(await rowsOf(directory, theirs.tenant.tenantId)).toEqual(before)
  })

  test("ids of the other in a body are nobody's: neither side changes", async () => {
    const before = [await rowsOf(directory, theirs.tenant.tenantId), await rowsOf(directory, ours.tenant.tenantId)]
    const wrong: string[] = []
    let tried = 0
    for (const route of directory.routes) {
      const body = (world: TestWorld) => callOf(route, { ...world.ids, principal: ours.ids.principal })
      if (JSON.stringify(body(theirs)) === JSON.stringify(body(ours))) continue
      tried += 1
      const url = addressOf(route, ours)
      const asked = toldBy(await us(url, body(theirs)), Object.values(theirs.ids))
      const nobodys = toldBy(await us(url, body(nobody)), [NOBODY])
      if (![400, 404].includes(asked.status) || JSON.stringify(asked) !== JSON.stringify(nobodys))
        wrong.push(`${route.name}: ${JSON.stringify([asked, nobodys])}`)
    }
    expect(tried).toBeGreaterThanOrEqual(12)
    expect(wrong).toEqual([])
    expect([await rowsOf(directory, theirs.tenant.tenantId), await rowsOf(directory, ours.tenant.tenantId)]).toEqual(
      before,
    )
  })

  test('no list holds anything of theirs, and none goes on where a list of theirs stopped', async () => {
    const them = directory.withBearer(theirs.tenant.token)
    const lists = directory.routes.filter(({ method, url }) => method === 'GET' && !url.includes(':'))
    expect(lists.length).toBeGreaterThan(20)
    let links = 0
    for (const { url } of lists) {
      expect({ url, found: marksIn((await us(url)).text) }).toEqual({ url, found: [] })
      for (const query of ['$top=1', '$top=999', '$select=id', '$deltatoken=latest']) {
        const { json } = await them(`${url}?${query}`)
        const link = json?.['@odata.nextLink'] ?? json?.['@odata.deltaLink']
        if (link === undefined) continue
        links += 1
        const { status, text } = await us(link.replace(/^https?:\/\/[^/]+/, ''))
        expect({ url, fails: status >= 500, found: marksIn(text) }).toEqual({ url, fails: false, found: [] })
      }
    }
    expect(links).toBeGreaterThan(6)
  })

  test.each<{ by: string; url: () => string }>([
    { by: 'a search', url: () => '/users?$search="displayName:theirs"' },
    { by: 'a search of groups', url: () => '/groups?$search="displayName:theirs"' },
    ...[
      () => `/users?$filter=id eq '${theirs.ids.person}'`,
      () => `/users?$filter=userPrincipalName eq 'theirs-pat@${theirs.tenant.domain}'`,
      () => "/users?$filter=startswith(displayName,'theirs')",
      () => "/users?$filter=department eq 'theirs crew'",
      () => "/groups?$filter=displayName eq 'theirs group'",
      () => "/applications?$filter=displayName eq 'theirs app'",
      () => "/servicePrincipals?$filter=displayName eq 'theirs app'",
      () => `/auditLogs/provisioning?$filter=jobId eq '${theirs.ids.job}'`,
      () => "/auditLogs/provisioning?$filter=contains(sourceIdentity/displayName,'theirs')",
      () =>
        "/auditLogs/provisioning?$filter=provisioningAction eq 'update' or startswith(sourceIdentity/displayName,'theirs')",
      () => `/auditLogs/provisioning?$filter=sourceIdentity/id eq '${theirs.ids.person}'`,
      () => `/auditLogs/directoryAudits?$filter=targetResources/any(t:t/id eq '${theirs.ids.person}')`,
      () => `/auditLogs/directoryAudits?$filter=initiatedBy/user/id eq '${theirs.ids.person}'`,
    ].map((url) => ({ by: `the filter ${String(url).replace(/^\(\) => /, '')}`, url })),
    { by: 'their user principal name', url: () => `/users/theirs-pat@${theirs.tenant.domain}` },
  ])('nothing of theirs is found by $by', async ({ url }) => {
    const [path = '', query = ''] = url().split(/\?(.*)/)
    const [name = '', value = ''] = query.split(/=(.*)/)
    const address = query === '' ? path : `${path}?${name}=${encodeURIComponent(value)}`
    const own = await directory.withBearer(theirs.tenant.token)(`/v1.0${address}`)
    expect(own.status).toBe(200)
    const { status, text, json } = await us(`/v1.0${address}`)
    if (json.value) expect(json.value).toEqual([])
    else expect([status, marksIn(text.replace(/"message":"[^"]*"/, ''))]).toEqual([404, []])
  })

  test('each may have what the other has: names of people, groups and apps', async () => {
    const { graph, domain } = ours.tenant
    const person = {
      accountEnabled: true,
      displayName: 'theirs pat',
      mailNickname: 'pat',
      userPrincipalName: `theirs-pat@${theirs.tenant.domain}`,
      passwordProfile: { password: 'Correct-Horse-7' },
    }
    const made = await Promise.all([
      graph('POST', '/users', person),
      graph('POST', '/users', { ...person, userPrincipalName: `theirs-pat@${domain}` }),
      graph('POST', '/groups', {
        displayName: 'theirs group',
        mailNickname: 'crew',
        mailEnabled: false,
        securityEnabled: true,
      }),
      graph('POST', `/applicationTemplates/${EVERYWHERE.template}/instantiate`, { displayName: 'theirs app' }),
    ])
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
  })
})
