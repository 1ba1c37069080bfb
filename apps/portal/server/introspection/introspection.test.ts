import { randomText } from '@muster/service-kit/ids.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { seenIsWritten } from '../identity/last-seen.ts'
import { cookieOf, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { permissionsOfBasicRole } from '../roles/permissions.ts'
import { scimForTests } from '../scim/scim-for-tests.ts'
import { beginSession } from '../sessions/begin-session.ts'

const { database } = await freshDatabase()
const NOT_ACTIVE = '{"active":false}'
let portal: TestPortal
let admin: TestCaller
let key: string
let workspaceId: string

beforeAll(async () => {
  const made = await scimForTests(database)
  ;({ portal, api: admin } = made)
  workspaceId = made.workspace.workspaceId
  key = made.workspace.adminApiKey
})

const ask = (caller: TestCaller, token: string, more = '') =>
  caller('/api/v1/introspect', {
    body: `token=${encodeURIComponent(token)}${more}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })

const seconds = (text: string) => Date.parse(text) / 1000

async function somebody(email: string) {
  const { id } = (await admin('/api/v1/users', { body: { email, name: 'Somebody' } })).json
  const who = { workspaceId, userId: id, email, name: email, via: 'OPENID', origin: {}, userAgent: undefined } as const
  const { value } = await database.transaction((tx) => beginSession(tx, portal.clock.now(), who))
  return { id, session: value, browser: portal.withCookie(`muster_session=${value}`) }
}

describe('POST /introspect (RFC 7662)', () => {
  test('tells whose a session is, and that it ends when nobody uses it', async () => {
    const { id, session } = await somebody('sam@acme.example')
    const { status, json } = await ask(admin, session, '&token_type_hint=access_token')
    expect(status).toBe(200)
    expect(json).toEqual({
      active: true,
      type: 'USER',
      sub: id,
      username: 'sam@acme.example',
      iat: seconds('2026-11-24T09:00:00Z'),
      exp: seconds('2026-11-24T17:00:00Z'),
      permissions: [...permissionsOfBasicRole('VIEWER')].sort(),
      workspace: { id: workspaceId, name: 'Acme' },
    })
  })

  test('tells whose a personal token is, its end, and what its owner may do now', async () => {
    const { id, browser } = await somebody('tom@acme.example')
    const body = { name: 'mine', expirationDate: '2027-01-01T00:00:00+01:00' }
    const { token } = (await browser('/api/v1/access-tokens', { body })).json
    const roles = [{ type: 'BASIC', role: 'USER' }]
    await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles } })
    expect((await ask(admin, token)).json).toMatchObject({
      active: true,
      token_type: 'Bearer',
      type: 'PERSONAL_API_KEY',
      sub: id,
      username: 'tom@acme.example',
      exp: seconds('2026-12-31T23:00:00Z'),
      permissions: [...permissionsOfBasicRole('USER')].sort(),
    })
  })

  test('tells of an API key, which is nobody and may have no end', async () => {
    const { json } = await ask(admin, key)
    expect(json).toMatchObject({
      active: true,
      token_type: 'Bearer',
      type: 'API_KEY',
      sub: expect.stringMatching(/^ak/),
    })
    expect(json).not.toHaveProperty('username')
    expect(json).not.toHaveProperty('exp')
  })

  test('answers nothing but {"active":false} for whatever lets nobody in', async () => {
    const { id, session, browser } = await somebody('ulf@acme.example')
    const made = (await browser('/api/v1/access-tokens', { body: { name: 'mine' } })).json
    const soon = new Date(portal.clock.now().getTime() + 1000).toISOString()
    const short = (
      await admin('/api/v1/auth/key', {
        body: { name: 'short', roles: [{ type: 'BASIC', role: 'USER' }], expirationDate: soon },
      })
    ).json.apiKey
    for (const alive of [session, made.token, short]) expect((await ask(admin, alive)).json.active).toBe(true)
    await admin(`/api/v1/users/${id}`, { method: 'DELETE' })
    portal.clock.advance(1001)
    const other = await portal.newWorkspace('Other')
    const cookie = cookieOf(
      await portal.anyone('/auth/local', {
        body: { email: 'admin@acme.example', password: 'correct horse battery', workspace: other.workspaceId },
      }),
      'muster_session',
    )
    for (const dead of [
      session,
      made.token,
      short,
      'nothing',
      randomText(2),
      other.adminApiKey,
      cookie.split('=')[1],
    ]) {
      const answer = await ask(admin, String(dead))
      expect(answer).toMatchObject({ status: 200, text: NOT_ACTIVE })
    }
    expect((await ask(portal.withBearer(other.adminApiKey), other.adminApiKey)).json.active).toBe(true)
  })

  test('moves no date of what it is asked about', async () => {
    const { id, browser } = await somebody('vic@acme.example')
    const { token } = (await browser('/api/v1/access-tokens', { body: { name: 'mine' } })).json
    portal.clock.advance(120_000)
    await ask(admin, token)
    await seenIsWritten(portal.deps)
    expect((await admin(`/api/v1/users/${id}`)).json.lastActiveAt).not.toBe(portal.clock.now().toISOString())
    expect((await browser('/api/v1/access-tokens')).json.accessTokens[0].lastUsedAt).toBeUndefined()
  })

  test('takes a form with a token, from somebody who may view roles', async () => {
    expect((await admin('/api/v1/introspect', { body: { token: key } })).status).toBe(415)
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    for (const body of ['token=', 'something=else'])
      expect((await admin('/api/v1/introspect', { body, headers: form })).status).toBe(400)
    const { browser } = await somebody('wim@acme.example')
    const { token } = (await browser('/api/v1/access-tokens', { body: { name: 'mine' } })).json
    const refused = await ask(portal.withBearer(token), key)
    expect(refused.status).toBe(403)
    expect(refused.json.message).toContain('View Roles')
  })
})
