import { beforeAll, describe, expect, test } from 'vitest'
import { renewAdminClientSecret } from '../tenants/create-tenant.ts'
import { openTestDirectory, PUBLIC_URL } from '../testing/test-directory.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const ask = (tenantId: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  directory.app.inject({
    method: 'POST',
    url: `/${tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: new URLSearchParams({ grant_type: 'client_credentials', ...form }).toString(),
  })

describe('client credentials', () => {
  test.each([`${PUBLIC_URL}/.default`, 'https://graph.microsoft.com/.default'])(
    'give a Graph bearer for the scope %s, for an hour',
    async (scope) => {
      const answer = await ask(tenant.tenantId, {
        client_id: tenant.clientId,
        client_secret: tenant.clientSecret,
        scope,
      })
      expect(answer.statusCode).toBe(200)
      expect(answer.headers['cache-control']).toContain('no-store')
      const { access_token, ...rest } = answer.json()
      expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3600, ext_expires_in: 3600 })
      const speak = directory.speakWith({ authorization: `Bearer ${access_token}` })
      expect((await speak('GET', '/users')).status).toBe(200)
      const began = directory.time.now
      directory.time.now = began + 3_600_001
      expect((await speak('GET', '/users')).status).toBe(401)
      directory.time.now = began
    },
  )

  test('are taken by HTTP Basic too', async () => {
    const basic = Buffer.from(`${tenant.clientId}:${tenant.clientSecret}`).toString('base64')
    const answer = await ask(tenant.tenantId, { scope: 'x/.default' }, { authorization: `Basic ${basic}` })
    expect(answer.json()).toMatchObject({ token_type: 'Bearer' })
  })

  test.each([
    { why: 'a wrong secret', form: { client_secret: 'wrong' }, status: 401, error: 'invalid_client' },
    {
      why: 'an unknown client',
      form: { client_id: '0190a000-0000-4000-8000-000000000000' },
      status: 401,
      error: 'invalid_client',
    },
    { why: 'a client id that is none', form: { client_id: 'x' }, status: 401, error: 'invalid_client' },
    { why: 'another scope', form: { scope: 'User.Read' }, status: 400, error: 'invalid_scope' },
    { why: 'no scope', form: { scope: '' }, status: 400, error: 'invalid_scope' },
    { why: 'another grant', form: { grant_type: 'password' }, status: 400, error: 'unsupported_grant_type' },
  ])('are refused for $why', async ({ form, status, error }) => {
    const answer = await ask(tenant.tenantId, {
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      scope: 'x/.default',
      ...form,
    })
    expect([answer.statusCode, answer.json().error]).toEqual([status, error])
    expect(answer.body).not.toContain(tenant.clientSecret)
  })

  test("of one tenant mean nothing in another's", async () => {
    const other = await directory.openTenant()
    const credentials = { client_id: tenant.clientId, client_secret: tenant.clientSecret, scope: 'x/.default' }
    expect((await ask(other.tenantId, credentials)).statusCode).toBe(401)
    for (const nowhere of ['0190a000-0000-4000-8000-000000000000', 'contoso'])
      expect((await ask(nowhere, credentials)).json()).toMatchObject({ error: 'invalid_tenant' })
  })

  test('end when the secret is renewed', async () => {
    const { clientId, clientSecret } = await renewAdminClientSecret(directory.deps, tenant.tenantId)
    expect(clientId).toBe(tenant.clientId)
    expect(
      (await ask(tenant.tenantId, { client_id: clientId, client_secret: tenant.clientSecret, scope: 'x/.default' }))
        .statusCode,
    ).toBe(401)
    expect(
      (await ask(tenant.tenantId, { client_id: clientId, client_secret: clientSecret, scope: 'x/.default' }))
        .statusCode,
    ).toBe(200)
  })
})

test('a bearer with a well-formed value that was never given is refused', async () => {
  const forged = tenant.token.replace(/^(mgt_[^_]+)_/, '$1_').slice(0, -1)
  for (const value of [forged, `${tenant.token}x`, tenant.token.replace('mgt', 'mds')])
    expect((await directory.speakWith({ authorization: `Bearer ${value}` })('GET', '/users')).status).toBe(401)
})
