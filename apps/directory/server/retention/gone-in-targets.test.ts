import { expect, test } from 'vitest'
import { openWorld } from '../provisioning/testing/test-world.ts'
import { purge } from './purge.ts'

const DAY_MS = 86_400_000

test.each([
  { why: 'a job that ran in between reads of it in the feed', between: [15, 15.1], kind: 'Incremental' },
  {
    why: 'a job that stood still past the feed begins anew, and finds that they are gone',
    between: [40],
    kind: 'Initial',
  },
])('whoever is cleared away after 30 days is deleted in the target: $why', async ({ between, kind }) => {
  const world = await openWorld()
  const [stays, goes] = [await world.user(), await world.user()]
  for (const { id } of [stays, goes]) await world.assign(id)
  await world.start()
  await world.cycle({ asked: false })
  const targetId = world.target.userNamed(goes.userPrincipalName)?.id
  await world.deleteUser(goes.id)
  expect(await world.cycle()).toBe('Succeeded')
  expect(world.target.userNamed(goes.userPrincipalName)?.active).toBe(false)

  const [first, second] = between
  world.pass((first ?? 0) * DAY_MS)
  if (second !== undefined) {
    expect(await world.cycle()).toBe('Succeeded')
    world.pass(second * DAY_MS)
  }
  const faults: unknown[] = []
  await purge(world.database, {
    clock: world.clock,
    onFault: (error) => void faults.push(error),
    isStopping: () => false,
  })
  expect(faults).toEqual([])

  world.target.take()
  expect(await world.cycle()).toBe('Succeeded')
  const writes = world.target.take().filter(({ method }) => method !== 'GET')
  expect(writes.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE /Users/${targetId}`])
  expect([...world.target.users.values()].map(({ userName }) => userName)).toEqual([stays.userPrincipalName])
  expect(
    await world.rows('select kind from directory.cycles where tenant_id = $1 order by number desc limit 1'),
  ).toEqual([{ kind }])
})
