import type { TestAnswer, TestCaller } from '@muster/portal/server/portal-for-tests.ts'
import {
  ENTERPRISE,
  entraUser,
  GROUP_SCHEMA,
  PATCH,
  scimForTests,
  USER_SCHEMA,
} from '@muster/portal/server/scim/scim-for-tests.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { type FreshDatabase, freshDatabase } from './database.ts'
import { digestOf } from './fuzz/digest.ts'
import { faultsOf } from './fuzz/lane.ts'

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'
const LIMIT_MS = 1_000

let scim: TestCaller
let made: Awaited<ReturnType<typeof scimForTests>>
let fresh: FreshDatabase
let user: string
let group: string

beforeAll(async () => {
  fresh = await freshDatabase()
  made = await scimForTests(fresh.database)
  scim = made.scim
  user = (await scim('/Users', { body: entraUser('target@example.com') })).json.id
  group = (
    await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Target', members: [{ value: user }] } })
  ).json.id
})

interface Hostile {
  readonly why: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path?: string
  readonly body?: unknown
  readonly status?: number
  readonly scimType?: string
  readonly detail: RegExp
}

/** `{user}` and `{group}` stand for ids. A text is sent as it is. */
async function send({ method, path = '/Users', body }: Hostile): Promise<{ answer: TestAnswer; milliseconds: number }> {
  const named = path.replace('{user}', user).replace('{group}', group)
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
  const began = performance.now()
  const answer = await scim(named, { ...(method ? { method } : {}), ...(text === undefined ? {} : { body: text }) })
  return { answer, milliseconds: performance.now() - began }
}

const nested = (depth: number, [open, close]: readonly [string, string], inner = '1') =>
  open.repeat(depth) + inner + close.repeat(depth)
const post = (members: string) => `{"schemas":["${USER_SCHEMA}"],"userName":"h@example.com",${members}}`
const patchBody = (operation: string) => `{"schemas":["${PATCH_OP}"],"Operations":[${operation}]}`
const patchUser = { method: 'PATCH', path: '/Users/{user}' } as const
const many = <Item>(count: number, item: (place: number) => Item) =>
  Array.from({ length: count }, (_, place) => item(place))
const filter = (text: string) => `/Users?filter=${encodeURIComponent(text)}`

