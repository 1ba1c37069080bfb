import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { cookieOf, portalForTests, type TestAnswer, type TestPortal } from '../portal-for-tests.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: CreatedWorkspace

beforeAll(async () => {
  portal = await portalForTests(database)
  workspace = await portal.newWorkspace()
})

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const submit = (fields: Record<string, string>, headers = {}): Promise<TestAnswer> =>
  portal.anyone('/auth/local', {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { ...FORM, ...headers },
  })

const right = () => ({ email: workspace.adminEmail, password: workspace.adminPassword })

describe("the first admin's sign-in", () => {
  test('is a form that needs no script, and leads back to where it was asked for', async () => {
    const form = await portal.anyone('/auth/local?returnTo=/settings/scim')
    expect(form.status).toBe(200)
    expect(form.text).toContain('<form method="post" action="/auth/local">')
    expect(form.text).not.toContain('<script')
    const returnTo = /name="returnTo" value="([^"]*)"/.exec(form.text)?.[1] ?? ''
    const answer = await submit({ ...right(), returnTo, workspace: '' })
    expect([answer.status, answer.headers.location]).toEqual([303, 'http://portal.test/settings/scim'])
    const cookie = String(answer.headers['set-cookie'])
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Lax/)
    expect(cookie).not.toMatch(/Secure/)
    const me = await portal.withCookie(cookieOf(answer, 'muster_session'))('/api/v1/me')
    expect(me.json).toMatchObject({ type: 'USER', user: { email: workspace.adminEmail }, roles: [{ role: 'ADMIN' }] })
  })

  test('takes JSON too, and the address in any letter case', async () => {
    const answer = await portal.anyone('/auth/local', {
      body: { ...right(), email: workspace.adminEmail.toUpperCase() },
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(cookieOf(answer, 'muster_session')).toMatch(/^muster_session=mss_/)
  })

  test('keeps no session value, and makes a new one each time', async () => {
    const [one, two] = [await submit(right()), await submit(right())].map((answer) =>
      cookieOf(answer, 'muster_session'),
    )
    expect(one).not.toBe(two)
    const rows = await run<{ everything: string }>(database, 'select s::text as everything from portal.sessions s', [])
    for (const { everything } of rows) expect(everything).not.toContain(one?.split('=')[1])
  })

  test.each([
    { why: 'a wrong password', fields: () => ({ ...right(), password: 'wrong' }) },
    { why: 'an unknown address', fields: () => ({ ...right(), email: 'nobody@acme.example' }) },
    { why: 'an unknown workspace', fields: () => ({ ...right(), workspace: 'nowhere1' }) },
  ])('answers $why with the same words', async ({ fields }) => {
    const page = await submit(fields())
    expect(page.status).toBe(401)
    expect(page.text).toContain('do not match')
    expect(page.headers['set-cookie']).toBeUndefined()
    const json = await portal.anyone('/auth/local', { body: fields() })
    expect(json.json).toMatchObject({ type: 'UNAUTHORIZED', message: 'This address and password do not match.' })
  })

  test('is refused when another site sends the form', async () => {
    expect((await submit(right(), { origin: 'http://evil.test' })).status).toBe(403)
    expect((await submit(right(), { origin: 'http://portal.test' })).status).toBe(303)
  })

  test('takes the form beside a cookie that an earlier session left', async () => {
    expect((await submit(right(), { cookie: 'muster_session=mss_old' })).status).toBe(303)
    const cookie = cookieOf(await submit(right()), 'muster_session')
    expect((await submit(right(), { cookie })).status).toBe(303)
  })

  test('shows what was typed without letting it become markup', async () => {
    const page = await submit({ email: '"><img src=x onerror=1>', password: 'x', returnTo: '"><b>' })
    expect(page.text).not.toContain('<img')
    expect(page.text).not.toContain('<b>')
  })

  test('names no workspace while there is one, and asks for it when there are several', async () => {
    expect((await portal.anyone('/auth/local')).text).toContain('type="hidden" name="workspace"')
    const other = await portal.newWorkspace('Second')
    expect((await portal.anyone('/auth/local')).text).toContain('<label for="workspace">')
    const unnamed = await submit(right())
    expect(unnamed.status).toBe(400)
    const named = await submit({ ...right(), workspace: other.workspaceId })
    expect(named.status).toBe(303)
    const me = await portal.withCookie(cookieOf(named, 'muster_session'))('/api/v1/me')
    expect(me.json.workspace.name).toBe('Second')
  })

  test('under https the cookie belongs to this host alone', async () => {
    const secure = await portalForTests(database, { publicUrl: 'https://portal.test' })
    const answer = await secure.anyone('/auth/local', { body: { ...right(), workspace: workspace.workspaceId } })
    expect(String(answer.headers['set-cookie'])).toMatch(/^__Host-muster_session=.*Path=\/.*Secure/)
    expect(String(answer.headers['set-cookie'])).not.toMatch(/Domain/i)
    expect((await secure.withCookie(cookieOf(answer, '__Host-muster_session'))('/api/v1/me')).status).toBe(200)
  })
})

