import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { registerFirstPartyClient } from '../../tenants/create-tenant.ts'
import { Browser } from '../../testing/browser.ts'
import { CALLBACK, openOpenIdClient } from '../../testing/openid-client.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../../testing/test-directory.ts'
import { openIdAdapter } from './adapter.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>
let client: Awaited<ReturnType<typeof openOpenIdClient>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
  client = await openOpenIdClient(directory, tenant.tenantId)
})

const get = async (url: string) => (await directory.app.inject({ method: 'GET', url })).json()
const metadata = () => get(`/${tenant.tenantId}/v2.0/.well-known/openid-configuration`)

const beginning = (more: Record<string, string> = {}) => client.begin(more)
const exchange = (form: Record<string, string>) => client.exchange(directory.app, form)
const signIn = (userPrincipalName: string, options: Parameters<typeof client.signIn>[2] = {}) =>
  client.signIn(directory.app, userPrincipalName, options)

/** The claims of an ID token whose signature a published key bears out. */
async function readIdToken(token: string) {
  const [head, body] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  expect(JSON.parse(head ?? '').alg).toBe('RS256')
  expect(await client.isBorneOut(directory.app, token)).toBe(true)
  return JSON.parse(body ?? '')
}

describe('discovery', () => {
  test('advertises Entra’s paths on our own address, whatever host was asked', async () => {
    const root = `${PUBLIC_URL}/${tenant.tenantId}`
    const response = await directory.app.inject({
      method: 'GET',
      url: `/${tenant.tenantId}/v2.0/.well-known/openid-configuration`,
      headers: { host: 'elsewhere.example', 'x-forwarded-host': 'elsewhere.example', 'x-forwarded-proto': 'https' },
    })
    expect(response.json()).toMatchObject({
      issuer: `${root}/v2.0`,
      authorization_endpoint: `${root}/oauth2/v2.0/authorize`,
      token_endpoint: `${root}/oauth2/v2.0/token`,
      jwks_uri: `${root}/discovery/v2.0/keys`,
      userinfo_endpoint: `${root}/oidc/userinfo`,
      end_session_endpoint: `${root}/oauth2/v2.0/logout`,
      code_challenge_methods_supported: ['S256'],
    })
    expect(response.body).not.toContain('elsewhere')
  })

  test('shows public keys only, and none of a tenant that is not there', async () => {
    const { jwks_uri } = await metadata()
    const { keys } = await get(new URL(jwks_uri).pathname)
    expect(Object.keys(keys[0]).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const nowhere = await directory.app.inject({
      method: 'GET',
      url: '/0190a000-0000-4000-8000-000000000000/v2.0/.well-known/openid-configuration',
    })
    expect(nowhere.statusCode).toBe(400)
  })
})

describe('signing in to a client', () => {
  test('leads by the page and back with a code, and the tokens say who it is', async () => {
    const person = await tenant.person({ givenName: 'Priya', surname: 'Raman', displayName: 'Priya Raman' })
    const { page, back, code, redeem } = await signIn(person.userPrincipalName)
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('to Muster portal') })
    // Chromium holds form-action against the redirects that follow a form.
    expect(page.headers['content-security-policy']).toContain("form-action 'self' http://portal.test:7480")
    expect(new URL(back.at).searchParams.get('state')).toBe('the-state')

    const tokens = await redeem()
    expect(tokens.statusCode).toBe(200)
    const claims = await readIdToken(tokens.json().id_token)
    expect(claims).not.toHaveProperty('amr')
    const who = {
      sub: person.id,
      preferred_username: person.userPrincipalName,
      email: person.userPrincipalName,
      email_verified: true,
      name: 'Priya Raman',
    }
    expect(claims).toMatchObject({
      ...who,
      oid: person.id,
      tid: tenant.tenantId,
      nonce: 'the-nonce',
      iss: client.issuer,
      aud: client.clientId,
    })
    const userinfo = await directory.app.inject({
      method: 'GET',
      url: `/${tenant.tenantId}/oidc/userinfo`,
      headers: { authorization: `Bearer ${tokens.json().access_token}` },
    })
    expect(userinfo.json()).toMatchObject(who)

    expect((await redeem()).json()).toMatchObject({ error: 'invalid_grant' })
    expect(code).toBeDefined()
  })

  test.each([
    { why: 'mail in the tenant’s domain', mail: () => `Someone@${tenant.domain.toUpperCase()}`, verified: true },
    { why: 'mail in a domain that nobody claimed', mail: () => 'someone@unclaimed.example', verified: false },
  ])('vouches for $why: $verified', async ({ mail, verified }) => {
    const person = await tenant.person({ mail: mail() })
    const claims = await readIdToken((await (await signIn(person.userPrincipalName)).redeem()).json().id_token)
    expect(claims).toMatchObject({ email: mail(), email_verified: verified })
  })

  test('of two redemptions of one code at once, one is refused', async () => {
    const { redeem } = await signIn((await tenant.person()).userPrincipalName)
    const statuses = (await Promise.all([redeem(), redeem()])).map((answer) => answer.statusCode)
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(1)
    expect(statuses).toContain(400)
  })

  test('is not asked for again while the browser’s session lasts', async () => {
    const person = await tenant.person()
    const first = await signIn(person.userPrincipalName)
    const second = await signIn(person.userPrincipalName, { browser: first.browser })
    expect(second.page.at).toMatch(/^http:\/\/portal\.test:7480\/auth\/callback\?code=/)
  })

  test('shows the page again for a wrong password, and a second try works', async () => {
    const person = await tenant.person()
    const browser = new Browser(directory.app, PUBLIC_URL)
    const page = await browser.open(beginning().address)
    const again = await browser.submit(page, { username: person.userPrincipalName, password: 'wrong' })
    expect(again).toMatchObject({ status: 401, text: expect.stringContaining('not right, or the account is blocked') })
    expect((await browser.submit(again, { username: person.userPrincipalName, password: PASSWORD })).at).toContain(
      'code=',
    )
  })

  test.each([
    {
      why: 'without PKCE',
      more: { code_challenge: '', code_challenge_method: '' },
      where: 'client',
      says: 'invalid_request',
    },
    {
      why: 'to another address',
      more: { redirect_uri: 'http://elsewhere.example/' },
      where: 'here',
      says: 'redirect_uri',
    },
    {
      why: 'for a client that is not there',
      more: { client_id: '0190a000-0000-4000-8000-000000000000' },
      where: 'here',
      says: 'client',
    },
    { why: 'silently, when nobody is signed in', more: { prompt: 'none' }, where: 'client', says: 'login_required' },
  ])('is refused $why', async ({ more, where, says }) => {
    const page = await new Browser(directory.app, PUBLIC_URL).open(beginning(more).address)
    if (where === 'client') expect(page.at).toContain(`${CALLBACK}?error=${says}`)
    else expect(page).toMatchObject({ status: 400, text: expect.stringContaining(says) })
  })

  test('is bound to the browser that began it', async () => {
    const person = await tenant.person()
    const page = await new Browser(directory.app, PUBLIC_URL).open(beginning().address)
    const stolen = await new Browser(directory.app, PUBLIC_URL).open(page.at)
    expect(stolen).toMatchObject({ status: 400, text: expect.stringContaining('expired or began in another browser') })
    const sent = await new Browser(directory.app, PUBLIC_URL).submit(page, {
      username: person.userPrincipalName,
      password: PASSWORD,
    })
    expect(sent.status).toBe(400)
  })

  test('grants an application that is not Muster’s own nothing', async () => {
    await run(
      directory.database,
      `update directory.applications set is_first_party = false where tenant_id = $1 and app_id = $2`,
      [tenant.tenantId, client.clientId],
    )
    const { back } = await signIn((await tenant.person()).userPrincipalName)
    await run(
      directory.database,
      `update directory.applications set is_first_party = true where tenant_id = $1 and app_id = $2`,
      [tenant.tenantId, client.clientId],
    )
    expect(back.at).toContain(`${CALLBACK}?error=access_denied`)
  })

  test('lasts until the browser signs out, which is asked first', async () => {
    const { browser } = await signIn((await tenant.person()).userPrincipalName)
    const page = await browser.open(`/${tenant.tenantId}/oauth2/v2.0/logout`)
    expect(page.text).toContain('Sign out of the directory in this browser?')
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const out = await browser.open(`/${tenant.tenantId}/oauth2/v2.0/logout/confirm`, { xsrf, logout: 'yes' })
    expect(out.status).toBe(200)
    expect((await browser.open(beginning().address)).text).toContain('<form method="post"')
  })
})

