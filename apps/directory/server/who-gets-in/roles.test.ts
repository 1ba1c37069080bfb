import { newCredential } from '@muster/service-kit/ids.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { GLOBAL_ADMINISTRATOR } from '../directory/roles/role.ts'
import { registerFirstPartyClient } from '../tenants/create-tenant.ts'
import { adminCookie, type GuardedDirectory, guardedDirectory, somebody, type TestTenant } from './callers-for-tests.ts'
import type { TestCaller } from './calls-for-tests.ts'
import { ask, NO_ROLE, OPEN, ROLES, type TestRole } from './table-for-tests.ts'

let directory: GuardedDirectory
let tenant: TestTenant

beforeAll(async () => {
  directory = await guardedDirectory()
  tenant = await directory.openTenant()
})

/** Each route that the caller is let into, though they hold too little, or refused, though they hold enough. */
async function wronglyAnswered(caller: TestCaller, role: TestRole | 'the bootstrap client'): Promise<string[]> {
  const wrong: string[] = []
  for (const route of directory.routes) {
    const may = role === 'the bootstrap client' || (route.roles ?? []).includes(role)
    const { status, text, json } = await ask(caller, route)
    const told = may || route.method === 'HEAD' || json.error.code === 'Authorization_RequestDenied'
    if (status === 401 || status >= 500 || (status === 403) === may || !told)
      wrong.push(`${status} ${route.name}: ${text}`)
  }
  return wrong
}

describe('every route of the server, those that no document lists too', () => {
  test('is in the table of who gets in', () => {
    expect(directory.routes.length).toBeGreaterThan(140)
    expect(directory.routes.filter(({ roles }) => roles === undefined).map(({ name }) => name)).toEqual([])
  })

  test('is open only where the table names it, and the API’s description says the same', async () => {
    const { paths } = (await directory.callerOf({})('/openapi.json')).json as {
      paths: Record<string, Record<string, { security?: unknown[] }>>
    }
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    expect(open.sort()).toEqual([...OPEN].filter((name) => name.includes(' /auth/')).sort())
  })

  const never = (prefix: string, name: string) => newCredential(prefix, name).value
  const tenantId = '0f0c2c5d-8a4e-4a57-9c39-7c3c7ce4f6d1'
  test.each<{ why: string; headers: () => Record<string, string> }>([
    { why: 'no credential', headers: () => ({}) },
    { why: 'a bearer that is none', headers: () => ({ authorization: 'Bearer nothing' }) },
    { why: 'an empty bearer', headers: () => ({ authorization: 'Bearer ' }) },
    { why: 'a basic credential', headers: () => ({ authorization: 'Basic YTpi' }) },
    { why: 'the client’s own secret', headers: () => ({ authorization: `Bearer ${tenant.clientSecret}` }) },
    {
      why: 'a token that was never given',
      headers: () => ({ authorization: `Bearer ${never('mgt', tenant.tenantId)}` }),
    },
    {
      why: 'a session that was never begun',
      headers: () => ({ cookie: `muster_directory_session=${never('mds', tenant.tenantId)}` }),
    },
    { why: 'the portal’s cookie', headers: () => ({ cookie: `muster_session=${never('mss', 'abcdefgh')}` }) },
    {
      why: 'the portal’s cookie under our name',
      headers: () => ({ cookie: `muster_directory_session=${never('mss', 'abcdefgh')}` }),
    },
    {
      why: 'a session of ours under the portal’s name',
      headers: () => ({ cookie: cookie.replace('muster_directory_session', 'muster_session') }),
    },
    { why: 'the portal’s key', headers: () => ({ authorization: `Bearer ${never('mst', 'abcdefgh')}` }) },
    { why: 'a session as a bearer', headers: () => ({ authorization: `Bearer ${cookie.split('=')[1]}` }) },
    { why: 'a token as a session', headers: () => ({ cookie: `muster_directory_session=${tenant.token}` }) },
    {
      why: 'a token with another tenant written into it',
      headers: () => ({ authorization: `Bearer ${tenant.token.replace(tenant.tenantId, tenantId)}` }),
    },
    {
      why: 'a bearer that is none beside a session that holds',
      headers: () => ({ authorization: 'Bearer nothing', cookie }),
    },
  ])('answers 401 to $why, and says how to come in', async ({ headers }) => {
    const answers: unknown[] = []
    for (const route of directory.routes) {
      const { status, headers: answered, json } = await ask(directory.callerOf(headers()), route)
      const told = route.method === 'HEAD' || json?.error?.code === 'InvalidAuthenticationToken'
      if (status !== 401 || !told || !/^Bearer realm=/.test(String(answered['www-authenticate'])))
        answers.push({ name: route.name, status })
    }
    expect(answers).toEqual([])
  })

  let cookie: string
  beforeAll(async () => {
    cookie = await adminCookie(tenant)
    expect((await directory.withCookie(cookie)('/v1.0/users')).status).toBe(200)
  })

  test.each(ROLES)('lets in %s exactly where the table says, before a body is read', async (role) => {
    const { cookie } = await somebody(tenant, role)
    expect(await wronglyAnswered(directory.withCookie(cookie), role)).toEqual([])
  })

  test('lets in the bootstrap client everywhere', async () => {
    expect(await wronglyAnswered(directory.withBearer(tenant.token), 'the bootstrap client')).toEqual([])
  })

  test('lets in no other client, not even Muster’s own portal', async () => {
    const wanted = { displayName: 'Portal', redirectUris: ['http://portal.test/auth/callback'] }
    const { clientId, clientSecret } = await registerFirstPartyClient(directory.deps, tenant.tenantId, wanted)
    const token = await directory.tokenFor(tenant.tenantId, clientId, clientSecret)
    expect(token).toMatch(/^mgt_/)
    const caller = directory.withBearer(token)
    for (const route of directory.routes)
      expect({ name: route.name, status: (await ask(caller, route)).status }).toEqual({ name: route.name, status: 401 })
  })
})

describe('who got in', () => {
  test.each<{ why: string; status: number; end: (person: string) => Promise<unknown> }>([
    {
      why: 'whose role was taken away',
      status: 403,
      end: (id) => tenant.graph('DELETE', `/directoryRoles/${GLOBAL_ADMINISTRATOR}/members/${id}/$ref`),
    },
    {
      why: 'who was blocked',
      status: 401,
      end: (id) => tenant.graph('PATCH', `/users/${id}`, { accountEnabled: false }),
    },
    { why: 'who was deleted', status: 401, end: (id) => tenant.graph('DELETE', `/users/${id}`) },
  ])('is out at once: somebody $why, on every route', async ({ status, end }) => {
    const { id, cookie } = await somebody(tenant, 'Global Administrator')
    const caller = directory.withCookie(cookie)
    expect((await caller('/v1.0/users')).status).toBe(200)
    await end(id)
    const inside: string[] = []
    for (const route of directory.routes) {
      const answer = await ask(caller, route)
      // What everybody may who is signed in is left to them without a role.
      const wanted = status === 403 && route.roles?.includes(NO_ROLE) ? 200 : status
      if (answer.status !== wanted) inside.push(`${answer.status} ${route.name}`)
    }
    expect(inside).toEqual([])
  })
})
