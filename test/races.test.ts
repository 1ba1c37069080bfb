import type { TestAnswer, TestCaller } from '@muster/portal/server/portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from '@muster/portal/server/scim/scim-for-tests.ts'
import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from './database.ts'

const WRITERS = 20
const MEMBERS = 2_000

let scim: TestCaller
let people: string[]

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  scim = made.scim
  const rows = await run<{ id: string }>(
    database,
    `insert into portal.users (workspace_id, id, user_name_key, user_name, display_name, display_name_key, email, email_key,
       active, source, attributes, keys, created_at, last_modified_at)
     select $1, gen_random_uuid(), 'm' || n, 'm' || n, 'm' || n, 'm' || n, 'm' || n, 'm' || n, true, 'SCIM',
       jsonb_build_object('userName', 'm' || n), '{}', $2, $2 from generate_series(1, $3::int) n returning id`,
    [made.workspace.workspaceId, made.portal.clock.now(), MEMBERS],
  )
  people = rows.map(({ id }) => id)
})

/** Everybody works through the list together, each taking what is next. */
async function togetherOver<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<TestAnswer>,
): Promise<number[]> {
  const left = [...items]
  const statuses: number[] = []
  await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) statuses.push((await work(next)).status)
    }),
  )
  return statuses
}

/** How often each status was answered. */
function tally(statuses: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {}
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1
  return counts
}

async function group(displayName: string, members: readonly string[] = []): Promise<string> {
  const listed = members.length > 0 ? { members: members.map((value) => ({ value })) } : {}
  const { status, json } = await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName, ...listed } })
  expect(status).toBe(201)
  return json.id
}

async function membersOf(id: string): Promise<string[]> {
  const { members = [] } = (await scim(`/Groups/${id}`)).json as { members?: { value: string }[] }
  return members.map(({ value }) => value).sort()
}

const patch = (id: string, ...operations: unknown[]) =>
  scim(`/Groups/${id}`, { method: 'PATCH', body: PATCH(...operations) })
const add = (id: string) => ({ op: 'Add', path: 'members', value: [{ $ref: null, value: id }] })
const removeByValue = (id: string) => ({ op: 'Remove', path: 'members', value: [{ $ref: null, value: id }] })
const removeByPath = (id: string) => ({ op: 'remove', path: `members[value eq "${id}"]` })

describe(`${WRITERS} writers on one group of ${MEMBERS.toLocaleString('en')}`, () => {
  test('everybody who is added is in it', async () => {
    const id = await group('Adds')
    expect(tally(await togetherOver(people, (person) => patch(id, add(person))))).toEqual({ 204: MEMBERS })
    expect(await membersOf(id)).toEqual([...people].sort())
  }, 120_000)

  test.each([
    { form: 'by a list of values, as Entra removes', remove: removeByValue },
    { form: 'by a path with a filter, as the RFC removes', remove: removeByPath },
  ])(
    'everybody who is removed $form is out of it, and nobody else',
    async ({ form, remove }) => {
      const id = await group(`Removed ${form}`, people)
      const [stay, leave] = [people.filter((_, place) => place % 10 === 0), people.filter((_, place) => place % 10 > 0)]
      expect(tally(await togetherOver(leave, (person) => patch(id, remove(person))))).toEqual({ 204: leave.length })
      expect(await membersOf(id)).toEqual([...stay].sort())
    },
    120_000,
  )

  test('adds and both forms of remove at once leave exactly what was asked for', async () => {
    const half = people.slice(0, MEMBERS / 2)
    const id = await group('Mixed', half)
    const coming = people.slice(MEMBERS / 2)
    // One who comes, one who goes, in turn: so both kinds are under way at any time.
    const steps = half.flatMap((person, place) => [
      place % 2 === 0 ? removeByValue(person) : removeByPath(person),
      add(coming[place] ?? ''),
    ])
    expect(tally(await togetherOver(steps, (step) => patch(id, step)))).toEqual({ 204: MEMBERS })
    expect(await membersOf(id)).toEqual([...coming].sort())
  }, 120_000)
})