describe('signing out', () => {
  test('ends the session, leads a browser to the sign-in page, and is no fault the second time', async () => {
    const cookie = cookieOf(await submit({ ...right(), workspace: workspace.workspaceId }), 'muster_session')
    const browser = portal.withCookie(cookie)
    for (let time = 0; time < 2; time += 1) {
      const answer = await browser('/auth/logout', { method: 'POST', headers: { ...FORM, accept: 'text/html,*/*' } })
      expect([answer.status, answer.headers.location]).toEqual([303, '/auth/sign-in?reason=signed-out'])
      expect(String(answer.headers['set-cookie'])).toMatch(/^muster_session=;/)
      expect((await browser('/api/v1/me')).status).toBe(401)
    }
  })
})

describe('sessions', () => {
  test('are listed as where someone is signed in, and end one by one', async () => {
    const in_ = async () =>
      portal.withCookie(
        cookieOf(
          await submit({ ...right(), workspace: workspace.workspaceId }, { 'user-agent': 'Firefox' }),
          'muster_session',
        ),
      )
    const [laptop, phone] = [await in_(), await in_()]
    const listed = (await laptop('/api/v1/sessions')).json.sessions
    const current = listed.filter((session: { current: boolean }) => session.current)
    expect(current).toEqual([
      {
        id: expect.any(String),
        createdAt: expect.any(String),
        lastSeenAt: expect.any(String),
        ipAddress: '127.0.0.1',
        userAgent: 'Firefox',
        current: true,
      },
    ])
    const other = (await phone('/api/v1/sessions')).json.sessions.find(
      (session: { current: boolean }) => session.current,
    )
    const ended = await laptop(`/api/v1/sessions/${other.id}`, { method: 'DELETE' })
    expect([ended.status, ended.headers['set-cookie']]).toEqual([200, undefined])
    expect((await phone('/api/v1/me')).status).toBe(401)
    expect(
      String((await laptop(`/api/v1/sessions/${current[0].id}`, { method: 'DELETE' })).headers['set-cookie']),
    ).toMatch(/^muster_session=;/)
    expect((await laptop('/api/v1/me')).status).toBe(401)
  })

  test("an admin sees and ends someone else's, another workspace's admin does not", async () => {
    const browser = portal.withCookie(
      cookieOf(await submit({ ...right(), workspace: workspace.workspaceId }), 'muster_session'),
    )
    const { id: userId } = (await browser('/api/v1/me')).json.user
    const key = portal.withBearer(workspace.adminApiKey)
    const stranger = portal.withBearer((await portal.newWorkspace('Third')).adminApiKey)
    const [session] = (await key(`/api/v1/sessions?userId=${userId}`)).json.sessions
    expect((await stranger(`/api/v1/sessions?userId=${userId}`)).json.sessions).toEqual([])
    expect((await stranger(`/api/v1/sessions/${session.id}`, { method: 'DELETE' })).status).toBe(404)
    expect((await key(`/api/v1/sessions/${session.id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await key('/api/v1/sessions')).status).toBe(400)
  })
})
