import { beforeAll, describe, expect, test } from 'vitest'
import { BODIES, EVERYWHERE, fill, partsOf } from './bodies-for-tests.ts'
import { type GuardedDirectory, guardedDirectory, isOData } from './callers-for-tests.ts'
import type { TestCaller } from './calls-for-tests.ts'
import { withField, withJson, withMissing, withOtherTypes, withText } from './faults-for-tests.ts'
import type { GuardedRoute } from './table-for-tests.ts'
import { rowsOf, type TestWorld, worldForTests } from './world-for-tests.ts'

let directory: GuardedDirectory
let world: TestWorld
let admin: TestCaller
let writes: readonly GuardedRoute[]

beforeAll(async () => {
  directory = await guardedDirectory()
  world = await worldForTests(directory, 'ours')
  admin = directory.withBearer(world.tenant.token)
  writes = directory.routes.filter((route) => route.body !== undefined && isFirst(route))
})

/** Both versions are one plugin: what both have is asked once. */
const isFirst = ({ url, graphName }: GuardedRoute) =>
  url === directory.routes.find((route) => route.graphName === graphName)?.url

const addressOf = ({ url, graphName }: GuardedRoute, { ids }: TestWorld = world) =>
  fill(
    url,
    (partsOf(graphName.split(' ')[1] ?? '') ?? []).map((part) => ({ ...EVERYWHERE, ...ids })[part]),
  )
const bodyOf = ({ graphName }: GuardedRoute, { ids }: TestWorld = world) => BODIES[graphName]?.(ids) ?? {}
const JSON_TYPE = { 'content-type': 'application/json' }

/** These take more than is read: a reference is one property of an object, and Graph's provisioning bodies hold more. */
const TAKES_MORE = /\/\$ref$|\/synchronization\/(secrets|jobs|jobs(\/:jobId)?\/(restart|validateCredentials))$/
const withMore = (route: GuardedRoute, name: string) =>
  TAKES_MORE.test(route.graphName) ? [] : withField(route.body, bodyOf(route), name)

/** Sends each of the bodies to each write; answers those that were not refused as they ought to be. */
async function refusedNot(
  bodiesOf: (route: GuardedRoute) => readonly string[],
  status = 400,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): Promise<{ readonly wrong: readonly string[]; readonly sent: number }> {
  const wrong: string[] = []
  let sent = 0
  for (const route of writes)
    for (const body of bodiesOf(route)) {
      sent += 1
      const answer = await admin(addressOf(route), { method: route.method, body, headers })
      if (answer.status !== status || !isOData(answer))
        wrong.push(`${answer.status} ${route.name} ${body.slice(0, 300)}: ${answer.text.slice(0, 300)}`)
    }
  return { wrong, sent }
}

const deep = `${'['.repeat(100)}${']'.repeat(100)}`

describe('a write that is not right', () => {
  test.each<{ why: string; least: number; bodiesOf: (route: GuardedRoute) => readonly string[] }>([
    { why: 'a value of another type', least: 1000, bodiesOf: (route) => withOtherTypes(route.body, bodyOf(route)) },
    { why: 'a field that is missing', least: 20, bodiesOf: (route) => withMissing(route.body, bodyOf(route)) },
    {
      why: 'a field that nobody knows',
      least: 10,
      bodiesOf: (route) => withMore(route, 'nothing'),
    },
    ...['toString', 'hasOwnProperty', 'constructor', 'prototype'].map((name) => ({
      why: `a field named ${name}`,
      least: 10,
      bodiesOf: (route: GuardedRoute) => withMore(route, name),
    })),
    ...['"__proto__":{"polluted":true}', '"constructor":{"prototype":{"polluted":true}}', `"nothing":${deep}`].map(
      (json) => ({
        why: json.slice(0, 60),
        least: 20,
        bodiesOf: (route: GuardedRoute) => withJson(route.body, bodyOf(route), json),
      }),
    ),
    {
      why: 'a name of 10,000 characters',
      least: 10,
      bodiesOf: (route) => withMore(route, 'x'.repeat(10_000)),
    },
    {
      why: 'a text of 10,001 characters',
      least: 60,
      bodiesOf: (route) => withText(route.body, bodyOf(route), 'x'.repeat(10_001)),
    },
    { why: 'NUL in a text', least: 60, bodiesOf: (route) => withText(route.body, bodyOf(route), 'a\0b') },
    { why: 'half a surrogate pair', least: 60, bodiesOf: (route) => withText(route.body, bodyOf(route), 'a\ud800b') },
    { why: 'NUL in a name', least: 20, bodiesOf: (route) => withJson(route.body, bodyOf(route), '"a\\u0000b":1') },
    {
      why: 'no JSON',
      least: 130,
      bodiesOf: () => ['{', '{"a":1}}', '{"a":1,}', "{'a':1}", 'undefined', '{"a":NaN}', '{} {}', '\u0000'],
    },
  ])('$why: 400 in Graph’s shape, and nothing changed', async ({ bodiesOf, least }) => {
    const before = await rowsOf(directory, world.tenant.tenantId)
    const { wrong, sent } = await refusedNot(bodiesOf)
    expect(wrong).toEqual([])
    expect(sent).toBeGreaterThanOrEqual(least)
    expect(await rowsOf(directory, world.tenant.tenantId)).toEqual(before)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/xml',
    'text/plain;charset=application/json',
    'application/jsonp',
  ])('a right body as %s: 415, and nothing changed', async (type) => {
    const before = await rowsOf(directory, world.tenant.tenantId)
    expect((await refusedNot((route) => [JSON.stringify(bodyOf(route))], 415, { 'content-type': type })).wrong).toEqual(
      [],
    )
    expect(await rowsOf(directory, world.tenant.tenantId)).toEqual(before)
  })

  test('more than 2 MB: 413, and nothing changed', async () => {
    const before = await rowsOf(directory, world.tenant.tenantId)
    const large = (route: GuardedRoute) => [
      JSON.stringify({ ...bodyOf(route), displayName: 'x'.repeat(2 * 1024 * 1024) }),
    ]
    expect((await refusedNot(large, 413)).wrong).toEqual([])
    expect(await rowsOf(directory, world.tenant.tenantId)).toEqual(before)
  })
})

