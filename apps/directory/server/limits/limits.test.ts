import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { purgeExpired } from '../sign-in/purge.ts'
import { Browser, type Page } from '../testing/browser.ts'
import { isBack, openOpenIdClient } from '../testing/openid-client.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../testing/test-directory.ts'

const MINUTE = 60_000
const TOO_MANY = { status: 429, headers: { 'retry-after': '60' }, text: expect.stringContaining('Try again in 60 s.') }

type Directory = Awaited<ReturnType<typeof openTestDirectory>>

/** The two pages that take a password, each on a browser of its own. */
const pagesOf = ({ app }: Directory, openIdAddress: string) => ({
  console: () => new Form(new Browser(app, PUBLIC_URL), '/auth/login'),
  openid: () => new Form(new Browser(app, PUBLIC_URL), openIdAddress),
})

class Form {
  readonly #browser: Browser
  readonly #address: string

  constructor(browser: Browser, address: string) {
    this.#browser = browser
    this.#address = address
  }

  async send(username: string, password: string): Promise<Page> {
    return this.#browser.submit(await this.#browser.open(this.#address), { username, password })
  }
}

const isIn = (page: Page): boolean => isBack(page) || page.status === 200

describe('of an account', () => {
  const limits = { signInFailures: 3 }
  let nodes: readonly [Directory, Directory]
  let tenant: Awaited<ReturnType<Directory['openTenant']>>
  let pages: (node: 0 | 1) => ReturnType<typeof pagesOf>
  let wait: (ms: number) => void

  beforeAll(async () => {
    const database = await freshDatabase()
    nodes = [await openTestDirectory({ limits, database }), await openTestDirectory({ limits, database })]
    tenant = await nodes[0].openTenant()
    const address = (await openOpenIdClient(nodes[0], tenant.tenantId)).begin().address
    pages = (node) => pagesOf(nodes[node], address)
    wait = (ms) => {
      for (const { time } of nodes) time.now += ms
    }
  })

  test.each(['console', 'openid'] as const)(
    'three wrong passwords a minute are taken on the %s page, in any letter case and on any node, then not even the right one',
    async (kind) => {
      const { userPrincipalName } = await tenant.person()
      const [one, two] = [pages(0)[kind](), pages(1)[kind]()]
      expect((await one.send(userPrincipalName, 'wrong')).status).toBe(401)
      // A right one clears what was counted.
      expect(isIn(await pages(0)[kind]().send(userPrincipalName, PASSWORD))).toBe(true)
      for (const name of [userPrincipalName, userPrincipalName.toUpperCase(), ` ${userPrincipalName}`])
        expect((await two.send(name, 'wrong')).status).toBe(401)
      expect(await one.send(userPrincipalName, PASSWORD)).toMatchObject(TOO_MANY)
      wait(MINUTE)
      expect(isIn(await one.send(userPrincipalName, PASSWORD))).toBe(true)
    },
  )

  test('are counted together on both pages, and another account goes on', async () => {
    const [one, other] = [await tenant.person(), await tenant.person()]
    const page = pages(0)
    for (const kind of ['console', 'openid', 'console'] as const)
      expect((await page[kind]().send(one.userPrincipalName, 'wrong')).status).toBe(401)
    expect(await page.openid().send(one.userPrincipalName, PASSWORD)).toMatchObject(TOO_MANY)
    expect(isIn(await page.openid().send(other.userPrincipalName, PASSWORD))).toBe(true)
  })

  test.each([
    { why: 'there is', name: async () => (await tenant.person()).userPrincipalName },
    { why: 'is blocked', name: async () => (await tenant.person({ accountEnabled: false })).userPrincipalName },
    { why: 'nobody has', name: async () => `nobody@${tenant.domain}` },
    { why: 'is in nobody’s domain', name: async () => 'nobody@nowhere.example' },
  ])('the same pages are answered for one that $why', async ({ name }) => {
    const username = await name()
    const page = pages(0)
    const told: string[] = []
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const { status, headers, text } = await page.console().send(username, 'wrong')
      const plain = text.replaceAll(username, 'NAME').replaceAll(/nonce="[^"]*"/g, '')
      told.push(`${status} ${headers['retry-after']} ${/role="alert">([^<]*)/.exec(plain)?.[1]}`)
    }
    const wrong = '401 undefined The name or the password is not right, or the account is blocked.'
    const tooMany = '429 60 Too many tries. Try again in 60 s.'
    expect(told).toEqual([wrong, wrong, wrong, tooMany, tooMany])
  })

  test('of tries at once no more than the limit are looked at', async () => {
    const { userPrincipalName } = await tenant.person()
    const page = pages(0)
    const statuses = await Promise.all(
      Array.from({ length: 8 }, async () => (await page.console().send(userPrincipalName, 'wrong')).status),
    )
    expect(statuses.filter((status) => status === 401)).toHaveLength(3)
    expect(statuses.filter((status) => status === 429)).toHaveLength(5)
  })

  test('what is kept names nobody, and is cleared away when its minute is over', async () => {
    const { userPrincipalName } = await tenant.person()
    await pages(0).console().send(userPrincipalName, 'wrong')
    const rows = async () =>
      (await nodes[0].pool.query<{ row: string }>('select a::text as row from directory.sign_in_attempts a')).rows
    const kept = await rows()
    expect(kept.length).toBeGreaterThan(0)
    for (const { row } of kept) expect(row.toLowerCase()).not.toContain(userPrincipalName.split('@')[0])
    await purgeExpired(nodes[0].database, new Date(nodes[0].time.now + MINUTE - 1))
    expect((await rows()).length).toBeGreaterThan(0)
    await purgeExpired(nodes[0].database, new Date(nodes[0].time.now + MINUTE))
    expect(await rows()).toEqual([])
  })
})

