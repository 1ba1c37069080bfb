import { createHash } from 'node:crypto'
import fastify from 'fastify'
import { beforeAll, describe, expect, test } from 'vitest'
import { registerFirstPartyClient } from '../tenants/create-tenant.ts'
import { Browser } from '../testing/browser.ts'
import { isBack, openOpenIdClient } from '../testing/openid-client.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../testing/test-directory.ts'
import { openIdRoutes } from './openid/mount.ts'
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

interface Route {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'OPTIONS'
  readonly url: string
}

/** Every route that the mount registers, found by registering it. */
async function mountedRoutes(): Promise<Route[]> {
  const routes: Route[] = []
  const app = fastify()
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one as Route['method'], url })
  })
  await app.register(openIdRoutes(async () => undefined, PUBLIC_URL))
  await app.close()
  return routes
}

/** What every answer carries, as the sign-in page has it. */
async function securityHeaders(): Promise<Record<string, unknown>> {
  const { headers } = await directory.app.inject('/auth/login')
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) =>
      /^(x-(content|frame|dns)|cross-origin|referrer|origin-agent)/.test(name),
    ),
  )
}

const expectStrict = (policy: unknown) => {
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).not.toMatch(/unsafe-|\*/)
}

/** A page that is ours: its style is the one that the policy of its answer lets in. */
const expectOurPage = (headers: Readonly<Record<string, unknown>>, text: string) => {
  expectStrict(headers['content-security-policy'])
  const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1]
  expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`)
  expect(text).not.toMatch(/<script|<style>| style=/)
}

/** The library's own page, which sends itself on: a script of known text, and nothing to be seen. */
const expectPassingPage = (headers: Readonly<Record<string, unknown>>, text: string) => {
  expectStrict(headers['content-security-policy'])
  const scripts = text.split('<script').slice(1)
  expect(scripts).toHaveLength(1)
  const script = /^>([^<]*)<\/script>/.exec(scripts[0] ?? '')?.[1] ?? ''
  const digest = createHash('sha256').update(script).digest('base64')
  expect(headers['content-security-policy']).toContain(`'sha256-${digest}'`)
}

describe('the OpenID mount', async () => {
  test.each(await mountedRoutes())(
    'answers $method $url with the security headers and a strict policy',
    async (route) => {
      const expected = await securityHeaders()
      expect(Object.keys(expected).length).toBeGreaterThan(4)
      const query = new URLSearchParams({
        state: 'a\r\nX-Planted: 1',
        redirect_uri: 'http://x.example/\r\nX-Planted: 1',
      })
      const url = route.url.replace(':tenantId', tenant.tenantId).replace(':uid', 'none')
      for (const accept of ['text/html', 'application/json']) {
        const { headers, body } = await directory.app.inject({
          method: route.method,
          url: `${url}?${query}`,
          headers: { accept, origin: 'http://x.example', 'access-control-request-method': 'POST' },
        })
        expect(headers).toMatchObject(expected)
        expect(headers['x-planted']).toBeUndefined()
        expectStrict(headers['content-security-policy'])
        if (body.startsWith('<!DOCTYPE html>')) expectPassingPage(headers, body)
        else if (body.startsWith('<')) expectOurPage(headers, body)
      }
    },
  )

  test.each([
    { why: 'a client that nobody knows', more: { client_id: '<b>nobody</b>' } },
    {
      why: 'an address that is not the client’s',
      more: { redirect_uri: 'http://x.example/"><script>alert(1)</script>' },
    },
    { why: 'an address with a line break', more: { redirect_uri: 'http://x.example/\r\nX-Planted: 1' } },
  ])('says on a page of ours why $why gets nowhere', async ({ more }) => {
    const client = await openOpenIdClient(directory, tenant.tenantId)
    const page = await new Browser(directory.app, PUBLIC_URL).open(client.begin(more).address)
    expect(page).toMatchObject({ status: 400, text: expect.stringContaining('This sign-in cannot go on') })
    expectOurPage(page.headers, page.text)
    expect(page.text).not.toContain('<b>')
    expect(page.headers['x-planted']).toBeUndefined()
  })

  test('tells nothing of what failed inside, on a page of ours', async () => {
    const client = await openOpenIdClient(directory, tenant.tenantId)
    const browser = new Browser(directory.app, PUBLIC_URL)
    const { at } = await browser.open(client.begin().address)
    await directory.pool.query(
      `update directory.openid_records set payload = '{"sealed":"spoilt"}' where tenant_id = $1 and model = 'Interaction'`,
      [tenant.tenantId],
    )
    const uid = at.split('/').at(-1)
    const page = await browser.open(`/${tenant.tenantId}${OPENID_PATHS.authorization}/${uid}`)
    expect(page).toMatchObject({ status: 500, text: expect.stringContaining('This sign-in cannot go on') })
    expectOurPage(page.headers, page.text)
    expect(page.text).not.toMatch(/spoilt|seal|decrypt|at .*\.ts/)
  })

  test('gives a state with a line break back as it came, and makes no header of it', async () => {
    const client = await openOpenIdClient(directory, tenant.tenantId)
    const state = 'a\r\nX-Planted: 1'
    const { at, headers } = await new Browser(directory.app, PUBLIC_URL).open(
      client.begin({ state, prompt: 'none' }).address,
    )
    expect(headers['x-planted']).toBeUndefined()
    expect(headers.location).not.toMatch(/[\r\n]/)
    expect(new URL(at).searchParams.get('state')).toBe(state)
  })

  test('lets no address of a client write into the policy', async () => {
    const redirectUri = 'http://odd;sandbox/'
    const odd = await registerFirstPartyClient(directory.deps, tenant.tenantId, {
      displayName: 'Odd',
      redirectUris: [redirectUri],
    })
    const client = await openOpenIdClient(directory, tenant.tenantId)
    const page = await new Browser(directory.app, PUBLIC_URL).open(
      client.begin({ client_id: odd.clientId, redirect_uri: redirectUri }).address,
    )
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('to Odd') })
    expect(page.headers['content-security-policy']).not.toContain('sandbox')
  })

  test('shows names with line breaks and markup as text', async () => {
    const name = 'Portal\r\nX-Planted: 1 <script>alert(1)</script>'
    const client = await openOpenIdClient(directory, tenant.tenantId, name)
    const { address } = client.begin({ login_hint: '"><script>alert(2)</script>\r\nX-Planted: 1' })
    const page = await new Browser(directory.app, PUBLIC_URL).open(address)
    expect(page.status).toBe(200)
    expect(page.headers['x-planted']).toBeUndefined()
    expect(page.text).toContain('&lt;script&gt;alert(1)')
    expect(page.text).toContain('&lt;script&gt;alert(2)')
    expectOurPage(page.headers, page.text)
  })
})

test('a browser’s OpenID session is another one when somebody else signs in, and the old one is nobody’s', async () => {
  const [planter, victim] = [await tenant.person(), await tenant.person()]
  const client = await openOpenIdClient(directory, tenant.tenantId)
  const { browser } = await client.signIn(directory.app, planter.userPrincipalName)
  const path = `/${tenant.tenantId}/`
  const planted = browser.cookies(path)
  expect(planted).toContain('_session=')
  const page = await browser.open(client.begin({ prompt: 'login' }).address)
  // The session of the one before is ended first, by a page that sends itself on.
  const passing = await browser.submit(page, { username: victim.userPrincipalName, password: PASSWORD })
  expect(isBack(await browser.submit(passing, {}))).toBe(true)
  const sessionIn = (cookies: string) => /_session=([^;]+)/.exec(cookies)?.[1]
  expect(sessionIn(browser.cookies(path))).toBeDefined()
  expect(sessionIn(browser.cookies(path))).not.toBe(sessionIn(planted))
  const { headers } = await directory.app.inject({
    url: client.begin({ prompt: 'none' }).address,
    headers: { cookie: planted, accept: 'text/html' },
  })
  expect(headers.location).toContain('error=login_required')
})
