import { beforeAll, describe, expect, test } from 'vitest'
import { EVERYWHERE, fill, partsOf } from './bodies-for-tests.ts'
import { type GuardedDirectory, guardedDirectory, isOData } from './callers-for-tests.ts'
import type { TestCaller } from './calls-for-tests.ts'
import type { GuardedRoute } from './table-for-tests.ts'
import { type TestWorld, worldForTests } from './world-for-tests.ts'

let directory: GuardedDirectory
let world: TestWorld
let admin: TestCaller
let reads: readonly GuardedRoute[]

beforeAll(async () => {
  directory = await guardedDirectory()
  world = await worldForTests(directory, 'ours')
  admin = directory.withBearer(world.tenant.token)
  // Both versions are one plugin.
  reads = directory.routes.filter(({ method, url }) => method === 'GET' && url.startsWith('/v1.0/'))
})

const addressOf = ({ url, graphName }: GuardedRoute) =>
  fill(
    url,
    (partsOf(graphName.split(' ')[1] ?? '') ?? []).map((part) => ({ ...EVERYWHERE, ...world.ids })[part]),
  )

const TOKENS = ['$skiptoken', '$deltatoken']
const OPTIONS = ['$filter', '$select', '$orderby', '$top', '$search', '$count', '$expand', ...TOKENS]
const token = (json: string) => Buffer.from(json).toString('base64url')

/** Asks every read; answers those that fail, or refuse in another shape than Graph's. */
async function failing(query: string, isRight = (status: number) => status < 500): Promise<string[]> {
  const wrong: string[] = []
  for (const route of reads) {
    const answer = await admin(`${addressOf(route)}?${query}`)
    if (!isRight(answer.status) || (answer.status !== 200 && !isOData(answer)))
      wrong.push(`${answer.status} ${route.name}: ${answer.text.slice(0, 300)}`)
  }
  return wrong
}

describe('a query that is odd', () => {
  test.each([
    { why: 'nothing', value: '' },
    ...['__proto__', 'constructor', "constructor/prototype eq 'x'", "'", '-1', '2147483648'].map((value) => ({
      why: value,
      value,
    })),
    { why: '5,000 parentheses', value: '('.repeat(5_000) },
    { why: '2,000 times not', value: `${'not '.repeat(2_000)}(id eq 'x')` },
    {
      why: '1,000 alternatives',
      value: Array.from({ length: 1_000 }, (_, at) => `displayName eq '${at}'`).join(' or '),
    },
    { why: '10,000 characters', value: 'x'.repeat(10_000) },
  ])('$why, in every option of every read: 200, or refused in Graph’s shape', async ({ value }) => {
    for (const option of OPTIONS) expect(await failing(`${option}=${encodeURIComponent(value)}`)).toEqual([])
  })

  test.each(['{}', '[]', 'null', '["a","b"]', '[{"":0},[]]', '{"__proto__":["a"]}', '[1e400,-1]'])(
    'the token %s, of every read: refused in Graph’s shape, or another page',
    async (json) => {
      for (const option of TOKENS) expect(await failing(`${option}=${token(json)}`)).toEqual([])
    },
  )

  test.each(['%00', 'a%00b', '%ED%A0%80'])('%s in every option of every read is refused', async (value) => {
    for (const option of OPTIONS) expect(await failing(`${option}=${value}`, (status) => status === 400)).toEqual([])
  })

  test.each(['$nothing=1', '$expand=nothing', '$apply=x', '$top=1&$top=2', '$filter=id eq 1&$filter=id eq 2'])(
    '%s is never ignored: 400, on every read',
    async (query) => {
      expect(await failing(query, (status) => status === 400)).toEqual([])
    },
  )
})
