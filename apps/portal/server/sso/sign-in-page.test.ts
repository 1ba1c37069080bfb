import { readFileSync } from 'node:fs'
import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'
import { BRAND } from './brand.ts'
import { buttonsOf, expectPlainPage } from './page-for-tests.ts'

const CONNECTOR = { identifier: 'client', secret: 'secret', issuer: 'https://op.corp.example', domains: [] }
const HOSTILE = '"><script>alert(1)</script>'
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const ENDED = 'Your session has ended. Sign in to go on where you were.'

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: CreatedWorkspace
let admin: TestCaller

beforeAll(async () => {
  portal = await portalForTests(database)
  workspace = await portal.newWorkspace(`Acme ${HOSTILE}`)
  admin = portal.withBearer(workspace.adminApiKey)
})

const connect = (type: string) =>
  admin('/api/v1/settings/openid-connector', { method: 'PUT', body: { ...CONNECTOR, type } })

const setLocalSignIn = (isOn: boolean) =>
  run(database, 'update portal.settings set local_sign_in = $2 where workspace_id = $1', [workspace.workspaceId, isOn])

const submit = (fields: Record<string, string>) =>
  portal.anyone('/auth/local', { method: 'POST', body: new URLSearchParams(fields).toString(), headers: FORM })

test('the mark is the one of the console', () => {
  const svg = readFileSync(new URL('../../console/src/mark.svg', import.meta.url), 'utf8')
  expect(svg).toContain(BRAND.mark)
  expect(svg).toContain(`<title>${BRAND.name}</title>`)
})

describe('the ways in', () => {
  test('before a provider is connected the first admin’s is the one', async () => {
    const answer = await portal.anyone('/auth/sign-in?returnTo=/settings/scim')
    expect(answer.status).toBe(200)
    expectPlainPage(answer)
    expect(buttonsOf(answer)).toEqual({ '*Sign in as the first admin': '/auth/local?returnTo=%2Fsettings%2Fscim' })
    expect((await portal.anyone('/auth/local')).text).not.toContain('with your organisation instead')
  })

  test.each([
    { type: 'entra', name: 'Microsoft Entra ID' },
    { type: ' Okta ', name: 'Okta' },
    { type: 'muster', name: 'Muster directory' },
    { type: 'constructor', name: 'your organisation' },
    { type: HOSTILE, name: 'your organisation' },
  ])('a provider of type $type is called $name', async ({ type, name }) => {
    expect((await connect(type)).status).toBe(200)
    const answer = await portal.anyone('/auth/sign-in')
    expectPlainPage(answer)
    expect(buttonsOf(answer)).toEqual({
      [`*Sign in with ${name}`]: '/auth/login',
      'Sign in as the first admin': '/auth/local',
    })
  })

  test('local sign-in is shown while it is on', async () => {
    await setLocalSignIn(false)
    try {
      const answer = await portal.anyone('/auth/sign-in')
      expect(Object.keys(buttonsOf(answer))).toEqual(['*Sign in with your organisation'])
      for (const local of [
        await portal.anyone('/auth/local?returnTo=/teams'),
        await submit({ email: workspace.adminEmail, password: workspace.adminPassword, returnTo: '/teams' }),
      ]) {
        expect(local.status).toBe(403)
        expectPlainPage(local)
        expect(local.text).toContain('Local sign-in is switched off')
        expect(buttonsOf(local)['*Sign in with your organisation']).toBe('/auth/login?returnTo=%2Fteams')
      }
    } finally {
      await setLocalSignIn(true)
    }
  })

  test.each([
    { reason: 'ended', says: ENDED },
    { reason: 'signed-out', says: 'You are signed out.' },
    { reason: 'whatever', says: undefined },
    { reason: HOSTILE, says: undefined },
    { reason: '', says: undefined },
  ])('the reason $reason is told as: $says', async ({ reason, says }) => {
    const answer = await portal.anyone(`/auth/sign-in?${new URLSearchParams({ reason })}`)
    expect(answer.status).toBe(200)
    expectPlainPage(answer)
    expect(/role="status">([^<]*)/.exec(answer.text)?.[1]).toBe(says)
  })

  test.each([HOSTILE, '//evil.example', 'javascript:alert(1)', '/a&b="c'])(
    'returnTo %j goes along as it is and runs nowhere',
    async (returnTo) => {
      const answer = await portal.anyone(`/auth/sign-in?${new URLSearchParams({ returnTo })}`)
      expectPlainPage(answer)
      for (const href of Object.values(buttonsOf(answer))) {
        const to = new URL(href, 'http://portal.test')
        expect([to.origin, to.searchParams.get('returnTo')]).toEqual(['http://portal.test', returnTo])
      }
    },
  )

  test('what a workspace is called is shown, never run', async () => {
    expect((await portal.anyone('/auth/sign-in')).text).toContain('<span>Acme &quot;&gt;&lt;script&gt;')
  })

  test('somebody who is signed in already goes on, within the portal; an ended session does not', async () => {
    const entered = await submit({ email: workspace.adminEmail, password: workspace.adminPassword })
    const browser = portal.withCookie(cookieOf(entered, 'muster_session'))
    for (const [returnTo, leads] of [
      ['/settings/scim', 'http://portal.test/settings/scim'],
      ['//evil.example', 'http://portal.test/'],
      ['https://evil.example/', 'http://portal.test/'],
    ] as const) {
      const answer = await browser(`/auth/sign-in?${new URLSearchParams({ returnTo, reason: 'ended' })}`)
      expect([answer.status, answer.headers.location]).toEqual([302, leads])
    }
    const left = await browser('/auth/logout', { method: 'POST', headers: { ...FORM, accept: '*/*' } })
    expect([left.status, left.headers.location]).toEqual([303, '/auth/sign-in?reason=signed-out'])
    expect((await browser('/auth/sign-in?reason=ended')).text).toContain(ENDED)
    const json = { method: 'POST', headers: { accept: 'application/json' } } as const
    expect((await browser('/auth/logout', json)).status).toBe(204)
  })
})

