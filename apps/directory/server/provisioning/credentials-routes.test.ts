import { describe, expect, test } from 'vitest'
import { BASE, BEARER } from './testing/test-target.ts'
import { openWorld } from './testing/test-world.ts'

interface ODataError {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly innerError: Readonly<Record<string, string>>
  }
}

describe('secrets', () => {
  test('are merged by key, the token is never told, and nothing is stored in the clear', async () => {
    const world = await openWorld()
    expect((await world.setSecrets({ SyncAll: 'true' })).status).toBe(204)
    const { body } = await world.call('GET', `${world.root}/secrets`)
    expect(body).toMatchObject({
      value: expect.arrayContaining([
        { key: 'BaseAddress', value: BASE },
        { key: 'SecretToken', value: '*' },
        { key: 'SyncAll', value: 'true' },
      ]),
    })
    // What was read can be sent back.
    await world.setSecrets({ SecretToken: '*' })
    expect((await world.call('POST', `${world.jobPath}/validateCredentials`)).status).toBe(204)
    expect(JSON.stringify(await world.rows('select * from directory.secrets where tenant_id = $1'))).not.toContain(
      BEARER,
    )
    expect(
      JSON.stringify(await world.rows('select * from directory.audit_entries where tenant_id = $1')),
    ).not.toContain(BEARER)
  })

  test.each([
    { why: 'an unknown key', given: { Password: 'x' } },
    { why: 'no address', given: { BaseAddress: 'portal' } },
    { why: 'an address that carries a password', given: { BaseAddress: 'https://me:secret@portal.example.com' } },
    { why: 'another scheme', given: { BaseAddress: 'ftp://portal.example.com' } },
    { why: 'a scope that is none', given: { SyncAll: 'perhaps' } },
    { why: 'settings that are no JSON', given: { SyncNotificationSettings: '{' } },
  ])('$why is refused, and nothing is stored', async ({ given }) => {
    const world = await openWorld()
    const before = await world.rows('select key from directory.secrets where tenant_id = $1')
    expect(
      (await world.setSecrets({ SkipOutOfScopeDeletions: 'True', ...(given as Record<string, string>) })).status,
    ).toBe(400)
    expect(await world.rows('select key from directory.secrets where tenant_id = $1')).toEqual(before)
  })
})

describe('Test Connection (facts §1.3)', () => {
  const list = JSON.stringify({
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: 0,
    Resources: [],
  })
  const INCOMPATIBLE = 'SystemForCrossDomainIdentityManagementServiceIncompatible'
  const UNAVAILABLE = 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable'
  const REFUSED = 'SystemForCrossDomainIdentityManagementCredentialValidationFailure'

  test.each<{
    why: string
    status: number
    body: string
    type?: string
    only?: string
    code?: string
    inner?: string
    says?: string
  }>([
    { why: '200 and an empty list', status: 200, body: list },
    { why: '200 with hits', status: 200, body: JSON.stringify({ totalResults: 1, Resources: [{ id: '1' }] }) },
    { why: '200 but JSON that is no list', status: 200, body: '{"hello":1}', code: INCOMPATIBLE, says: '{"hello":1}' },
    {
      why: '200 but HTML',
      status: 200,
      body: '<!DOCTYPE html><p>Sign in',
      type: 'text/html',
      code: INCOMPATIBLE,
      says: '[RedactedHtmlContent]',
    },
    { why: '404', status: 404, body: '{"detail":"no"}', code: INCOMPATIBLE, says: '404' },
    { why: '404 on /Groups alone', status: 404, body: 'none', only: '/Groups', code: INCOMPATIBLE, says: '/Groups' },
    {
      why: '401',
      status: 401,
      body: '{"detail":"bad token"}',
      code: 'InvalidCredentials',
      inner: REFUSED,
      says: 'bad token',
    },
    { why: '403', status: 403, body: '', code: 'InvalidCredentials', inner: REFUSED, says: '403' },
    { why: '500', status: 500, body: 'oops', code: UNAVAILABLE, says: 'oops' },
    { why: 'a redirect', status: 302, body: '', code: INCOMPATIBLE, says: '302' },
  ])('$why', async ({ status, body, type = 'application/scim+json', only = '', code, inner, says = '' }) => {
    const world = await openWorld()
    world.target.intercept = async ({ path }, proceed) =>
      path.startsWith(only) ? { status, headers: { 'content-type': type }, body } : proceed()
    const answer = await world.call<ODataError>('POST', `${world.jobPath}/validateCredentials`)
    if (!code) return expect(answer.status).toBe(204)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({
      code,
      message: expect.stringContaining(says),
      ...(inner ? { innerError: { code: inner } } : {}),
    })
    expect(answer.body.error.message).toContain(BASE)
    expect(answer.body.error.message).not.toContain(BEARER)
  })

  test('asks both endpoints for a GUID, with what is given, and stores nothing', async () => {
    const world = await openWorld()
    const credentials = (BaseAddress: string, SecretToken: string) => ({
      useSavedCredentials: false,
      templateId: 'scim',
      credentials: Object.entries({ BaseAddress, SecretToken }).map(([key, value]) => ({ key, value })),
    })
    const path = `${world.root}/jobs/validateCredentials`
    expect((await world.call('POST', path, credentials(` ${BASE}/ `, BEARER))).status).toBe(204)
    expect(world.target.arrivals.map((arrival) => arrival.path.split('?')[0])).toEqual(['/Users', '/Groups'])
    expect((await world.call<ODataError>('POST', path, credentials(BASE, 'wrong'))).body.error.code).toBe(
      'InvalidCredentials',
    )
    expect((await world.call<ODataError>('POST', path, credentials('nonsense', BEARER))).body.error.code).toBe(
      UNAVAILABLE,
    )
    expect(
      (await world.call('POST', `${world.jobPath}/validateCredentials`, { useSavedCredentials: true })).status,
    ).toBe(204)
  })
})