describe('someone who may not sign in', () => {
  const ways = [
    { why: 'blocked', leave: ['PATCH', { accountEnabled: false }] },
    { why: 'deleted', leave: ['DELETE', undefined] },
  ] as const

  test.each(ways)('$why: the page refuses them', async ({ leave }) => {
    const person = await tenant.person()
    await tenant.graph(leave[0], `/users/${person.id}`, leave[1])
    expect((await signIn(person.userPrincipalName)).back).toMatchObject({ status: 401 })
  })

  test.each(ways)('$why: session, code, access and refresh tokens end at once', async ({ leave }) => {
    const person = await tenant.person()
    const offline = { scope: 'openid offline_access', prompt: 'consent' }
    const { browser, redeem } = await signIn(person.userPrincipalName, { more: offline })
    const refresh = async (token: string) =>
      (await exchange({ grant_type: 'refresh_token', refresh_token: token })).json()
    const tokens = await refresh((await redeem()).json().refresh_token)
    expect(tokens).toMatchObject({ access_token: expect.any(String), refresh_token: expect.any(String) })
    const unused = await signIn(person.userPrincipalName, { browser })
    await tenant.graph(leave[0], `/users/${person.id}`, leave[1])

    expect((await unused.redeem()).json()).toMatchObject({ error: 'invalid_grant' })
    expect(await refresh(tokens.refresh_token)).toMatchObject({ error: 'invalid_grant' })
    const userinfo = {
      method: 'GET',
      url: `/${tenant.tenantId}/oidc/userinfo`,
      headers: { authorization: `Bearer ${tokens.access_token}` },
    } as const
    expect((await directory.app.inject(userinfo)).statusCode).toBe(401)
    expect((await browser.open(beginning().address)).text).toContain('<form method="post"')
    const left = await run(
      directory.database,
      'select 1 from directory.openid_records where tenant_id = $1 and account_id = $2',
      [tenant.tenantId, person.id],
    )
    expect(left).toEqual([])

    // And nothing of it revives with the person.
    if (leave[0] === 'DELETE') await tenant.graph('POST', `/directory/deletedItems/${person.id}/restore`)
    else await tenant.graph('PATCH', `/users/${person.id}`, { accountEnabled: true })
    expect((await directory.app.inject(userinfo)).statusCode).toBe(401)
    expect((await browser.open(beginning().address)).text).toContain('<form method="post"')
  })

  test.each([
    { why: 'blocked and unblocked', changes: [{ accountEnabled: false }, { accountEnabled: true }] },
    { why: 'given another password', changes: [{ passwordProfile: { password: 'Another-Horse-8' } }] },
  ])('$why: a request that was under way brings no session back', async ({ changes }) => {
    const person = await tenant.person()
    const { browser } = await signIn(person.userPrincipalName)
    const id = /_session=([^;]+)/.exec(browser.cookies(`/${tenant.tenantId}/`))?.[1] ?? ''
    // What every request does at its beginning, and again at its end.
    const sessions = openIdAdapter(directory.deps, tenant.tenantId)('Session')
    const atBeginning = await sessions.find(id)
    if (!atBeginning) throw new Error('There is no session.')
    await sessions.upsert(id, atBeginning, 3_600)
    expect(await sessions.find(id)).toBeDefined()
    for (const change of changes) await tenant.graph('PATCH', `/users/${person.id}`, change)
    await sessions.upsert(id, atBeginning, 3_600)
    expect(await sessions.find(id)).toBeUndefined()
    expect((await browser.open(beginning().address)).text).toContain('<form method="post"')
  })

  test('blocked between the password and the way back: no code', async () => {
    const person = await tenant.person()
    const browser = new Browser(directory.app, PUBLIC_URL)
    const page = await browser.open(beginning().address)
    const cookie = browser.cookies(new URL(page.at).pathname)
    const sent = await directory.app.inject({
      method: 'POST',
      url: new URL(page.at).pathname,
      headers: { 'content-type': 'application/x-www-form-urlencoded', cookie },
      payload: new URLSearchParams({ username: person.userPrincipalName, password: PASSWORD }).toString(),
    })
    expect(sent.statusCode).toBe(303)
    await tenant.graph('PATCH', `/users/${person.id}`, { accountEnabled: false })
    const resumed = await browser.open(String(sent.headers.location))
    expect(resumed.at).not.toContain('code=')
  })
})

describe('what is stored', () => {
  test('holds no code, token or cookie that could be used', async () => {
    const { code, browser } = await signIn((await tenant.person()).userPrincipalName)
    const rows = JSON.stringify(
      await run(directory.database, 'select * from directory.openid_records where tenant_id = $1', [tenant.tenantId]),
    )
    const session = /_session=([^;]+)/.exec(browser.cookies(`/${tenant.tenantId}/`))?.[1]
    for (const secret of [code, session]) {
      expect(secret).toBeDefined()
      expect(rows).not.toContain(secret)
    }
  })

  test('keeps the client of the same name, its secret too, and takes new addresses', async () => {
    const again = await registerFirstPartyClient(directory.deps, tenant.tenantId, {
      displayName: 'Muster portal',
      redirectUris: [CALLBACK, 'http://portal.test:9999/auth/callback'],
    })
    expect(client).toMatchObject(again)
    const moved = await new Browser(directory.app, PUBLIC_URL).open(
      beginning({ redirect_uri: 'http://portal.test:9999/auth/callback' }).address,
    )
    expect(moved.status).toBe(200)
    expect(client).toMatchObject({ issuer: `${PUBLIC_URL}/${tenant.tenantId}/v2.0`, domains: [tenant.domain] })
  })
})