describe('the first admin’s form', () => {
  test('says what is wrong at the password, and has the focus there', async () => {
    const answer = await submit({ email: HOSTILE, password: 'wrong', returnTo: HOSTILE })
    expect(answer.status).toBe(401)
    expectPlainPage(answer)
    const input = /<input id="password"[^>]*>/.exec(answer.text)?.[0]
    for (const part of ['aria-describedby="password-error"', 'aria-invalid="true"', 'autofocus', '"current-password"'])
      expect(input).toContain(part)
    expect(answer.text).toContain('id="password-error" role="alert">This address and password do not match.<')
    expect(answer.text.match(/autofocus/g)).toHaveLength(1)
    expect(/<input id="email"[^>]*>/.exec(answer.text)?.[0]).toContain('autocomplete="username"')
  })

  test('says how long to wait after too many tries, at no field', async () => {
    const strict = await portalForTests(database, { limits: { signIn: 1 } })
    const answers: TestAnswer[] = []
    for (let time = 0; time < 2; time += 1)
      answers.push(
        await strict.anyone('/auth/local', { method: 'POST', body: 'email=a%40b.example&password=x', headers: FORM }),
      )
    const answer = answers[1] as TestAnswer
    expect([answer.status, answer.headers['retry-after']]).toEqual([429, '60'])
    expect(answer.text).toContain('role="alert">Too many tries. Try again in 60 s.')
    expect(answer.text).not.toContain('aria-invalid=')
  })
})

describe('with several workspaces', () => {
  let other: CreatedWorkspace
  beforeAll(async () => {
    other = await portal.newWorkspace('Second')
  })

  test('the workspace is asked for first, and what led here goes along', async () => {
    const answer = await portal.anyone(`/auth/sign-in?${new URLSearchParams({ returnTo: HOSTILE, reason: 'ended' })}`)
    expect(answer.status).toBe(200)
    expectPlainPage(answer)
    expect(answer.text).toContain('<form method="get" action="/auth/sign-in">')
    expect(answer.text).toContain('name="returnTo" value="&quot;&gt;&lt;script&gt;')
    expect(answer.text).toContain('name="reason" value="ended"')
    const named = await portal.anyone(`/auth/sign-in?reason=ended&workspace=${other.workspaceId}`)
    expect(named.text).toContain('<span>Second</span>')
    expect(buttonsOf(named)).toEqual({ '*Sign in as the first admin': `/auth/local?workspace=${other.workspaceId}` })
  })

  test.each(['nowhere1', HOSTILE])('one called %j is refused at its field, with what was typed', async (name) => {
    const answer = await portal.anyone(`/auth/sign-in?${new URLSearchParams({ workspace: name, reason: 'ended' })}`)
    expect(answer.status).toBe(404)
    expectPlainPage(answer)
    expect(answer.text).toMatch(
      /<input id="workspace"[^>]*aria-describedby="workspace-error workspace-hint"[^>]*autofocus/,
    )
    expect(answer.text).toContain('role="alert">There is no such workspace.')
  })

  test('the form keeps its field after a wrong password, whether the workspace is there or not', async () => {
    for (const named of [other.workspaceId, 'nowhere1']) {
      const answer = await submit({ email: 'a@b.example', password: 'x', workspace: named })
      expect(answer.status).toBe(401)
      expect(answer.text).toMatch(new RegExp(`<input id="workspace"[^>]*value="${named}"`))
    }
    const unnamed = await submit({ email: 'a@b.example', password: 'x' })
    expect(unnamed.status).toBe(400)
    expect(unnamed.text).toContain('id="workspace-error" role="alert">There are several workspaces here')
  })
})
