import { beforeAll, describe, expect, test } from 'vitest'
import { Browser } from '../testing/browser.ts'
import { CALLBACK, isBack, openOpenIdClient } from '../testing/openid-client.ts'
import { openTestDirectory, PASSWORD, PUBLIC_URL } from '../testing/test-directory.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let ours: Awaited<ReturnType<typeof side>>
let theirs: Awaited<ReturnType<typeof side>>

/** A tenant with a client that people sign in to, and somebody. */
async function side() {
  const tenant = await directory.openTenant()
  const client = await openOpenIdClient(directory, tenant.tenantId)
  return { tenantId: tenant.tenantId, client, who: String((await tenant.person()).userPrincipalName) }
}

beforeAll(async () => {
  directory = await openTestDirectory()
  ours = await side()
  theirs = await side()
})

const userinfo = (tenantId: string, token: string) =>
  directory.app.inject({ url: `/${tenantId}/oidc/userinfo`, headers: { authorization: `Bearer ${token}` } })

describe('a sign-in of another tenant', () => {
  test('gives a code that is worth nothing here, to their client and to ours', async () => {
    const { code = '' } = await theirs.client.signIn(directory.app, theirs.who)
    expect(code).not.toBe('')
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: 'x'.repeat(43) }
    const { clientId, clientSecret } = theirs.client
    const asThem = await ours.client.exchange(directory.app, {
      ...form,
      client_id: clientId,
      client_secret: clientSecret,
    })
    expect([asThem.statusCode, asThem.json().error]).toEqual([401, 'invalid_client'])
    const asUs = await ours.client.exchange(directory.app, form)
    expect([asUs.statusCode, asUs.json().error]).toEqual([400, 'invalid_grant'])
  })

  test('gives an access token that tells nothing here', async () => {
    const { redeem } = await theirs.client.signIn(directory.app, theirs.who)
    const token = (await redeem()).json().access_token
    expect((await userinfo(theirs.tenantId, token)).statusCode).toBe(200)
    expect((await userinfo(ours.tenantId, token)).statusCode).toBe(401)
  })

  test('gives an ID token that no key of ours bears out', async () => {
    const token = await theirs.client.idTokenOf(directory.app, theirs.who)
    expect(await theirs.client.isBorneOut(directory.app, token)).toBe(true)
    expect(await ours.client.isBorneOut(directory.app, token)).toBe(false)
  })

  test('leaves a browser that is asked who it is here', async () => {
    const { browser, back } = await theirs.client.signIn(directory.app, theirs.who)
    expect(isBack(back)).toBe(true)
    expect(isBack(await browser.open(theirs.client.begin().address))).toBe(true)
    const page = await browser.open(ours.client.begin().address)
    expect(page.at).toContain(`/${ours.tenantId}/login/`)
  })
})

describe('the sign-in page', () => {
  test('knows nobody of another tenant, whatever their password', async () => {
    const browser = new Browser(directory.app, PUBLIC_URL)
    const page = await browser.open(ours.client.begin().address)
    const after = await browser.submit(page, { username: theirs.who, password: PASSWORD })
    expect([after.status, isBack(after)]).toEqual([401, false])
    const before = await browser.submit(page, { username: theirs.who, password: 'not the password' })
    expect(before.text.replaceAll(/nonce="[^"]*"/g, '')).toBe(after.text.replaceAll(/nonce="[^"]*"/g, ''))
  })

  test('of one tenant is not there under the name of another', async () => {
    const browser = new Browser(directory.app, PUBLIC_URL)
    const page = await browser.open(theirs.client.begin().address)
    const moved = await browser.open(page.at.replace(theirs.tenantId, ours.tenantId))
    expect(moved.status).toBe(400)
    const action = { username: ours.who, password: PASSWORD }
    expect((await browser.open(page.at.replace(theirs.tenantId, ours.tenantId), action)).status).toBe(400)
    expect(isBack(await browser.submit(page, { username: theirs.who, password: PASSWORD }))).toBe(true)
  })
})
