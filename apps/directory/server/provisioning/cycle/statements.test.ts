import { expect, test } from 'vitest'
import { openWorld, type World } from '../testing/test-world.ts'

/** Counts every statement that is sent to PostgreSQL from now on, `begin` and `commit` among them. */
function countStatements({ pool }: World) {
  let count = 0
  const seen = new WeakSet<object>()
  pool.on('acquire', (client) => {
    if (seen.has(client)) return
    seen.add(client)
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    Object.assign(client, {
      query: (...given: unknown[]) => {
        count += 1
        return query(...given)
      },
    })
  })
  return {
    /** How many were sent since the last look. */
    take: () => {
      const taken = count
      count = 0
      return taken
    },
  }
}

/** `count` people who all report to the first of them, and are members of the one group that is assigned with them. */
async function worldOf(count: number) {
  const world = await openWorld()
  const people: string[] = []
  for (let at = 0; at < count; at += 1) people.push((await world.user()).id)
  const [boss = ''] = people
  for (const id of people.slice(1)) await world.setManager(id, boss)
  await world.assign((await world.group('Everyone', people)).id)
  await world.start()
  return { world, people }
}

const PEOPLE = 120

test('a cycle costs a few statements an object, and none for what stayed as it is', async () => {
  const { world, people } = await worldOf(PEOPLE)
  const statements = countStatements(world)
  expect(await world.cycle({ asked: false })).toBe('Succeeded')
  expect(world.target.users.size).toBe(PEOPLE)
  // Of each: the intent, the link and its log row, the manager before and after. 3.5 are seen; one by one it is 12.
  expect(statements.take() / PEOPLE).toBeLessThan(5)

  for (const id of people) await world.changeUser(id, { displayName: 'Renamed' })
  statements.take()
  expect(await world.cycle()).toBe('Succeeded')
  // The digest forgotten before, the link and its log row after. 2 are seen; one by one it is 9.
  expect(statements.take() / PEOPLE).toBeLessThan(3)

  await world.cycle()
  expect(statements.take()).toBeLessThan(60)
})

test('failures cost no more than what goes well', async () => {
  const { world } = await worldOf(PEOPLE)
  world.target.intercept = async ({ method }, proceed) =>
    method === 'POST' ? { status: 500, headers: {}, body: '' } : proceed()
  const statements = countStatements(world)
  expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
  // The intent, then the escrow and its log row.
  expect(statements.take() / PEOPLE).toBeLessThan(3)
  expect(
    await world.rows<{ count: number }>('select count(*)::int from directory.escrows where tenant_id = $1'),
  ).toEqual([{ count: PEOPLE + 1 }])
})
