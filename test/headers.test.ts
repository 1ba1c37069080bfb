import { afterAll, describe, expect, test } from 'vitest'
import { startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'
import { withRouteTables } from './openapi/route-tables.ts'

const FAULT = { 'x-fault-for-tests': 'yes' }

const { database } = await freshDatabase()
const { made: ends, routesOf } = await withRouteTables(
  () => startBothEnds(database),
  (app) =>
    app.addHook('preValidation', async ({ headers }) => {
      if (headers['x-fault-for-tests']) throw new Error('the vault is shut')
    }),
)
afterAll(() => ends.stop())

const pair = await ends.newPair('headers')
const APPS = [
  { name: 'portal', app: ends.portal, bearer: pair.workspace.adminApiKey },
  { name: 'directory', app: ends.directory, bearer: pair.graphToken },
]

const NOWHERE = '0f0c2c5d-8a4e-4a57-9c39-7c3c7ce4f6d1'
const filled = (url: string) =>
  url.replace(':tenantId', pair.tenant.tenantId).replaceAll(/:\w+/g, NOWHERE).replace('*', 'x')

/** What is wrong with the headers of an answer that holds nothing that may be kept. */
function faultsOf({ headers }: { readonly headers: Readonly<Record<string, unknown>> }): string[] {
  const policy = String(headers['content-security-policy'])
  const wanted: [string, boolean][] = [
    ['a policy that forbids what it does not name', policy.startsWith("default-src 'none'")],
    ['nothing unsafe', !policy.includes('unsafe-')],
    ['nobody frames it', policy.includes("frame-ancestors 'none'")],
    ['no base', policy.includes("base-uri 'none'")],
    ['no sniffing', headers['x-content-type-options'] === 'nosniff'],
    ['no referrer elsewhere', /^(same-origin|no-referrer)$/.test(String(headers['referrer-policy']))],
    ['an opener of ours', headers['cross-origin-opener-policy'] === 'same-origin'],
    ['resources for us', headers['cross-origin-resource-policy'] === 'same-origin'],
    ['embeds of ours', headers['cross-origin-embedder-policy'] === 'require-corp'],
    ['no HSTS on plain HTTP', headers['strict-transport-security'] === undefined],
    ['nothing kept', /no-store/.test(String(headers['cache-control']))],
    ['a request id', /^[0-9a-f-]{36}$/.test(String(headers['x-request-id']))],
    ['no word of what serves it', headers.server === undefined && headers['x-powered-by'] === undefined],
  ]
  return wanted.filter(([, holds]) => !holds).map(([what]) => what)
}

describe.each(APPS)('every answer of the $name', ({ app, bearer }) => {
  const routes = routesOf(app)
  const ask = (method: string, url: string, headers: Record<string, string> = {}, payload?: string) =>
    app.inject({ method: method as 'GET', url, headers, ...(payload === undefined ? {} : { payload }) })

  test('has the security headers, on each route, for anybody, for an administrator, and when it fails', async () => {
    expect(routes.length).toBeGreaterThan(50)
    const wrong: unknown[] = []
    const statuses = new Set<number>()
    for (const { method, url } of routes)
      for (const headers of [
        {},
        { authorization: `Bearer ${bearer}` },
        { authorization: `Bearer ${bearer}`, ...FAULT },
      ]) {
        const answer = await ask(method, filled(url), headers)
        statuses.add(answer.statusCode)
        const faults = faultsOf(answer)
        if (answer.payload.includes('vault')) faults.push('what went wrong is told')
        if (faults.length > 0) wrong.push({ method, url, status: answer.statusCode, faults })
      }
    expect(wrong).toEqual([])
    for (const status of [200, 401, 404, 500]) expect([...statuses]).toContain(status)
  })

  const known = { authorization: `Bearer ${bearer}` }
  const json = { ...known, 'content-type': 'application/json' }
  const isPortal = app === ends.portal
  const writable = isPortal ? '/api/v1/roles' : '/v1.0/users'
  test.each([
    { why: 'an address that is none', status: 404, method: 'GET', url: '/nowhere', headers: {} },
    { why: 'an address that can’t be read', status: 400, method: 'GET', url: '/%zz', headers: {} },
    {
      why: 'an address too long to be one',
      status: isPortal ? 404 : 414,
      method: 'GET',
      url: `/${'x'.repeat(600)}/y`,
      headers: {},
    },
    {
      why: 'a body over 2 MB',
      status: 413,
      method: 'POST',
      url: writable,
      headers: json,
      payload: `"${'x'.repeat(2_100_000)}"`,
    },
    {
      why: 'a body of another kind',
      status: 415,
      method: 'POST',
      url: writable,
      headers: { ...known, 'content-type': 'text/csv' },
      payload: 'a,b',
    },
    { why: 'a body that is no JSON', status: 400, method: 'POST', url: writable, headers: json, payload: '{' },
    ...(isPortal
      ? [
          { why: 'a method SCIM forbids', status: 405, method: 'DELETE', url: '/scim/v2/Users', headers: known },
          {
            why: 'a SCIM address that can’t be read',
            status: 400,
            method: 'GET',
            url: '/scim/v2/Users/%zz',
            headers: known,
          },
          {
            why: 'SCIM over 2 MB',
            status: 413,
            method: 'POST',
            url: '/scim/v2/Users',
            headers: json,
            payload: `"${'x'.repeat(2_100_000)}"`,
          },
          {
            why: 'SCIM of another kind',
            status: 415,
            method: 'POST',
            url: '/scim/v2/Users',
            headers: { ...known, 'content-type': 'text/csv' },
            payload: 'a',
          },
          { why: 'a redirect to the provider', status: 302, method: 'GET', url: '/auth/login', headers: {} },
        ]
      : [
          {
            why: 'an OpenID request that no client made',
            status: 400,
            method: 'GET',
            url: `/${pair.tenant.tenantId}/oauth2/v2.0/authorize?client_id=x`,
            headers: {},
          },
          {
            why: 'a token request that is refused',
            status: 400,
            method: 'POST',
            url: `/${pair.tenant.tenantId}/oauth2/v2.0/token`,
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
            payload: 'grant_type=x',
          },
          {
            why: 'an unknown tenant',
            status: 400,
            method: 'GET',
            url: `/${NOWHERE}/v2.0/.well-known/openid-configuration`,
            headers: {},
          },
        ]),
  ])('has them with $status: $why', async ({ method, url, headers, status, ...rest }) => {
    const answer = await ask(
      method,
      url,
      headers as Record<string, string>,
      'payload' in rest ? rest.payload : undefined,
    )
    expect(answer.statusCode, answer.payload.slice(0, 200)).toBe(status)
    expect(faultsOf(answer)).toEqual([])
    if (url.startsWith('/scim/')) expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
  })
})
