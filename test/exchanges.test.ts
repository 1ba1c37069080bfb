import { existsSync, readFileSync } from 'node:fs'
import type { TestCaller } from '@muster/portal/server/portal-for-tests.ts'
import { PATCH, scimForTests } from '@muster/portal/server/scim/scim-for-tests.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'

const FORMS = ['legacy', 'flag'] as const
type Form = (typeof FORMS)[number]

interface Step {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  readonly operations?: Readonly<Record<Form, readonly unknown[]>>
  readonly headers?: Readonly<Record<string, string>>
  readonly status: readonly number[]
  /** Under which name the id of what was made is known to later steps. */
  readonly as?: string
  readonly expect?: Readonly<Record<string, unknown>>
  readonly absent?: readonly string[]
  readonly absentInFirst?: readonly string[]
  /** The path is written as it travels. */
  readonly raw?: boolean
}

interface Exchange {
  readonly quirk?: number
  readonly suite?: string
  readonly why: string
  readonly steps: readonly Step[]
}

/** Where a quirk is held that is no exchange of a few requests. */
interface Elsewhere {
  readonly quirk: number
  readonly held?: string
  readonly client?: string
}

const read = <Content>(file: string): Content =>
  JSON.parse(readFileSync(new URL(`../interop/entra/${file}`, import.meta.url), 'utf8')) as Content
const { cases: quirks, elsewhere } = read<{ cases: Exchange[]; elsewhere: Elsewhere[] }>('quirks.json')
const { cases: validators } = read<{ cases: Exchange[] }>('validators.json')

/** What is not offered yet, by name: each must fail, so that a name goes from here when its feature comes. */
const NOT_YET: readonly string[] = ['sw and co beside an equality', 'gt on meta.created']

let scim: TestCaller
let count = 0

beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim } = await scimForTests(database))
})

async function replay({ steps }: Exchange, form: Form): Promise<void> {
  const run = `run${++count}`
  const names: Record<string, string> = { run, RUN: run.toUpperCase() }
  const filled = <Value>(value: Value): Value =>
    JSON.parse(JSON.stringify(value).replace(/\{(\w+)\}/g, (all, name: string) => names[name] ?? all)) as Value
  for (const step of steps) {
    const path = filled(step.path)
    const asked = step.raw ? path : encodeURI(path)
    const url = form === 'flag' ? `${asked}${asked.includes('?') ? '&' : '?'}aadOptscim062020` : asked
    const body = step.operations ? PATCH(...filled(step.operations[form])) : filled(step.body ?? null)
    const answer = await scim(url, {
      method: step.method,
      ...(body === null ? {} : { body }),
      ...(step.headers ? { headers: step.headers } : {}),
    })
    const where = `${step.method} ${path}: ${answer.text.slice(0, 600)}`
    expect(step.status, where).toContain(answer.status)
    if (answer.text !== '') expect(answer.headers['content-type'], where).toMatch(/^application\/scim\+json/)
    if (step.as) names[step.as] = answer.json.id
    if (step.expect) expect(answer.json, where).toMatchObject(anything(filled(step.expect)))
    for (const name of step.absent ?? []) expect(answer.json, where).not.toHaveProperty([name])
    for (const name of step.absentInFirst ?? []) expect(answer.json.Resources[0], where).not.toHaveProperty([name])
  }
}

/** The text "any" stands for whatever is there. */
const anything = (expected: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(expected).map(([name, value]) => [name, value === 'any' ? expect.anything() : value]),
  )

describe.each(FORMS)('in the %s form', (form) => {
  test.each(quirks)('quirk $quirk: $why', (exchange) => replay(exchange, form))
  test.each(validators.filter(({ why }) => !NOT_YET.includes(why)))('$suite: $why', (exchange) =>
    replay(exchange, form),
  )
})

test('every quirk of the table has its exchange, or its place elsewhere', () => {
  const held = [...quirks.map(({ quirk }) => quirk), ...elsewhere.map(({ quirk }) => quirk)]
  expect(new Set(held)).toEqual(new Set(Array.from({ length: 63 }, (_, place) => place + 1)))
  for (const { quirk, held: file } of elsewhere) {
    if (file === undefined) continue
    if (file.endsWith('.ts')) expect(existsSync(new URL(`../${file}`, import.meta.url)), file).toBe(true)
    else expect(read<{ cases: { quirk?: number }[] }>(file).cases.map((one) => one.quirk)).toContain(quirk)
  }
})

test('what is not offered yet is refused, and shrinks', async () => {
  console.log(`not offered yet, of ${validators.length} exchanges of the validators: ${NOT_YET.join('; ') || 'none'}`)
  for (const why of NOT_YET) {
    const exchange = validators.find((one) => one.why === why)
    if (!exchange) throw new Error(`There is no exchange "${why}".`)
    await expect(replay(exchange, 'legacy'), why).rejects.toThrow('invalidFilter')
  }
})