const CASES: readonly Hostile[] = [
  { why: 'lists 100,000 deep in a POST', body: post(`"emails":${nested(100_000, ['[', ']'])}`), detail: /deep|nest/i },
  {
    why: 'objects 50,000 deep in a POST',
    body: post(`"name":${nested(50_000, ['{"a":', '}'])}`),
    detail: /deep|nest/i,
  },
  {
    why: 'lists 100,000 deep in an attribute nobody knows',
    body: post(`"nobody":${nested(100_000, ['[', ']'])}`),
    detail: /deep|nest/i,
  },
  {
    why: 'objects 50,000 deep in a PATCH',
    ...patchUser,
    body: patchBody(`{"op":"add","path":"name","value":${nested(50_000, ['{"a":', '}'])}}`),
    detail: /deep|nest/i,
  },
  { why: 'a body that is 100,000 brackets', method: 'POST', body: '['.repeat(100_000), detail: /JSON|deep|nest/i },
  {
    why: 'brackets 10,000 deep in a filter',
    path: filter(nested(10_000, ['(', ')'], 'title pr')),
    scimType: 'invalidFilter',
    detail: /bracket|long/i,
  },
  {
    why: '"not" 10,000 times in a filter',
    path: filter(`${'not ('.repeat(10_000)}title pr${')'.repeat(10_000)}`),
    scimType: 'invalidFilter',
    detail: /bracket|long/i,
  },
  { why: 'a filter of 1 MB', path: filter(`userName eq "${'x'.repeat(2 ** 20)}"`), detail: /long|filter/i },
  {
    why: 'a filter of 20,000 comparisons',
    path: filter(many(20_000, (n) => `title eq "${n}"`).join(' or ')),
    scimType: 'invalidFilter',
    detail: /compar|long/i,
  },
  {
    why: '10,000 operations',
    ...patchUser,
    body: PATCH(...many(10_000, (n) => ({ op: 'add', path: 'title', value: String(n) }))),
    detail: /operation/i,
  },
  {
    why: '10,000 operations on a Group',
    method: 'PATCH',
    path: '/Groups/{group}',
    body: PATCH(...many(10_000, (n) => ({ op: 'add', path: 'members', value: [{ value: String(n) }] }))),
    detail: /operation/i,
  },
  {
    why: 'a body over the limit',
    body: post(`"title":"${'x'.repeat(12 * 2 ** 20)}"`),
    status: 413,
    detail: /large|limit/i,
  },
  { why: 'a NUL in a text', body: post('"title":"a\\u0000b"'), scimType: 'invalidValue', detail: /NUL|title/ },
  {
    why: 'a NUL in userName',
    body: post('"displayName":"x"').replace('h@', 'h\\u0000@'),
    scimType: 'invalidValue',
    detail: /NUL|userName/,
  },
  {
    why: 'a NUL inside an element',
    body: post('"emails":[{"value":"a\\u0000b"}]'),
    scimType: 'invalidValue',
    detail: /NUL|emails/,
  },
  {
    why: 'a NUL in an extension',
    body: post(`"${ENTERPRISE}":{"department":"\\u0000"}`),
    scimType: 'invalidValue',
    detail: /NUL|department/,
  },
  {
    why: 'a NUL written by PATCH',
    ...patchUser,
    body: PATCH({ op: 'replace', path: 'title', value: 'a\0b' }),
    scimType: 'invalidValue',
    detail: /NUL|title/,
  },
  {
    why: 'a lone high surrogate',
    body: post('"title":"\\ud800"'),
    scimType: 'invalidValue',
    detail: /surrogate|Unicode|title/i,
  },
  {
    why: 'a lone low surrogate in userName',
    body: post('"title":"x"').replace('h@', '\\udc00@'),
    scimType: 'invalidValue',
    detail: /surrogate|Unicode|userName/i,
  },
  {
    why: 'a lone surrogate written by PATCH',
    ...patchUser,
    body: patchBody('{"op":"replace","path":"title","value":"\\ud800"}'),
    scimType: 'invalidValue',
    detail: /surrogate|Unicode|title/i,
  },
  {
    why: 'the same name twice in a resource',
    body: post('"title":"a","title":"b"'),
    scimType: 'invalidSyntax',
    detail: /twice|duplicate/i,
  },
  {
    why: 'the same name twice in an element',
    body: post('"emails":[{"value":"a@example.com","value":"b@example.com"}]'),
    scimType: 'invalidSyntax',
    detail: /twice|duplicate/i,
  },
  { why: 'an attribute in two spellings', body: post('"title":"a","TITLE":"b"'), detail: /twice|title/i },
  {
    why: 'two op in one operation',
    ...patchUser,
    body: patchBody('{"op":"add","op":"remove","path":"title","value":"x"}'),
    scimType: 'invalidSyntax',
    detail: /twice|duplicate/i,
  },
  { why: 'a number where a text belongs', body: post('"title":1e308'), scimType: 'invalidValue', detail: /title/ },
  { why: 'a number beyond every number', body: post('"title":1e999'), scimType: 'invalidValue', detail: /title/ },
  { why: 'a number for a boolean', body: post('"active":1'), scimType: 'invalidValue', detail: /active/ },
  {
    why: 'a number of 100,000 digits',
    body: post(`"active":${'9'.repeat(100_000)}`),
    scimType: 'invalidValue',
    detail: /active/,
  },
  { why: 'a count beyond every number', path: '/Users?count=1e999', detail: /count/ },
  {
    why: 'a prototype as an operation',
    ...patchUser,
    body: PATCH({ op: '__proto__', path: 'title', value: 'x' }),
    scimType: 'invalidSyntax',
    detail: /op must be/,
  },
  {
    why: 'a prototype as a type of an element',
    ...patchUser,
    body: PATCH({ op: 'replace', path: 'emails[__proto__ eq "x"].value', value: 'x' }),
    detail: /__proto__/,
  },
  { why: 'a prototype in a filter', path: filter('__proto__ eq "x"'), scimType: 'invalidFilter', detail: /__proto__/ },
  {
    why: 'a prototype behind an attribute in a filter',
    path: filter('name.constructor eq "x"'),
    scimType: 'invalidFilter',
    detail: /constructor/,
  },
  {
    why: 'an index in a path',
    ...patchUser,
    body: PATCH({ op: 'replace', path: 'emails[0].value', value: 'x' }),
    detail: /emails|filter/,
  },
  {
    why: 'a JSON pointer as path',
    ...patchUser,
    body: PATCH({ op: 'replace', path: '/emails/0', value: 'x' }),
    scimType: 'invalidPath',
    detail: /path|emails/,
  },
  {
    why: 'a path of 1 MB',
    ...patchUser,
    body: PATCH({ op: 'replace', path: `emails[value eq "${'x'.repeat(2 ** 20)}"].value`, value: 'x' }),
    detail: /long|path|noTarget|matches/i,
  },
  { why: 'bytes that are no UTF-8 in the address', path: '/Users/%ff', detail: /address|read|There/ },
]

describe('what is hostile is refused, in words, soon, and changes nothing', () => {
  test.each(CASES)('$why', async (hostile) => {
    const digest = () => digestOf(fresh.database, made.workspace.workspaceId)
    const before = await digest()
    let { answer, milliseconds } = await send(hostile)
    if (milliseconds > LIMIT_MS) ({ milliseconds } = await send(hostile))
    expect(faultsOf(answer)).toEqual([])
    expect(answer.json.detail).toMatch(hostile.detail)
    if (hostile.status) expect(answer.status).toBe(hostile.status)
    else expect([400, 413, 414, 431]).toContain(answer.status)
    if (hostile.scimType) expect(answer.json.scimType).toBe(hostile.scimType)
    expect(milliseconds).toBeLessThan(LIMIT_MS)
    expect(await digest()).toBe(before)
  })
})
