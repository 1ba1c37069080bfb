import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { adminBrowser } from './callers-for-tests.ts'
import { type GuardedRoute, guardedRoutes, NOBODY } from './table-for-tests.ts'
import { rowsOf } from './world-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspaceId: string
let browser: TestCaller
let writes: readonly GuardedRoute[]

beforeAll(async () => {
  portal = await portalForTests(database)
  workspaceId = (await portal.newWorkspace()).workspaceId
  browser = await adminBrowser(portal, workspaceId)
  writes = guardedRoutes(portal).filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
})

const JSON_TYPE = { 'content-type': 'application/json' }
const OURS = 'http://portal.test'

/** One write by cookie to every route there is, with ids that are nobody's. */
async function writeEverywhere(headers: Readonly<Record<string, string>>, body?: string) {
  const answers: { name: string; status: number; message: string }[] = []
  for (const { name, method, url } of writes) {
    const call = { method, headers, ...(body === undefined ? {} : { body }) }
    const { status, json } = await browser(url.replace(/:\w+/g, NOBODY), call)
    answers.push({ name, status, message: String(json?.message ?? json?.detail ?? '') })
  }
  return answers
}

const notOurs = /sent from another address|needs the content type/

describe('a write by cookie, to every route that writes', () => {
  test('there are many of them', () => {
    expect(writes.length).toBeGreaterThan(35)
  })

  test.each<{ why: string; headers: Record<string, string>; body?: string }>([
    ...[
      'http://evil.test',
      'null',
      'http://api.portal.test',
      'http://portal.test:8080',
      'https://portal.test',
      'http://portal.test.evil.example',
      'http://portal.test@evil.example',
      'http://portal.test, http://evil.test',
      '',
    ].map((origin) => ({ why: `JSON from "${origin}"`, headers: { ...JSON_TYPE, origin }, body: '{"nothing":true}' })),
    { why: 'no body, from elsewhere', headers: { origin: 'http://evil.test' } },
    ...['cross-site', 'same-site', 'nonsense'].map((site) => ({
      why: `JSON without an origin, ${site}`,
      headers: { ...JSON_TYPE, 'sec-fetch-site': site },
      body: '{"nothing":true}',
    })),
    { why: 'no body and no origin, cross-site', headers: { 'sec-fetch-site': 'cross-site' } },
    {
      why: 'our own origin, but led here by another site',
      headers: { ...JSON_TYPE, origin: OURS, 'sec-fetch-site': 'cross-site' },
      body: '{}',
    },
    ...[
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/plain; application/json',
      'text/plain;charset=application/json',
      'application/jsonp',
      'application/xml',
      'application/json-patch+json',
    ].map((type) => ({
      why: `${type} from our own origin`,
      headers: { 'content-type': type, origin: OURS },
      body: '{"nothing":true}',
    })),
    { why: 'a body without a type', headers: { origin: OURS }, body: '{"nothing":true}' },
  ])('$why: 403, and nothing changed', async ({ headers, body }) => {
    const before = await rowsOf(portal, workspaceId)
    const answers = await writeEverywhere(headers, body)
    expect(answers.filter(({ status, message }) => status !== 403 || !notOurs.test(message))).toEqual([])
    expect(await rowsOf(portal, workspaceId)).toEqual(before)
  })

  test.each<{ why: string; headers: Record<string, string>; body?: string }>([
    { why: 'JSON from our own origin', headers: { ...JSON_TYPE, origin: OURS }, body: '{"nothing":true}' },
    {
      why: 'JSON with a charset',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: '{"nothing":true}',
    },
    {
      why: 'a page of ours, as browsers say it',
      headers: { ...JSON_TYPE, origin: OURS, 'sec-fetch-site': 'same-origin' },
      body: '{"nothing":true}',
    },
    { why: 'a person’s own doing', headers: { ...JSON_TYPE, 'sec-fetch-site': 'none' }, body: '{"nothing":true}' },
    { why: 'no body, from our own origin', headers: { origin: OURS } },
  ])('$why is let in', async ({ headers, body }) => {
    const answers = await writeEverywhere(headers, body)
    expect(answers.filter(({ status, message }) => status === 401 || status >= 500 || notOurs.test(message))).toEqual(
      [],
    )
    // What came through could have done something: some of it reached a rule of its own.
    expect(answers.some(({ status }) => status === 400 || status === 404)).toBe(true)
  })

  test('a bearer needs none of this: no browser sends one along by itself', async () => {
    const { json } = await browser('/api/v1/access-tokens', { body: { name: 'mine' } })
    const answer = await portal.withBearer(json.token)('/api/v1/access-tokens', {
      body: { name: 'another' },
      headers: { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.status).toBe(200)
  })
})
