import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestAnswer, type TestPortal } from '../portal-for-tests.ts'
import { issuerForTests } from './issuer-for-tests.ts'

const ISSUER = 'https://op.example'
const client = { id: 'portal', secret: 'connector-secret' }
const issuer = issuerForTests(ISSUER, client)
const { database } = await freshDatabase()
let portal: TestPortal
let secure: TestPortal
let workspaceId: string

beforeAll(async () => {
  portal = await portalForTests(database, { fetch: issuer.fetch })
  secure = await portalForTests(database, { fetch: issuer.fetch, publicUrl: 'https://portal.test' })
  const workspace = await portal.newWorkspace()
  workspaceId = workspace.workspaceId
  const body = { type: 'other', identifier: client.id, secret: client.secret, issuer: ISSUER, domains: [] }
  await portal.withBearer(workspace.adminApiKey)('/api/v1/settings/openid-connector', { method: 'PUT', body })
})

const submit = (returnTo: string, cookie?: string): Promise<TestAnswer> =>
  portal.anyone('/auth/local', {
    method: 'POST',
    body: new URLSearchParams({ email: 'admin@acme.example', password: 'correct horse battery', returnTo }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...(cookie ? { cookie } : {}) },
  })

async function signInByOpenId(on: TestPortal, returnTo: string, cookie = ''): Promise<TestAnswer> {
  const away = await on.anyone(`/auth/login?returnTo=${encodeURIComponent(returnTo)}`)
  const flow = String([away.headers['set-cookie']].flat()[0]).split(';')[0]
  const query = issuer.approve(String(away.headers.location), {
    sub: 'pat',
    email: 'pat@acme.example',
    preferred_username: 'pat@acme.example',
  })
  return on.anyone(`/auth/callback${query}`, { headers: { cookie: `${flow}; ${cookie}` } })
}

describe('a session that somebody else put into the browser', () => {
  test.each([
    { by: 'password', enter: (cookie: string) => submit('/', cookie) },
    { by: 'the provider', enter: (cookie: string) => signInByOpenId(portal, '/', cookie) },
  ])('never becomes the one after a sign-in by $by', async ({ enter }) => {
    const theirs = cookieOf(await submit('/'), 'muster_session')
    const answer = await enter(theirs)
    const mine = cookieOf(answer, 'muster_session')
    expect([answer.status, /^muster_session=mss_/.test(mine), mine === theirs]).toEqual([303, true, false])
    const invented = `muster_session=mss_${workspaceId}_${'A'.repeat(32)}_000000`
    expect(cookieOf(await enter(invented), 'muster_session')).not.toBe(invented)
    expect((await portal.withCookie(invented)('/api/v1/me')).status).toBe(401)
  })

  test('ends on the server when its owner signs out, whoever kept a copy', async () => {
    const cookie = cookieOf(await signInByOpenId(portal, '/'), 'muster_session')
    const copy = portal.withCookie(cookie)
    expect((await copy('/api/v1/me')).status).toBe(200)
    expect((await portal.withCookie(cookie)('/auth/logout', { method: 'POST' })).status).toBe(204)
    expect((await copy('/api/v1/me')).status).toBe(401)
  })

  test('a flow that one browser began opens nothing in another', async () => {
    const away = await portal.anyone('/auth/login')
    const query = issuer.approve(String(away.headers.location), { sub: 'eve', email: 'eve@acme.example' })
    const elsewhere = await portal.anyone('/auth/login')
    const flow = String([elsewhere.headers['set-cookie']].flat()[0]).split(';')[0] ?? ''
    for (const cookie of ['', flow, 'muster_sign_in=nonsense']) {
      const answer = await portal.anyone(`/auth/callback${query}`, { headers: { cookie } })
      expect([answer.status, cookieOf(answer, 'muster_session')]).toEqual([400, ''])
    }
  })
})

describe('where a sign-in leads', () => {
  test.each([
    'http://evil.test',
    'https://portal.test.evil.example/',
    '//evil.test',
    '///evil.test',
    '/\\evil.test',
    '\\\\evil.test',
    '/\t/evil.test',
    '/%0d%0aset-cookie:a=b',
    '/\r\nset-cookie: a=b',
    '/.//evil.test',
    'javascript:alert(1)',
    'data:text/html,x',
    'http:evil.test',
    ' /settings',
    '/x\u2028y',
    '@evil.test',
  ])('%j: an address of ours, and no header of theirs', async (returnTo) => {
    for (const answer of [await submit(returnTo), await signInByOpenId(portal, returnTo)]) {
      expect(answer.status).toBe(303)
      const location = String(answer.headers.location)
      expect(new URL(location).origin).toBe('http://portal.test')
      expect(location).not.toMatch(/[\r\n\t\\]/)
      for (const line of [answer.headers['set-cookie']].flat())
        expect(String(line)).toMatch(/^muster_(session|sign_in)=/)
    }
  })

  test.each(['a\r\nx-evil: 1', 'a%0d%0ax-evil:%201', '"><script>'])(
    'a workspace called %j reaches no header',
    async (name) => {
      for (const path of ['/auth/login', '/auth/local']) {
        const { headers, text } = await portal.anyone(`${path}?workspace=${encodeURIComponent(name)}`)
        expect(headers).not.toHaveProperty('x-evil')
        expect(JSON.stringify(Object.values(headers))).not.toMatch(/evil|<script/)
        expect(text).not.toContain('"><script>')
      }
    },
  )
})

describe('under https', () => {
  test.each([
    {
      what: 'the session',
      name: '__Host-muster_session',
      answer: () => signInByOpenId(secure, '/'),
    },
    { what: 'a begun sign-in', name: '__Host-muster_sign_in', answer: () => secure.anyone('/auth/login') },
  ])('the cookie of $what is this host’s alone', async ({ name, answer }) => {
    const lines = [(await answer()).headers['set-cookie']].flat().map(String)
    const line = lines.find((one) => one.startsWith(`${name}=`)) ?? ''
    const attributes = line.split('; ').slice(1)
    expect(attributes).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']))
    expect(line).not.toMatch(/domain=/i)
  })

  test('a cookie without the prefix, such as a sibling host can set, is nobody’s', async () => {
    const value = cookieOf(await signInByOpenId(secure, '/'), '__Host-muster_session').split('=')[1]
    expect((await secure.withCookie(`__Host-muster_session=${value}`)('/api/v1/me')).status).toBe(200)
    expect((await secure.withCookie(`muster_session=${value}`)('/api/v1/me')).status).toBe(401)
  })
})
