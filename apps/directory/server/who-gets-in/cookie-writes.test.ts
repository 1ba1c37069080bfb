import { beforeAll, describe, expect, test } from 'vitest'
import { PUBLIC_URL } from '../testing/test-directory.ts'
import { adminCookie, type GuardedDirectory, guardedDirectory, type TestTenant } from './callers-for-tests.ts'
import type { TestCaller } from './calls-for-tests.ts'
import { type GuardedRoute, NOBODY } from './table-for-tests.ts'
import { rowsOf } from './world-for-tests.ts'

let directory: GuardedDirectory
let tenant: TestTenant
let browser: TestCaller
let writes: readonly GuardedRoute[]

beforeAll(async () => {
  directory = await guardedDirectory()
  tenant = await directory.openTenant()
  browser = directory.withCookie(await adminCookie(tenant))
  writes = directory.routes.filter(({ method }) => !['GET', 'HEAD', 'OPTIONS'].includes(method))
})

const JSON_TYPE = { 'content-type': 'application/json' }
const NOTHING = '{"nothing":true}'

/** One write by cookie to every route there is, with ids that are nobody's. */
async function writeEverywhere(headers: Readonly<Record<string, string>>, body?: string) {
  const answers: { name: string; status: number; code: unknown; message: string }[] = []
  for (const { name, method, url } of writes) {
    const call = { method, headers, ...(body === undefined ? {} : { body }) }
    const { status, json } = await browser(url.replace(/:\w+/g, NOBODY), call)
    answers.push({ name, status, code: json?.error?.code, message: String(json?.error?.message) })
  }
  return answers
}

describe('a write by cookie, to every route that writes', () => {
  test('there are many of them', () => {
    expect(writes.length).toBeGreaterThan(60)
  })

  test.each<{ why: string; headers: Record<string, string>; body?: string }>([
    ...[
      'http://evil.test',
      'null',
      'http://api.directory.test:7490',
      'http://directory.test',
      'https://directory.test:7490',
      'http://directory.test:7490.evil.example',
      'http://directory.test:7490@evil.example',
      'http://directory.test:7490, http://evil.test',
      '',
    ].map((origin) => ({ why: `JSON from "${origin}"`, headers: { ...JSON_TYPE, origin }, body: NOTHING })),
    { why: 'no body, from elsewhere', headers: { origin: 'http://evil.test' } },
    ...['cross-site', 'same-site', 'nonsense'].map((site) => ({
      why: `JSON without an origin, ${site}`,
      headers: { ...JSON_TYPE, 'sec-fetch-site': site },
      body: NOTHING,
    })),
    { why: 'no body and no origin, cross-site', headers: { 'sec-fetch-site': 'cross-site' } },
    {
      why: 'our own origin, but led here by another site',
      headers: { ...JSON_TYPE, origin: PUBLIC_URL, 'sec-fetch-site': 'cross-site' },
      body: '{}',
    },
  ])('$why: 403, and nothing changed', async ({ headers, body }) => {
    const before = await rowsOf(directory, tenant.tenantId)
    const answers = await writeEverywhere(headers, body)
    const letIn = answers.filter(({ status, message }) => status !== 403 || !/sent from another address/.test(message))
    expect(letIn).toEqual([])
    expect(await rowsOf(directory, tenant.tenantId)).toEqual(before)
  })

  test.each<{ why: string; headers: Record<string, string> }>([
    ...[
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'text/plain; application/json',
      'text/plain;charset=application/json',
      'application/jsonp',
      'application/xml',
      'application/json-patch+json',
    ].map((type) => ({ why: type, headers: { 'content-type': type, origin: PUBLIC_URL } })),
    { why: 'a body without a type', headers: { origin: PUBLIC_URL } },
  ])('$why from our own origin: 415, and nothing changed', async ({ headers }) => {
    const before = await rowsOf(directory, tenant.tenantId)
    const answers = await writeEverywhere(headers, NOTHING)
    expect(answers.filter(({ status, code }) => status !== 415 || code !== 'UnsupportedMediaType')).toEqual([])
    expect(await rowsOf(directory, tenant.tenantId)).toEqual(before)
  })

  test.each<{ why: string; headers: Record<string, string>; body?: string }>([
    { why: 'JSON from our own origin', headers: { ...JSON_TYPE, origin: PUBLIC_URL }, body: NOTHING },
    { why: 'JSON with a charset', headers: { 'content-type': 'application/json; charset=utf-8' }, body: NOTHING },
    {
      why: 'a page of ours, as browsers say it',
      headers: { ...JSON_TYPE, origin: PUBLIC_URL, 'sec-fetch-site': 'same-origin' },
      body: NOTHING,
    },
    { why: 'a person’s own doing', headers: { ...JSON_TYPE, 'sec-fetch-site': 'none' }, body: NOTHING },
    { why: 'no body, from our own origin', headers: { origin: PUBLIC_URL } },
  ])('$why is let in', async ({ headers, body }) => {
    const answers = await writeEverywhere(headers, body)
    expect(answers.filter(({ status }) => ![400, 404].includes(status))).toEqual([])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400, 404]))
  })

  test('a bearer needs none of this: no browser sends one along by itself', async () => {
    const answer = await directory.withBearer(tenant.token)('/v1.0/groups', {
      body: { displayName: 'New', mailNickname: 'new', mailEnabled: false, securityEnabled: true },
      headers: { origin: 'http://evil.test', 'sec-fetch-site': 'cross-site' },
    })
    expect(answer.status).toBe(201)
  })
})
