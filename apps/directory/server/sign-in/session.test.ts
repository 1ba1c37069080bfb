import { run } from '@muster/service-kit/database.ts'
import { readReturnTo } from '@muster/service-kit/return-to.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../testing/test-directory.ts'
import { purgeExpired } from './purge.ts'

const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const administrator = async () => {
  const person = await tenant.person()
  await tenant.graph('POST', `/directoryRoles/${GLOBAL_ADMINISTRATOR}/members/$ref`, {
    '@odata.id': `users/${person.id}`,
  })
  return person
}

describe('signing in to the console', () => {
  test('the first administrator can, in any letter case, and lands where they wanted to go', async () => {
    const { after, speak } = await tenant.signedIn(
      ` ${tenant.adminUserPrincipalName.toUpperCase()}`,
      tenant.adminPassword,
    )
    expect(after).toMatchObject({ at: `${PUBLIC_URL}/`, status: 200 })
    expect((await speak('GET', '/users')).status).toBe(200)
  })

  test('the cookie is out of reach of scripts and other sites', async () => {
    const answer = await directory.app.inject({
      method: 'POST',
      url: '/auth/login',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({
        username: tenant.adminUserPrincipalName,
        password: tenant.adminPassword,
        returnTo: '/users?x=1',
      }).toString(),
    })
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `${PUBLIC_URL}/users?x=1`])
    expect(answer.headers['set-cookie']).toMatch(
      /^muster_directory_session=mds_[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/,
    )
  })

  test.each([
    { why: 'a wrong password', username: 'admin', password: 'wrong' },
    { why: 'a name that nobody has', username: 'nobody', password: PASSWORD },
    { why: 'nothing', username: 'none', password: '' },
  ])('shows the same page with one sentence for $why', async ({ username, password }) => {
    const browser = new Browser(directory.app, PUBLIC_URL)
    const page = await browser.open('/auth/login?returnTo=/users')
    const after = await browser.submit(page, { username: `${username}@${tenant.domain}`, password })
    expect(after.status).toBe(401)
    expect(after.text).toContain('The name or the password is not right, or the account is blocked.')
    expect(after.text).toContain('<input type="hidden" name="returnTo" value="/users">')
    expect(browser.cookies('/')).toBe('')
  })

  test('someone blocked or deleted cannot', async () => {
    for (const leave of [
      ['PATCH', { accountEnabled: false }],
      ['DELETE', undefined],
    ] as const) {
      const person = await tenant.person()
      await tenant.graph(leave[0], `/users/${person.id}`, leave[1])
      expect((await tenant.signedIn(person.userPrincipalName)).after.status).toBe(401)
    }
  })

  test('what a name holds cannot become markup', async () => {
    const browser = new Browser(directory.app, PUBLIC_URL)
    const after = await browser.submit(await browser.open('/auth/login?returnTo=%22%3E%3Cscript%3E'), {
      username: '"><script>alert(1)</script>',
      password: 'x',
    })
    expect(after.text).not.toContain('<script')
  })

  test('someone who must change their password does so first, and the old one ends', async () => {
    const person = await tenant.person({ passwordProfile: { password: PASSWORD, forceChangePasswordNextSignIn: true } })
    const browser = new Browser(directory.app, PUBLIC_URL)
    const asked = await browser.submit(await browser.open('/auth/login'), {
      username: person.userPrincipalName,
      password: PASSWORD,
    })
    expect(asked).toMatchObject({ status: 200, text: expect.stringContaining('Choose a new password') })
    expect(browser.cookies('/')).toBe('')
    const form = { username: person.userPrincipalName, password: PASSWORD }
    expect((await browser.submit(asked, { ...form, newPassword: PASSWORD })).text).toContain('must be another one')
    expect(await browser.submit(asked, { ...form, newPassword: 'Another-Horse-8' })).toMatchObject({
      status: 200,
      at: `${PUBLIC_URL}/`,
    })
    expect((await tenant.signedIn(person.userPrincipalName, PASSWORD)).after.status).toBe(401)
    expect((await tenant.signedIn(person.userPrincipalName, 'Another-Horse-8')).after.status).toBe(200)
  })
})

