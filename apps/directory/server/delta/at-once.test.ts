import { expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'
import { Replica } from './replica-for-tests.ts'

const WRITERS = 8
const WRITES = 25

/** Numbers that look random and are the same on every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

test('eight writers and a follower: the copy is the directory, whatever met whatever', async () => {
  const directory = await openTestDirectory()
  const tenant = await directory.openTenant()
  const people = await Promise.all(Array.from({ length: 12 }, () => tenant.person()))
  const groups = await Promise.all(Array.from({ length: 4 }, (_, place) => tenant.group(`Group ${place}`)))
  const reference = (id: string) => ({ '@odata.id': `directoryObjects/${id}` })
  let running = WRITERS

  const write = async (seed: number) => {
    const next = chance(seed)
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T
    for (let done = 0; done < WRITES; done += 1) {
      const [one, two, group] = [pick(people).id, pick(people).id, pick(groups).id]
      const verbs = [
        () => tenant.graph('PATCH', `/users/${one}`, { jobTitle: `Title ${seed} ${done}` }),
        () => tenant.graph('POST', `/groups/${group}/members/$ref`, reference(one)),
        () => tenant.graph('DELETE', `/groups/${group}/members/${one}/$ref`),
        () => tenant.graph('PUT', `/users/${one}/manager/$ref`, reference(two)),
        () => tenant.graph('DELETE', `/users/${one}`),
        () => tenant.graph('POST', `/directory/deletedItems/${one}/restore`),
        () => tenant.graph('DELETE', `/groups/${group}`),
        () => tenant.graph('POST', `/directory/deletedItems/${group}/restore`),
        () => tenant.graph('PATCH', `/groups/${group}`, { description: `${seed} ${done}` }),
      ]
      expect((await pick(verbs)()).status).toBeLessThan(500)
    }
    running -= 1
  }

  const users = new Replica(tenant.graph, '/users/delta?$top=5')
  const crews = new Replica(tenant.graph, '/groups/delta?$top=3')
  const follow = async (replica: Replica) => {
    while (running > 0) await replica.follow()
    await replica.follow()
  }
  await Promise.all([...Array.from({ length: WRITERS }, (_, place) => write(place + 1)), follow(users), follow(crews)])

  const living = (await tenant.graph('GET', '/users?$top=999')).body.value as { id: string }[]
  expect(new Map([...users.objects].map(([id, { properties }]) => [id, properties]))).toEqual(
    new Map(living.map((one) => [one.id, one])),
  )
  for (const { id } of living) {
    const { status, body } = await tenant.graph('GET', `/users/${id}/manager`)
    expect([...(users.objects.get(id)?.references ?? [])]).toEqual(status === 200 ? [body.id] : [])
  }
  const there = (await tenant.graph('GET', '/groups?$top=999')).body.value as { id: string }[]
  expect([...crews.objects.keys()].sort()).toEqual(there.map(({ id }) => id).sort())
  for (const { id } of there) {
    const members = (await tenant.graph('GET', `/groups/${id}/members`)).body.value as { id: string }[]
    expect([...(crews.objects.get(id)?.references ?? [])].sort()).toEqual(members.map((one) => one.id).sort())
  }
}, 60_000)

test('a change that is committed late, after a later one was told, is told in the next round', async () => {
  const directory = await openTestDirectory()
  const tenant = await directory.openTenant()
  const [late, early] = [await tenant.person(), await tenant.person()]
  const replica = new Replica(tenant.graph, '/users/delta?$deltatoken=latest')
  await replica.follow()
  const client = await directory.pool.connect()
  await client.query('begin')
  await client.query(
    `insert into directory.changes (tenant_id, time, kind, operation, object_type, object_id, object_version)
     values ($1, $2, 'object', 'update', 'User', $3, 2)`,
    [tenant.tenantId, directory.deps.clock.now(), late.id],
  )
  await tenant.graph('PATCH', `/users/${early.id}`, { jobTitle: 'Early' })
  expect((await replica.follow()).map(({ id }) => id)).toEqual([early.id])
  await client.query('commit')
  client.release()
  expect((await replica.follow()).map(({ id }) => id)).toEqual([late.id])
})
