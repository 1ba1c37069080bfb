import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, PUBLIC_URL } from '../testing/test-directory.ts'
import { OPENID_PATHS } from './openid/paths.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const signIn = (returnTo: string, cookie?: string) =>
  directory.app.inject({
    method: 'POST',
    url: '/auth/login',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie === undefined ? {} : { cookie }) },
    payload: new URLSearchParams({
      username: tenant.adminUserPrincipalName,
      password: tenant.adminPassword,
      returnTo,
    }).toString(),
  })

const cookieOf = (answer: Awaited<ReturnType<typeof signIn>>): string =>
  String(answer.headers['set-cookie']).split(';')[0] ?? ''

test('a cookie from before the sign-in is never the session: each sign-in makes another value', async () => {
  const planted = `muster_directory_session=mds_${'a'.repeat(60)}`
  const first = cookieOf(await signIn('/', planted))
  const second = cookieOf(await signIn('/', first))
  expect(first).toMatch(/^muster_directory_session=mds_/)
  expect(new Set([planted, first, second]).size).toBe(3)
  const me = (cookie: string) => directory.app.inject({ url: '/v1.0/users', headers: { cookie } })
  expect((await me(planted)).statusCode).toBe(401)
  expect((await me(second)).statusCode).toBe(200)
})

test.each(['/users\r\nX-Planted: 1', '\r\nX-Planted: 1', '//evil.example/\r\nX-Planted: 1'])(
  'a return address with a line break, %j, makes no header and leads nowhere else',
  async (returnTo) => {
    const answer = await signIn(returnTo)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers['x-planted']).toBeUndefined()
    expect(answer.headers.location).not.toMatch(/[\r\n]/)
    expect(new URL(String(answer.headers.location)).origin).toBe(PUBLIC_URL)
  },
)

const mounted = [
  ...Object.values(OPENID_PATHS),
  `${OPENID_PATHS.end_session}/confirm`,
  `${OPENID_PATHS.end_session}/success`,
  `${OPENID_PATHS.authorization}/none`,
  '/v2.0/.well-known/openid-configuration',
]

describe.each(mounted)('%s of the OpenID mount', (path) => {
  test.each(['GET', 'POST'] as const)('answers %s with the security headers and a strict policy', async (method) => {
    const query = new URLSearchParams({ state: 'a\r\nX-Planted: 1', redirect_uri: 'http://x.example/\r\nX-Planted: 1' })
    const { headers } = await directory.app.inject({
      method,
      url: `/${tenant.tenantId}${path}?${query}`,
      headers: { accept: 'text/html' },
    })
    expect(headers['x-planted']).toBeUndefined()
    expect(headers['x-content-type-options']).toBe('nosniff')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe-')
  })
})