describe('a session', () => {
  test.each([
    { why: 'blocked', change: ['PATCH', { accountEnabled: false }] },
    { why: 'given another password', change: ['PATCH', { passwordProfile: { password: 'Another-Horse-8' } }] },
    { why: 'deleted', change: ['DELETE', undefined] },
  ] as const)('ends at once when its person is $why', async ({ change }) => {
    const person = await administrator()
    const { speak } = await tenant.signedIn(person.userPrincipalName)
    expect((await speak('GET', '/users')).status).toBe(200)
    await tenant.graph(change[0], `/users/${person.id}`, change[1])
    expect((await speak('GET', '/users')).status).toBe(401)
    // It doesn't come back with its person.
    if (change[0] === 'DELETE') await tenant.graph('POST', `/directory/deletedItems/${person.id}/restore`)
    else await tenant.graph('PATCH', `/users/${person.id}`, { accountEnabled: true })
    expect((await speak('GET', '/users')).status).toBe(401)
  })

  test('is not ended while a write of it is under way: no write commits after the answer', async () => {
    const person = await administrator()
    const { speak } = await tenant.signedIn(person.userPrincipalName)
    const target = await tenant.person()
    const holder = await directory.pool.connect()
    // Seen from outside the transaction, which would see the same moment again and again. Numbering waits on its own.
    const waiting = async (count: number) => {
      const query = `select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock' and query not like '%sequences%'`
      while ((await directory.pool.query(query)).rows.length < count);
      return 'waits'
    }
    try {
      await holder.query('begin')
      await holder.query('select 1 from directory.users where id = $1 for update', [target.id])
      const write = speak('PATCH', `/users/${target.id}`, { city: 'Leeds' })
      await waiting(1)
      const block = tenant.graph('PATCH', `/users/${person.id}`, { accountEnabled: false })
      expect(await Promise.race([block, waiting(2)])).toBe('waits')
      await holder.query('commit')
      expect([(await write).status, (await block).status]).toEqual([204, 204])
    } finally {
      holder.release(true)
    }
    expect((await speak('PATCH', `/users/${target.id}`, { city: 'York' })).status).toBe(401)
  })

  test('is not opened for someone who is being blocked at the same moment', async () => {
    for (let round = 0; round < 6; round += 1) {
      const person = await tenant.person()
      const attempts = Array.from({ length: 3 }, () => tenant.signedIn(person.userPrincipalName))
      // Somewhere between the first look at the password and the session.
      await Promise.race([attempts[0], new Promise((done) => setImmediate(done))])
      await tenant.graph('PATCH', `/users/${person.id}`, { accountEnabled: false })
      await Promise.all(attempts)
      const left = await run(
        directory.database,
        'select 1 from directory.sessions where tenant_id = $1 and user_id = $2',
        [tenant.tenantId, person.id],
      )
      expect(left).toEqual([])
    }
  })

  test('ends after twelve hours, and by signing out', async () => {
    const person = await administrator()
    const { speak, browser } = await tenant.signedIn(person.userPrincipalName)
    const began = directory.time.now
    directory.time.now = began + 12 * 3_600_000
    expect((await speak('GET', '/users')).status).toBe(401)
    directory.time.now = began
    expect((await speak('GET', '/users')).status).toBe(200)
    expect(await browser.open('/auth/logout', {})).toMatchObject({
      status: 200,
      at: expect.stringContaining('/auth/login'),
    })
    expect(browser.cookies('/')).toBe('')
    expect((await speak('GET', '/users')).status).toBe(401)
  })

  test('writes nothing for another site', async () => {
    const { speak } = await tenant.signedIn((await administrator()).userPrincipalName)
    const target = await tenant.person()
    const write = (headers: Record<string, string>) => speak('PATCH', `/users/${target.id}`, { city: 'Leeds' }, headers)
    expect((await write({ origin: 'https://elsewhere.example' })).status).toBe(403)
    expect((await write({ origin: 'null' })).status).toBe(403)
    expect((await write({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await write({ origin: PUBLIC_URL })).status).toBe(204)
    const login = await directory.app.inject({
      method: 'POST',
      url: '/auth/login',
      headers: { origin: 'https://elsewhere.example', 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'username=a&password=b',
    })
    expect(login.statusCode).toBe(403)
  })

  // Last, since it moves far ahead of the other tests' tokens.
  test('is cleared away when it has run out, and not before', async () => {
    const { userPrincipalName, id } = await tenant.person()
    await tenant.signedIn(userPrincipalName)
    const count = async () =>
      (
        await run(directory.database, 'select 1 from directory.sessions where tenant_id = $1 and user_id = $2', [
          tenant.tenantId,
          id,
        ])
      ).length
    await purgeExpired(directory.database, new Date(directory.time.now + 11 * 3_600_000))
    expect(await count()).toBe(1)
    await purgeExpired(directory.database, new Date(directory.time.now + 13 * 3_600_000))
    expect(await count()).toBe(0)
  })
})

test.each([
  ['/enterprise-apps?x=1#top', `${PUBLIC_URL}/enterprise-apps?x=1#top`],
  [undefined, `${PUBLIC_URL}/`],
  ['https://elsewhere.example/', `${PUBLIC_URL}/`],
  ['//elsewhere.example/', `${PUBLIC_URL}/`],
  ['/\\elsewhere.example/', `${PUBLIC_URL}/`],
  ['/\t/elsewhere.example/', `${PUBLIC_URL}/`],
  ['/.//elsewhere.example/', `${PUBLIC_URL}//elsewhere.example/`],
  ['javascript:alert(1)', `${PUBLIC_URL}/`],
])('returnTo %j leads to %s', (given, leads) => {
  expect(readReturnTo(given, PUBLIC_URL)).toBe(leads)
})