describe('what stands in an address', () => {
  test.each([
    ...['__proto__', 'constructor', 'toString', '$ref', "'", "')%20or%20('1'='1"].map((id) => ({ why: id, id })),
    ...['%00', 'a%00b', '%zz', '%F0%9F%98%80', '..%2F..%2Fusers', '%2e%2e'].map((id) => ({ why: id, id })),
    ...[400, 10_000].map((length) => ({ why: `of ${length} characters`, id: 'x'.repeat(length) })),
  ])('the id $why is nobody’s, on every route: refused in Graph’s shape, and nothing changed', async ({ id }) => {
    const before = await rowsOf(directory, world.tenant.tenantId)
    const wrong: string[] = []
    for (const route of directory.routes.filter(({ url }) => url.includes(':'))) {
      const url = route.url.replace(/:\w+/g, () => id)
      const answer = await admin(url, {
        method: route.method,
        ...(route.body === undefined ? {} : { body: bodyOf(route) }),
      })
      if (![400, 404, 414].includes(answer.status) || (route.method !== 'HEAD' && !isOData(answer)))
        wrong.push(`${answer.status} ${route.name}: ${answer.text.slice(0, 300)}`)
    }
    expect(wrong).toEqual([])
    expect(await rowsOf(directory, world.tenant.tenantId)).toEqual(before)
  })
})

describe('a right body', () => {
  test('is taken by every write, so that what is refused above is refused for its fault', async () => {
    const wrong: string[] = []
    // A world for each version, since making something twice is another matter.
    const worlds = { 'v1.0': await worldForTests(directory, 'right'), beta: await worldForTests(directory, 'beta') }
    for (const route of writes) {
      const own = worlds[route.url.startsWith('/beta/') ? 'beta' : 'v1.0']
      const call = directory.withBearer(own.tenant.token)
      const answer = await call(addressOf(route, own), { method: route.method, body: bodyOf(route, own) })
      const isTested = route.url.endsWith('/validateCredentials') && /target/.test(answer.text)
      if (answer.status >= 300 && !isTested) wrong.push(`${answer.status} ${route.name}: ${answer.text}`)
    }
    expect(wrong).toEqual([])
  })

  test.each(['__proto__', 'constructor'])(
    'may hold the text %j wherever it takes one, or is refused for it',
    async (text) => {
      const own = await worldForTests(directory, 'odd')
      const call = directory.withBearer(own.tenant.token)
      const wrong: string[] = []
      for (const route of writes)
        for (const body of withText(route.body, bodyOf(route, own), text)) {
          const answer = await call(addressOf(route, own), { method: route.method, body, headers: JSON_TYPE })
          if (answer.status >= 500 || (answer.status >= 300 && !isOData(answer)))
            wrong.push(`${answer.status} ${route.name} ${body}: ${answer.text}`)
        }
      expect(wrong).toEqual([])
      const { json } = await call('/v1.0/users?$top=999')
      expect(json.value.length).toBeGreaterThan(0)
    },
  )
})
