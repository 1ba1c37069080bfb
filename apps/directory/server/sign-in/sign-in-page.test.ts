import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { Browser, type Page } from '../testing/browser.ts'
import { openOpenIdClient } from '../testing/openid-client.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../testing/test-directory.ts'
import { BRAND } from './brand.ts'

const HOSTILE = '"><script>alert(1)</script>'
const WRONG = 'The name or the password is not right, or the account is blocked.'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const newBrowser = () => new Browser(directory.app, PUBLIC_URL)
const open = (query: Readonly<Record<string, string>> = {}) =>
  newBrowser().open(`/auth/login?${new URLSearchParams(query)}`)

/** What every page here keeps: one heading, style of the policy's nonce, nothing that could run, nothing kept. */
function expectPlainPage({ headers, text }: Page) {
  expect(headers['content-type']).toBe('text/html; charset=utf-8')
  expect(headers['cache-control']).toBe('no-store')
  const nonce = /<style nonce="([^"]+)">/.exec(text)?.[1]
  expect(headers['content-security-policy']).toContain(`'nonce-${nonce}'`)
  expect(text).not.toMatch(/<script|<style>| style=| on\w+=/)
  expect(text.match(/<h1>/g)).toHaveLength(1)
}

const inputOf = ({ text }: Page, id: string) => new RegExp(`<input id="${id}"[^>]*>`).exec(text)?.[0] ?? ''

test('the mark is the one of the console', () => {
  const svg = readFileSync(new URL('../../console/src/mark.svg', import.meta.url), 'utf8')
  expect(svg).toContain(BRAND.mark)
  expect(svg).toContain(`<title>${BRAND.name}</title>`)
})

describe('the sign-in page', () => {
  test.each([
    { reason: 'ended', says: 'Your session has ended. Sign in to go on where you were.' },
    { reason: 'signed-out', says: 'You are signed out.' },
    { reason: 'whatever', says: undefined },
    { reason: HOSTILE, says: undefined },
    { reason: '', says: undefined },
  ])('tells the reason $reason as: $says', async ({ reason, says }) => {
    const page = await open({ reason })
    expect(page.status).toBe(200)
    expectPlainPage(page)
    expect(/role="status">([^<]*)/.exec(page.text)?.[1]).toBe(says)
  })

  test('names the tenant while there is one, and what browsers fill in', async () => {
    const page = await open({ returnTo: HOSTILE })
    expectPlainPage(page)
    expect(page.text).toContain('<span>Test</span>')
    expect(page.text).toContain('name="returnTo" value="&quot;&gt;&lt;script&gt;')
    expect(inputOf(page, 'username')).toMatch(/autocomplete="username".* autofocus/)
    expect(inputOf(page, 'password')).toContain('autocomplete="current-password"')
  })

  test('says at the password what is wrong, and has the focus there', async () => {
    const page = await newBrowser().submit(await open({ reason: 'ended' }), { username: HOSTILE, password: 'x' })
    expect(page.status).toBe(401)
    expectPlainPage(page)
    expect(page.text).toContain(`id="password-error" role="alert">${WRONG}<`)
    expect(inputOf(page, 'password')).toMatch(/aria-describedby="password-error" aria-invalid="true" autofocus/)
    expect(page.text.match(/autofocus/g)).toHaveLength(1)
    expect(page.text).not.toContain('role="status"')
  })

  test('tells somebody blocked nothing else than somebody unknown', async () => {
    const { userPrincipalName } = await tenant.person({ accountEnabled: false })
    const texts = [userPrincipalName, 'nobody@muster.example'].map(async (username) =>
      (await newBrowser().submit(await open(), { username, password: PASSWORD })).text
        .replaceAll(username, 'NAME')
        .replaceAll(/nonce="[^"]*"/g, ''),
    )
    const [blocked, unknown] = await Promise.all(texts)
    expect(blocked).toBe(unknown)
  })

  test('says how long to wait after too many tries, at no field', async () => {
    const strict = await openTestDirectory({ limits: { signIn: 1 } })
    const browser = new Browser(strict.app, PUBLIC_URL)
    const form = { username: 'a@b.example', password: 'x' }
    const page = await browser.submit(await browser.submit(await browser.open('/auth/login'), form), form)
    expect(page).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
    expectPlainPage(page)
    expect(page.text).toContain('role="alert">Too many tries. Try again in 60 s.')
    expect(page.text).not.toContain('aria-invalid=')
  })

  test.each([
    { why: 'too short', newPassword: 'short', says: 'The new password needs at least 8 characters.' },
    { why: 'the one they have', newPassword: PASSWORD, says: 'The new password must be another one.' },
  ])('says at the new password that it is $why', async ({ newPassword, says }) => {
    const passwordProfile = { password: PASSWORD, forceChangePasswordNextSignIn: true }
    const { userPrincipalName: username } = await tenant.person({ passwordProfile })
    const asked = await newBrowser().submit(await open(), { username, password: PASSWORD })
    expectPlainPage(asked)
    expect(asked.text).toContain('<h1>Choose a new password</h1>')
    expect(asked.text).not.toContain('role="alert"')
    const page = await newBrowser().submit(asked, { username, password: PASSWORD, newPassword })
    expect(page.text).toContain(`id="new-password-error" role="alert">${says}<`)
    expect(inputOf(page, 'new-password')).toMatch(
      /autocomplete="new-password".*aria-describedby="new-password-error new-password-hint" aria-invalid="true" autofocus/,
    )
    expect(page.text.match(/autofocus/g)).toHaveLength(1)
  })

  test.each([
    ['/users?x=1', `${PUBLIC_URL}/users?x=1`],
    ['//evil.example', `${PUBLIC_URL}/`],
    ['https://evil.example/', `${PUBLIC_URL}/`],
  ])('leads somebody who is signed in already to %s as %s', async (returnTo, leads) => {
    const { browser } = await tenant.signedIn((await tenant.person()).userPrincipalName)
    const { statusCode, headers } = await directory.app.inject({
      url: `/auth/login?${new URLSearchParams({ returnTo, reason: 'ended' })}`,
      headers: { cookie: browser.cookies('/') },
    })
    expect([statusCode, headers.location]).toEqual([302, leads])
  })

  test('is where signing out by form leads; by script there is nothing to show', async () => {
    const { browser } = await tenant.signedIn((await tenant.person()).userPrincipalName)
    const left = await browser.open('/auth/logout', {})
    expect(left.at).toBe(`${PUBLIC_URL}/auth/login?reason=signed-out`)
    expect(left.text).toContain('You are signed out.')
    const { statusCode } = await directory.app.inject({ method: 'POST', url: '/auth/logout' })
    expect(statusCode).toBe(204)
  })

  test('that can’t be shown is a page with a way back', async () => {
    const page = await newBrowser().open(`/auth/login?returnTo=/${'x'.repeat(2_001)}`)
    expect(page.status).toBe(400)
    expectPlainPage(page)
    expect(page.text).toContain('href="/auth/login"')
  })
})

test('the page of a client’s sign-in says what one goes on to, and in which tenant', async () => {
  const client = await openOpenIdClient(directory, tenant.tenantId, 'Wiki <b>')
  const page = await newBrowser().open(client.begin().address)
  expectPlainPage(page)
  expect(page.text).toContain('Then you go on to Wiki &lt;b&gt;.')
  expect(page.text).toContain('<span>Test</span>')
})

test('the tenant is not named while there are several: the address tells which one', async () => {
  await directory.openTenant()
  expect((await open()).text).not.toContain('<span>')
})
