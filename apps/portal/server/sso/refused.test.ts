import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { issuerForTests, type TestClaims } from './issuer-for-tests.ts'
import { buttonsOf, expectPlainPage } from './page-for-tests.ts'

const ISSUER = 'https://op.corp.example/tenant/v2.0'
const CONNECTOR = { type: 'entra', identifier: 'client', secret: 'secret', issuer: ISSUER, domains: ['corp.example'] }
const HOSTILE = '"><script>alert(1)</script>'

const { database } = await freshDatabase()
const issuer = issuerForTests(ISSUER, { id: CONNECTOR.identifier, secret: CONNECTOR.secret })
let portal: TestPortal
let admin: TestCaller

beforeAll(async () => {
  portal = await portalForTests(database, { fetch: issuer.fetch })
  admin = portal.withBearer((await portal.newWorkspace(`Acme ${HOSTILE}`)).adminApiKey)
})

describe('somebody whom the provider knows and the portal does not take', () => {
  const post = (path: string, body: object) => admin(path, { body })
  const provision = async (userName: string, emails: readonly string[] = []): Promise<string> => {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
    const made = await post('/scim/v2/Users', {
      schemas,
      userName,
      active: true,
      emails: emails.map((value) => ({ value })),
    })
    expect(made.status).toBe(201)
    return made.json.id
  }
  const signIn = async (claims: TestClaims): Promise<TestAnswer> => {
    const begun = await portal.anyone('/auth/login?returnTo=/teams')
    const browser = portal.withCookie(cookieOf(begun, 'muster_sign_in'))
    return browser(`/auth/callback${issuer.approve(String(begun.headers.location), claims)}`)
  }
  const switches = (rejectUnprovisionedSignIn: boolean) =>
    admin('/api/v1/settings/scim', {
      method: 'PUT',
      body: { automaticProvisioning: true, automaticDeprovisioning: true, rejectUnprovisionedSignIn },
    })

  beforeAll(async () => {
    await admin('/api/v1/settings/openid-connector', { method: 'PUT', body: CONNECTOR })
    await switches(false)
  })

  test.each<{ title: string; says: string; who: string | undefined; come: () => Promise<TestClaims> }>([
    {
      title: 'Your access has been removed',
      says: 'You can sign in as soon as it is given back.',
      who: 'leaver@corp.example',
      come: async () => {
        const id = await provision('leaver@corp.example')
        const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
        const Operations = [{ op: 'replace', path: 'active', value: false }]
        await admin(`/scim/v2/Users/${id}`, { method: 'PATCH', body: { schemas, Operations } })
        return { sub: 'leaver', preferred_username: 'leaver@corp.example' }
      },
    },
    {
      title: 'Your account has been deleted',
      says: 'It can be made again',
      who: 'deleted@corp.example',
      come: async () => {
        await admin(`/scim/v2/Users/${await provision('deleted@corp.example')}`, { method: 'DELETE' })
        return { sub: 'deleted', preferred_username: 'deleted@corp.example' }
      },
    },
    {
      title: 'Two accounts have your address',
      says: 'neither was opened',
      who: 'twin@corp.example',
      come: async () => {
        for (const name of ['one@corp.example', 'two@corp.example']) await provision(name, ['twin@corp.example'])
        return { sub: 'twin', email: 'twin@corp.example', email_verified: true }
      },
    },
    {
      title: 'Your address is not confirmed',
      says: 'list the domain of your address',
      who: 'far@elsewhere.example',
      come: async () => {
        await provision('far@elsewhere.example')
        return { sub: 'far', preferred_username: 'far@elsewhere.example' }
      },
    },
    {
      title: 'This account belongs to another sign-in',
      says: 'deactivate the account here and activate it again',
      who: 'bound@corp.example',
      come: async () => {
        await provision('bound@corp.example')
        expect((await signIn({ sub: 'bound', preferred_username: 'bound@corp.example' })).status).toBe(303)
        return { sub: 'bound-2', preferred_username: 'bound@corp.example' }
      },
    },
    {
      title: 'Your provider did not say who you are',
      says: 'preferred_username or email',
      who: undefined,
      come: async () => ({ sub: 'nobody' }),
    },
    {
      title: 'You have no account here',
      says: 'an admin of this workspace to add you',
      who: '&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
      come: async () => {
        await switches(true)
        return { sub: 'stranger', preferred_username: HOSTILE }
      },
    },
  ])('is told: $title', async ({ title, says, who, come }) => {
    const answer = await signIn(await come())
    expect(answer.status).toBe(403)
    expectPlainPage(answer)
    expect(answer.text).toContain(`<h1>${title}</h1>`)
    expect(answer.text).toContain(says)
    expect(/<dd>([^<]*)<\/dd>/.exec(answer.text)?.[1]).toBe(who)
    expect(cookieOf(answer, 'muster_session')).toBe('')
    const again = buttonsOf(answer)['*Sign in with another account'] ?? ''
    const led = await portal.anyone(again)
    expect(new URL(String(led.headers.location)).searchParams.get('prompt')).toBe('login')
    expect(new URL(again, 'http://portal.test').searchParams.get('returnTo')).toBe('/teams')
  })

  test('is not asked for another account the first time', async () => {
    const { headers } = await portal.anyone('/auth/login')
    expect(new URL(String(headers.location)).searchParams.has('prompt')).toBe(false)
  })

  test.each([
    { why: 'a sign-in that expired', path: '/auth/callback?code=x&state=y', status: 400 },
    { why: 'a workspace that is not there', path: `/auth/login?workspace=${encodeURIComponent(HOSTILE)}`, status: 404 },
    { why: 'a parameter that is too long', path: `/auth/sign-in?workspace=${'x'.repeat(101)}`, status: 400 },
  ])('reads a page about $why, with a way back', async ({ path, status }) => {
    const answer = await portal.anyone(path)
    expect(answer.status).toBe(status)
    expectPlainPage(answer)
    expect(buttonsOf(answer)['*Back to sign-in']).toBe('/auth/sign-in')
  })
})
