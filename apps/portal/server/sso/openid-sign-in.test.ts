import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'
import { issuerForTests, type TestClaims } from './issuer-for-tests.ts'

const ISSUER = 'https://op.corp.example/tenant/v2.0'
const CONNECTOR = {
  type: 'entra',
  identifier: 'portal-client',
  secret: 'portal-secret',
  issuer: ISSUER,
  domains: ['corp.example'],
}

const { database } = await freshDatabase()
const issuer = issuerForTests(ISSUER, { id: CONNECTOR.identifier, secret: CONNECTOR.secret })
let portal: TestPortal
let workspace: CreatedWorkspace
let admin: TestCaller

beforeAll(async () => {
  portal = await portalForTests(database, { fetch: issuer.fetch })
  workspace = await portal.newWorkspace()
  admin = portal.withBearer(workspace.adminApiKey)
  await admin('/api/v1/settings/scim', {
    method: 'PUT',
    body: { automaticProvisioning: true, automaticDeprovisioning: true, rejectUnprovisionedSignIn: false },
  })
})

async function connect() {
  expect((await admin('/api/v1/settings/openid-connector', { method: 'PUT', body: CONNECTOR })).status).toBe(200)
}

/** Begins a sign-in: the cookie that the browser keeps, and where it is led. */
async function begin(returnTo = '/') {
  const answer = await portal.anyone(
    `/auth/login?returnTo=${encodeURIComponent(returnTo)}&workspace=${workspace.workspaceId}`,
  )
  expect(answer.status).toBe(302)
  return { location: String(answer.headers.location), cookie: cookieOf(answer, 'muster_sign_in') }
}

async function signIn(claims: TestClaims, returnTo = '/'): Promise<TestAnswer> {
  const { location, cookie } = await begin(returnTo)
  return portal.withCookie(cookie)(`/auth/callback${issuer.approve(location, claims)}`)
}

const browserOf = (answer: TestAnswer) => portal.withCookie(cookieOf(answer, 'muster_session'))

async function provision(userName: string): Promise<string> {
  const body = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, active: true }
  const answer = await admin('/scim/v2/Users', { body })
  expect(answer.status).toBe(201)
  return answer.json.id
}

const setActive = (id: string, active: boolean) =>
  admin(`/scim/v2/Users/${id}`, {
    method: 'PATCH',
    body: {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path: 'active', value: active }],
    },
  })

const reject = (rejectUnprovisionedSignIn: boolean) =>
  admin('/api/v1/settings/scim', { method: 'PATCH', body: { rejectUnprovisionedSignIn } })

test('without a connector the page says so', async () => {
  const answer = await portal.anyone('/auth/login')
  expect(answer.status).toBe(409)
  expect(answer.text).toContain('/auth/local')
})

