import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCall, TestCaller } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from './scim-for-tests.ts'

const { database } = await freshDatabase()
let scim: TestCaller
let member: string
let count = 0

beforeAll(async () => {
  scim = (await scimForTests(database)).scim
  member = (await scim('/Users', { body: entraUser('member@acme.example') })).json.id
})

const user = () => entraUser(`person-${++count}@acme.example`)
const group = () => ({ schemas: [GROUP_SCHEMA], displayName: `Group ${++count}` })

/** One of each kind of resource, how it is made, and a change that changes it, another each time. */
const KINDS = [
  { at: '/Users', make: user, change: () => PATCH({ op: 'replace', path: 'title', value: `Title ${++count}` }) },
  {
    at: '/Groups',
    make: group,
    change: () => PATCH({ op: 'replace', path: 'displayName', value: `Renamed ${++count}` }),
  },
]

const make = async (at: string, body: object) => {
  const { status, json, headers } = await scim(at, { body })
  expect(status).toBe(201)
  return { url: `${at}/${json.id}`, etag: String(headers.etag), body: json }
}

describe.each(KINDS)('the version of a resource at $at', ({ at, make: next, change }) => {
  test('is a weak tag, the same in the header and in meta.version, whatever an answer shows', async () => {
    const { url, etag, body } = await make(at, next())
    expect(etag).toBe('W/"1"')
    expect(body.meta.version).toBe(etag)
    for (const query of ['', '?attributes=displayName', '?excludedAttributes=meta'])
      expect((await scim(`${url}${query}`)).headers.etag).toBe(etag)
    const patched = await scim(`${url}?attributes=meta`, { method: 'PATCH', body: change() })
    expect(patched.headers.etag).toBe('W/"2"')
    expect(patched.json.meta.version).toBe('W/"2"')
    const listed = await scim(`${at}?filter=id%20eq%20%22${body.id}%22`)
    expect(listed.json.Resources[0].meta.version).toBe('W/"2"')
  })

  test('stays, and so does lastModified, when a change changes nothing', async () => {
    const sent = next()
    const { url, body } = await make(at, sent)
    const same = PATCH({ op: 'replace', path: 'displayName', value: sent.displayName })
    for (const call of [
      { method: 'PATCH', body: same },
      { method: 'PUT', body: sent },
    ] satisfies TestCall[])
      expect((await scim(url, call)).headers.etag).toBe('W/"1"')
    expect((await scim(url)).json.meta).toEqual(body.meta)
  })

  test.each([
    { header: 'W/"1"', known: true },
    { header: '"1"', known: true },
    { header: 'W/"7", W/"1"', known: true },
    { header: '*', known: true },
    { header: 'W/"2"', known: false },
  ])('If-None-Match $header: known is $known', async ({ header, known }) => {
    const { url, etag } = await make(at, next())
    const answer = await scim(url, { headers: { 'if-none-match': header } })
    expect([answer.status, answer.headers.etag]).toEqual([known ? 304 : 200, etag])
    expect(answer.text === '').toBe(known)
  })

  test.each([
    { header: 'W/"2"', passes: true },
    { header: '"2"', passes: true },
    { header: 'W/"1", W/"2"', passes: true },
    { header: '*', passes: true },
    { header: 'W/"1"', passes: false },
    { header: '2', passes: false },
  ])('If-Match $header on version 2: passes is $passes', async ({ header, passes }) => {
    for (const method of ['PATCH', 'PUT', 'DELETE'] as const) {
      const { url } = await make(at, next())
      await scim(url, { method: 'PATCH', body: change() })
      const before = (await scim(url)).json
      const body = method === 'DELETE' ? {} : { body: method === 'PUT' ? next() : change() }
      const answer = await scim(url, { method, headers: { 'if-match': header }, ...body })
      if (passes) {
        expect(answer.status).toBeLessThan(300)
        continue
      }
      expect(answer.status).toBe(412)
      expect(answer.json).toMatchObject({ status: '412', detail: expect.stringContaining('W/"2"') })
      expect((await scim(url)).json).toEqual(before)
    }
  })

  test('of two writers with one version exactly one wins, and the other changes nothing', async () => {
    const { url, etag } = await make(at, next())
    const write = () => scim(url, { method: 'PATCH', headers: { 'if-match': etag }, body: change() })
    const answers = await Promise.all(Array.from({ length: 8 }, write))
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(7)
    expect((await scim(url)).headers.etag).toBe('W/"2"')
  })

  test('names nobody: If-Match on what is not there is 404', async () => {
    const url = `${at}/00000000-0000-7000-8000-000000000000`
    const answer = await scim(url, { method: 'DELETE', headers: { 'if-match': '*' } })
    expect(answer.status).toBe(404)
  })
})

test('a Group’s version moves with its members, and not when somebody is in it already', async () => {
  const { url } = await make('/Groups', group())
  const add = PATCH({ op: 'add', path: 'members', value: [{ value: member }] })
  const tags = []
  for (const _ of [1, 2]) tags.push((await scim(url, { method: 'PATCH', body: add })).headers.etag)
  expect(tags).toEqual(['W/"2"', 'W/"2"'])
})

test('a stale If-Match puts nobody in a Group', async () => {
  const { url } = await make('/Groups', group())
  const body = PATCH({ op: 'add', path: 'members', value: [{ value: member }] })
  expect((await scim(url, { method: 'PATCH', headers: { 'if-match': 'W/"9"' }, body })).status).toBe(412)
  expect((await scim(url)).json.members).toBeUndefined()
})

test.each(['/ServiceProviderConfig', '/Schemas', '/ResourceTypes', '/ResourceTypes/User'])(
  '%s has the tag of its content',
  async (url) => {
    const { headers, json } = await scim(url)
    expect(headers.etag).toMatch(/^W\/"[\w-]+"$/)
    if (json.meta) expect(json.meta.version).toBe(headers.etag)
    const again = await scim(url, { headers: { 'if-none-match': String(headers.etag) } })
    expect([again.status, again.text]).toEqual([304, ''])
  },
)

test('the provider says that it has versions', async () => {
  expect((await scim('/ServiceProviderConfig')).json.etag).toEqual({ supported: true })
})