test('an address signs in so often a minute on either page, whatever the account, right or wrong', async () => {
  const directory = await openTestDirectory({ limits: { signIn: 3 } })
  const tenant = await directory.openTenant()
  const page = pagesOf(directory, (await openOpenIdClient(directory, tenant.tenantId)).begin().address)
  const { userPrincipalName } = await tenant.person()
  expect((await page.console().send('nobody@nowhere.example', 'wrong')).status).toBe(401)
  expect(isIn(await page.openid().send(userPrincipalName, PASSWORD))).toBe(true)
  expect(isIn(await page.console().send(userPrincipalName, PASSWORD))).toBe(true)
  directory.time.now += 20_000
  for (const kind of ['console', 'openid'] as const)
    expect(await page[kind]().send(userPrincipalName, PASSWORD)).toMatchObject({
      status: 429,
      headers: { 'retry-after': '40', 'content-type': expect.stringContaining('text/html') },
      text: expect.stringContaining('Try again in 40 s.'),
    })
  const elsewhere = await directory.app.inject({
    method: 'POST',
    url: '/auth/login',
    remoteAddress: '192.0.2.7',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ username: userPrincipalName, password: PASSWORD }).toString(),
  })
  expect(elsewhere.statusCode).toBe(303)
  directory.time.now += 40_000
  expect(isIn(await page.openid().send(userPrincipalName, PASSWORD))).toBe(true)
})

describe('of the token endpoint', () => {
  let directory: Directory
  let tenant: Awaited<ReturnType<Directory['openTenant']>>

  const ask = ({ tenantId, clientId, clientSecret }: typeof tenant, form: Record<string, string> = {}) =>
    directory.app.inject({
      method: 'POST',
      url: `/${tenantId}/oauth2/v2.0/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'x/.default',
        ...form,
      }).toString(),
    })

  beforeAll(async () => {
    // One each is used for the token that the tenant is given.
    directory = await openTestDirectory({ limits: { token: 3 } })
    tenant = await directory.openTenant()
  })

  test('a client is let through as often as the limit says, whatever it asks, then told when to come again; others go on', async () => {
    const other = await directory.openTenant()
    // Nobody uses up the share of a client whose name alone they know.
    for (const _ of [1, 2, 3, 4]) expect((await ask(tenant, { client_secret: 'wrong' })).statusCode).toBe(401)
    expect((await ask(tenant)).statusCode).toBe(200)
    expect((await ask(tenant, { scope: 'User.Read' })).json()).toMatchObject({ error: 'invalid_scope' })
    directory.time.now += 15_000
    const refused = await ask(tenant)
    expect(refused.statusCode).toBe(429)
    expect(refused.headers).toMatchObject({ 'retry-after': '45', 'cache-control': 'no-store' })
    expect(refused.json()).toEqual({
      error: 'temporarily_unavailable',
      error_description: 'Too many requests. Try again in 45 s.',
    })
    expect((await ask(tenant, { grant_type: 'authorization_code', code: 'x' })).statusCode).toBe(429)
    expect((await ask(tenant, { client_secret: 'wrong' })).statusCode).toBe(401)
    expect((await ask(other)).statusCode).toBe(200)
    directory.time.now += 45_000
    expect((await ask(tenant)).statusCode).toBe(200)
  })
})