describe('creates of the same thing at once', () => {
  test.each([
    {
      what: 'userName',
      path: '/Users',
      body: (n: number) => entraUser(n % 2 ? 'Twin@example.com' : 'twin@EXAMPLE.com'),
    },
    {
      what: 'displayName of a Group',
      path: '/Groups',
      body: () => ({ schemas: [GROUP_SCHEMA], displayName: 'Twins' }),
    },
  ])(`one of ${WRITERS} makes the $what, the others are told of it`, async ({ path, body }) => {
    const answers = await Promise.all(Array.from({ length: WRITERS }, (_, place) => scim(path, { body: body(place) })))
    expect(tally(answers.map(({ status }) => status))).toEqual({ 201: 1, 409: WRITERS - 1 })
    const made = answers.find(({ status }) => status === 201)?.json
    for (const { status, json } of answers)
      if (status === 409)
        expect(json).toMatchObject({ status: '409', scimType: 'uniqueness', detail: expect.stringContaining(made.id) })
    const [attribute, value] = path === '/Users' ? ['userName', made.userName] : ['displayName', made.displayName]
    expect((await scim(`${path}?filter=${attribute} eq "${value}"`)).json.totalResults).toBe(1)
  })

  test(`${WRITERS} people who want one free userName: one gets it`, async () => {
    const ids = await Promise.all(
      Array.from(
        { length: WRITERS },
        async (_, n) => (await scim('/Users', { body: entraUser(`w${n}@example.com`) })).json.id as string,
      ),
    )
    const rename = PATCH({ op: 'replace', path: 'userName', value: 'wanted@example.com' })
    const answers = await Promise.all(ids.map((id) => scim(`/Users/${id}`, { method: 'PATCH', body: rename })))
    expect(tally(answers.map(({ status }) => status))).toEqual({ 200: 1, 409: WRITERS - 1 })
  })
})

describe('changes of one person at once', () => {
  const ATTRIBUTES = [
    'title',
    'nickName',
    'displayName',
    'userType',
    'locale',
    'timezone',
    'preferredLanguage',
  ] as const

  test('no PATCH undoes another: every attribute is as its own last writer left it', async () => {
    const { id } = (await scim('/Users', { body: entraUser('crowd@example.com') })).json
    for (const round of [1, 2, 3]) {
      const answers = await Promise.all(
        ATTRIBUTES.map((path) =>
          scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path, value: `${path} ${round}` }) }),
        ),
      )
      expect(answers.map(({ status }) => status)).toEqual(ATTRIBUTES.map(() => 200))
      const read = (await scim(`/Users/${id}`)).json
      expect(ATTRIBUTES.map((name) => read[name])).toEqual(ATTRIBUTES.map((name) => `${name} ${round}`))
    }
  })

  test('both halves of a name survive when each is written by another', async () => {
    const { id } = (await scim('/Users', { body: entraUser('halves@example.com') })).json
    await Promise.all(
      [{ path: 'name.givenName', value: 'New' }, { value: { name: { familyName: 'Person' } } }].map((operation) =>
        scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', ...operation }) }),
      ),
    )
    expect((await scim(`/Users/${id}`)).json.name).toMatchObject({ givenName: 'New', familyName: 'Person' })
  })

  test('who is deleted and changed at once is gone, whoever came first', async () => {
    const { id } = (await scim('/Users', { body: entraUser('leaver@example.com') })).json
    const change = { method: 'PATCH' as const, body: PATCH({ op: 'replace', path: 'title', value: 'Still here' }) }
    const [deleted, ...changed] = await Promise.all([
      scim(`/Users/${id}`, { method: 'DELETE' }),
      ...Array.from({ length: 5 }, () => scim(`/Users/${id}`, change)),
    ])
    expect(deleted?.status).toBe(204)
    for (const { status } of changed) expect([200, 404]).toContain(status)
    expect((await scim(`/Users/${id}`)).status).toBe(404)
  })
})
