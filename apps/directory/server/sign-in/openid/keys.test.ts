import { beforeEach, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/database.ts'
import { isBack, keyIdOf, openOpenIdClient } from '../../testing/openid-client.ts'
import { openTestDirectory } from '../../testing/test-directory.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

type Directory = Awaited<ReturnType<typeof openTestDirectory>>
let nodes: readonly [Directory, Directory]
let tenant: Awaited<ReturnType<Directory['openTenant']>>
let client: Awaited<ReturnType<typeof openOpenIdClient>>
let userPrincipalName: string

beforeEach(async () => {
  const database = await freshDatabase()
  nodes = [await openTestDirectory({ database }), await openTestDirectory({ database })]
  tenant = await nodes[0].openTenant()
  client = await openOpenIdClient(nodes[0], tenant.tenantId)
  userPrincipalName = (await tenant.person()).userPrincipalName
})

const wait = (ms: number) => {
  for (const { time } of nodes) time.now += ms
}

/** What a node publishes, and what it signs with. */
async function seenAt({ app }: Directory) {
  const idToken = await client.idTokenOf(app, userPrincipalName)
  return { published: await client.publishedBy(app), signs: keyIdOf(idToken) }
}

/** What is stored, by purpose. */
async function storedKeys(): Promise<Record<string, number>> {
  const { rows } = await nodes[0].pool.query<{ purpose: string; count: string }>(
    'select purpose, count(*) from directory.signing_keys where tenant_id = $1 group by purpose',
    [tenant.tenantId],
  )
  return Object.fromEntries(rows.map(({ purpose, count }) => [purpose, Number(count)]))
}

test('after 90 days another key is published, a day later it signs, another day later the old one is gone: on every node', async () => {
  const [one, two] = nodes
  const before = await seenAt(one)
  const [first] = before.published as [string]
  expect(before).toEqual({ published: [first], signs: first })
  expect(await seenAt(two)).toEqual(before)

  // Both find it due at the same moment, and many requests at once.
  wait(90 * DAY)
  const published = await Promise.all([one, two, one, two].map(({ app }) => client.publishedBy(app)))
  const [, second = ''] = published[0] ?? []
  expect(published).toEqual(Array(4).fill([first, second]))
  expect(await storedKeys()).toEqual({ jwks: 2, cookies: 2 })
  for (const node of nodes) expect((await seenAt(node)).signs).toBe(first)

  wait(DAY - HOUR)
  const { browser, redeem } = await client.signIn(one.app, userPrincipalName)
  const idToken = (await redeem()).json().id_token
  expect(keyIdOf(idToken)).toBe(first)
  wait(2 * HOUR)
  for (const node of nodes) expect(await seenAt(node)).toEqual({ published: [second, first], signs: second })
  // What the old keys signed holds: the token, and the session of the browser.
  for (const { app } of nodes) expect(await client.isBorneOut(app, idToken)).toBe(true)
  expect(isBack((await client.signIn(one.app, userPrincipalName, { browser })).page)).toBe(true)

  wait(DAY)
  for (const node of nodes) expect(await seenAt(node)).toEqual({ published: [second], signs: second })
  expect(await client.isBorneOut(one.app, idToken)).toBe(false)
  expect(await storedKeys()).toEqual({ jwks: 1, cookies: 1 })
})

test('a sign-in that began before the keys changed ends after', async () => {
  const [{ app }] = nodes
  const first = keyIdOf(await client.idTokenOf(app, userPrincipalName))
  wait(90 * DAY)
  await client.publishedBy(app)
  wait(DAY - 60_000)
  const { browser } = await client.signIn(app, userPrincipalName)
  wait(10 * 60_000)
  const after = await client.signIn(app, userPrincipalName, { browser })
  expect(isBack(after.page)).toBe(true)
  expect(keyIdOf((await after.redeem()).json().id_token)).not.toBe(first)
})

test('keys are those of one tenant', async () => {
  const other = await openOpenIdClient(nodes[0], (await nodes[0].openTenant()).tenantId)
  const idToken = await client.idTokenOf(nodes[0].app, userPrincipalName)
  expect(await client.isBorneOut(nodes[0].app, idToken)).toBe(true)
  expect(await other.isBorneOut(nodes[0].app, idToken)).toBe(false)
})