describe('sign-in through the provider', () => {
  beforeAll(connect)

  test('goes by code, PKCE, state and nonce, and leads back into the portal', async () => {
    const id = await provision('Ada@Corp.example')
    const { location } = await begin()
    const asked = new URL(location)
    expect(asked.origin + asked.pathname).toBe(`${ISSUER}/authorize`)
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'openid email profile',
      client_id: CONNECTOR.identifier,
      redirect_uri: 'http://portal.test/auth/callback',
      code_challenge_method: 'S256',
      state: expect.any(String),
      nonce: expect.any(String),
    })
    const answer = await signIn({ sub: 'ada', preferred_username: 'ada@corp.example' }, '/settings/scim')
    expect([answer.status, answer.headers.location]).toEqual([303, 'http://portal.test/settings/scim'])
    const me = await browserOf(answer)('/api/v1/me')
    expect(me.json).toMatchObject({
      type: 'USER',
      user: { id, email: 'Ada@Corp.example' },
      roles: [{ role: 'VIEWER' }],
    })
  })

  test('finds someone by issuer and sub, whatever they are called by now', async () => {
    const again = await signIn({
      sub: 'ada',
      preferred_username: 'ada.married@corp.example',
      email: 'other@corp.example',
    })
    expect((await browserOf(again)('/api/v1/me')).json.user.email).toBe('Ada@Corp.example')
  })

  test('never leads to another site', async () => {
    for (const [asked, led] of [
      ['//evil.example', 'http://portal.test/'],
      ['/.//evil.example', 'http://portal.test//evil.example'],
    ]) {
      const answer = await signIn({ sub: 'ada' }, asked)
      expect([answer.status, answer.headers.location]).toEqual([303, led])
    }
  })

  test('makes an account of someone unknown, with the default role', async () => {
    const answer = await signIn({
      sub: 'new',
      preferred_username: 'new@corp.example',
      email: 'new@corp.example',
      name: 'New Person',
    })
    const me = (await browserOf(answer)('/api/v1/me')).json
    expect(me).toMatchObject({ user: { email: 'new@corp.example', name: 'New Person' }, roles: [{ role: 'VIEWER' }] })
    expect((await admin(`/api/v1/users/${me.user.id}`)).json).toMatchObject({ source: 'SIGN_IN', status: 'ACTIVE' })
  })

  test('refuses someone unknown when only the provisioned come in', async () => {
    await reject(true)
    const answer = await signIn({ sub: 'stranger', preferred_username: 'stranger@corp.example' })
    expect([answer.status, answer.headers['set-cookie'] === undefined || !cookieOf(answer, 'muster_session')]).toEqual([
      403,
      true,
    ])
    expect(answer.text).toContain('no account')
    await reject(false)
  })

  test('never binds the local first admin', async () => {
    const answer = await signIn({
      sub: 'imposter',
      email: workspace.adminEmail,
      email_verified: true,
      preferred_username: 'imposter@corp.example',
    })
    const me = (await browserOf(answer)('/api/v1/me')).json
    expect(me.user.email).toBe('imposter@corp.example')
    expect(me.roles).toEqual([{ type: 'BASIC', role: 'VIEWER', name: 'Viewer' }])
  })

  test('tells someone deprovisioned so; back, another sub of theirs may bind', async () => {
    const id = await provision('leaver@corp.example')
    const browser = browserOf(await signIn({ sub: 'leaver', preferred_username: 'leaver@corp.example' }))
    expect((await browser('/api/v1/me')).status).toBe(200)
    await setActive(id, false)
    expect((await browser('/api/v1/me')).status).toBe(401)
    const refused = await signIn({ sub: 'leaver', preferred_username: 'leaver@corp.example' })
    expect(refused.status).toBe(403)
    expect(refused.text).toContain('has been removed')

    await setActive(id, true)
    expect((await browser('/api/v1/me')).status).toBe(401)
    const back = await signIn({ sub: 'leaver-2', preferred_username: 'leaver@corp.example' })
    expect((await browserOf(back)('/api/v1/me')).json.user.id).toBe(id)
    const stale = await signIn({ sub: 'leaver', preferred_username: 'leaver@corp.example' })
    expect(stale.status).toBe(403)
    expect(stale.text).toContain('another sign-in')
  })

  test('keeps someone out whom SCIM deleted, until they are made again', async () => {
    const id = await provision('deleted@corp.example')
    await signIn({ sub: 'deleted', preferred_username: 'deleted@corp.example' })
    expect((await admin(`/scim/v2/Users/${id}`, { method: 'DELETE' })).status).toBe(204)
    for (const preferred_username of ['deleted@corp.example', 'renamed@corp.example']) {
      const refused = await signIn({ sub: 'deleted', preferred_username })
      expect(refused.status).toBe(403)
      expect(refused.text).toContain('has been deleted')
    }
    const again = await provision('deleted@corp.example')
    const answer = await signIn({ sub: 'deleted', preferred_username: 'deleted@corp.example' })
    expect((await browserOf(answer)('/api/v1/me')).json.user.id).toBe(again)
  })

  test('two first sign-ins of one sub at once make one account', async () => {
    const claims = { sub: 'twice', preferred_username: 'twice@corp.example' }
    const flows = await Promise.all([begin(), begin()])
    const answers = await Promise.all(
      flows.map(({ location, cookie }, index) =>
        portal.withCookie(cookie)(`/auth/callback${issuer.approve(location, { ...claims, name: `Tab ${index}` })}`),
      ),
    )
    const people = await Promise.all(
      answers.map(async (answer) => (await browserOf(answer)('/api/v1/me')).json.user.id),
    )
    expect(new Set(people).size).toBe(1)
  })

  test('two subs that name one account at once: one is bound, the other refused', async () => {
    const id = await provision('wanted@corp.example')
    const flows = await Promise.all([begin(), begin()])
    const answers = await Promise.all(
      flows.map(({ location, cookie }, index) =>
        portal.withCookie(cookie)(
          `/auth/callback${issuer.approve(location, { sub: `wanted-${index}`, preferred_username: 'wanted@corp.example' })}`,
        ),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 403])
    const entered = answers.find(({ status }) => status === 303)
    expect(entered && (await browserOf(entered)('/api/v1/me')).json.user.id).toBe(id)
  })

  test.each<{ why: string; call: () => Promise<TestAnswer> }>([
    {
      why: 'no cookie',
      call: async () => portal.anyone(`/auth/callback${issuer.approve((await begin()).location, { sub: 'x' })}`),
    },
    {
      why: "another tab's state",
      call: async () =>
        portal.withCookie((await begin()).cookie)(
          `/auth/callback${issuer.approve((await begin()).location, { sub: 'x' })}`,
        ),
    },
    {
      why: 'a cookie that was changed',
      call: async () => {
        const { cookie, location } = await begin()
        return portal.withCookie(`${cookie.slice(0, -2)}xx`)(`/auth/callback${issuer.approve(location, { sub: 'x' })}`)
      },
    },
    {
      why: 'ten minutes later',
      call: async () => {
        const { cookie, location } = await begin()
        portal.clock.advance(10 * 60_000)
        return portal.withCookie(cookie)(`/auth/callback${issuer.approve(location, { sub: 'x' })}`)
      },
    },
    {
      why: 'an error from the provider',
      call: async () => {
        const { cookie, location } = await begin()
        const state = new URL(location).searchParams.get('state')
        return portal.withCookie(cookie)(`/auth/callback?error=access_denied&state=${state}`)
      },
    },
    {
      why: 'a code that is none',
      call: async () => {
        const { cookie, location } = await begin()
        const state = new URL(location).searchParams.get('state')
        return portal.withCookie(cookie)(`/auth/callback?code=nonsense&state=${state}`)
      },
    },
  ])('lets nobody in with $why', async ({ call }) => {
    const answer = await call()
    expect(answer.status).toBe(400)
    expect(cookieOf(answer, 'muster_session')).toBe('')
  })

  test('can close local sign-in, which nobody else can; the password then opens nothing', async () => {
    const off = { method: 'PUT', body: { localSignIn: false } } as const
    const local = () =>
      portal.anyone('/auth/local', { body: { email: workspace.adminEmail, password: workspace.adminPassword } })
    expect((await admin('/api/v1/settings/sign-in', off)).status).toBe(409)
    expect((await browserOf(await local())('/api/v1/settings/sign-in', off)).status).toBe(409)

    const browser = browserOf(await signIn({ sub: 'ada' }))
    expect((await browser('/api/v1/settings/sign-in', off)).status).toBe(403)
    const { id } = (await browser('/api/v1/me')).json.user
    await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] } })
    expect((await browser('/api/v1/settings/sign-in', off)).json).toEqual({ localSignIn: false })
    expect((await local()).status).toBe(403)
    expect((await admin('/api/v1/settings/sign-in', { method: 'PUT', body: { localSignIn: true } })).status).toBe(200)
    expect((await local()).status).toBe(204)
  })

  test('asks the provider who it is once in a while, not each time', () => {
    const discoveries = issuer.asked.filter((url) => url.endsWith('openid-configuration'))
    expect(discoveries.length).toBeLessThan(4)
  })
})
