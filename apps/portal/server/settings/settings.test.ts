import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCaller } from '../portal-for-tests.ts'

const { database } = await freshDatabase()
let admin: TestCaller

beforeAll(async () => {
  const portal = await portalForTests(database)
  admin = portal.withBearer((await portal.newWorkspace()).adminApiKey)
})

const put = (name: string, body: unknown) => admin(`/api/v1/settings/${name}`, { method: 'PUT', body })

test("SCIM's switches are off at first, set whole by PUT and one by one by PATCH, and audited", async () => {
  const off = { automaticProvisioning: false, automaticDeprovisioning: false, rejectUnprovisionedSignIn: false }
  expect((await admin('/api/v1/settings/scim')).json).toEqual(off)
  expect((await put('scim', { automaticProvisioning: true })).status).toBe(400)
  const one = await admin('/api/v1/settings/scim', { method: 'PATCH', body: { automaticProvisioning: true } })
  expect(one.json).toEqual({ ...off, automaticProvisioning: true })
  expect((await put('scim', off)).json).toEqual(off)
  expect((await put('scim', off)).json).toEqual(off)
  const { logs } = (await admin('/api/v1/audit-logs?objectTypes=SCIM_SETTINGS')).json
  expect(logs).toHaveLength(2)
})

test('the default role is Viewer at first; a read answer can be sent back', async () => {
  const first = (await admin('/api/v1/settings/default-role')).json
  expect(first).toEqual({ role: { type: 'BASIC', role: 'VIEWER', name: 'Viewer' } })
  expect((await put('default-role', { role: { type: 'BASIC', role: 'USER' } })).json.role.role).toBe('USER')
  expect((await put('default-role', first)).json).toEqual(first)
  expect((await put('default-role', { role: { type: 'CUSTOM', tag: 'ghost' } })).status).toBe(400)
})

describe('the OpenID connector', () => {
  const connector = { type: 'okta', identifier: 'client', issuer: 'https://acme.okta.com', domains: ['acme.example'] }

  test('keeps its secret: sealed at rest, in no answer, and only for the same client of the same issuer', async () => {
    expect((await admin('/api/v1/settings/openid-connector')).status).toBe(404)
    expect((await put('openid-connector', connector)).status).toBe(400)
    const made = await put('openid-connector', {
      ...connector,
      secret: 'very-secret-indeed',
      domains: ['ACME.example', 'acme.example'],
    })
    expect(made.json).toEqual(connector)
    expect((await admin('/api/v1/settings/openid-connector')).json).toEqual(connector)
    const stored = await run<{ everything: string }>(
      database,
      'select s::text || (select string_agg(a::text, $1) from portal.audit_entries a) as everything from portal.settings s',
      [' '],
    )
    expect(stored[0]?.everything).not.toContain('very-secret-indeed')

    expect((await put('openid-connector', { ...connector, domains: [] })).json.domains).toEqual([])
    expect((await put('openid-connector', { ...connector, issuer: 'https://evil.example' })).status).toBe(400)
    expect((await put('openid-connector', { ...connector, identifier: 'other' })).status).toBe(400)
  })

  test.each([
    { why: 'an issuer that is no address', change: { issuer: 'okta' } },
    { why: 'an issuer of another kind', change: { issuer: 'file:///etc/passwd' } },
    { why: 'an issuer with a query', change: { issuer: 'https://acme.okta.com?x=1' } },
    { why: 'an issuer that holds a password', change: { issuer: 'https://a:b@acme.okta.com' } },
    { why: 'a domain with @', change: { domains: ['@acme.example'] } },
    { why: 'no identifier', change: { identifier: '' } },
  ])('with $why is 400', async ({ change }) => {
    expect((await put('openid-connector', { ...connector, secret: 'x', ...change })).status).toBe(400)
  })
})
