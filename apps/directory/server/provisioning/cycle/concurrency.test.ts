import { describe, expect, test } from 'vitest'
import { JobDeleted, LEASE_MS, LostLease } from '../job/lease.ts'
import { openWorld, type World } from '../testing/test-world.ts'

/** A world that is to send one assigned user. */
async function worldToSend() {
  const world = await openWorld()
  const user = await world.user()
  await world.assign(user.id)
  await world.start()
  return { world, user }
}

describe('a lease', () => {
  test('a worker paused past it wakes and records nothing', async () => {
    const { world } = await worldToSend()
    const reached = Promise.withResolvers<void>()
    const paused = Promise.withResolvers<void>()
    world.target.intercept = async ({ method }, proceed) => {
      const response = await proceed()
      if (method !== 'POST') return response
      reached.resolve()
      await paused.promise
      return response
    }
    const sleeper = world.cycle({ asked: false, holder: 'sleeper' })
    await reached.promise
    world.target.intercept = undefined
    expect(await world.cycle({ asked: false, holder: 'other' })).toBeUndefined()

    world.pass(LEASE_MS)
    expect(await world.cycle({ asked: false, holder: 'other' })).toBe('Succeeded')
    const log = await world.log()
    const links = await world.rows('select * from directory.links where tenant_id = $1')
    paused.resolve()
    await expect(sleeper).rejects.toThrow(LostLease)
    expect(await world.log()).toEqual(log)
    expect(await world.rows('select * from directory.links where tenant_id = $1')).toEqual(links)
    expect(world.target.users.size).toBe(1)
  })
})

/** A cycle that is held at its first create until `held` is resolved. */
async function runHeld(world: World) {
  const reached = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST') {
      reached.resolve()
      await held.promise
    }
    return proceed()
  }
  const first = world.cycle({ asked: false })
  await reached.promise
  return { first, held }
}

describe('an administrator while a cycle runs', () => {
  test('restarts: the running cycle does not put the watermark back', async () => {
    const { world } = await worldToSend()
    const { first, held } = await runHeld(world)
    await world.call('POST', `${world.jobPath}/restart`)
    held.resolve()
    await first
    await world.cycle({ asked: false })
    expect(await world.rows('select kind from directory.cycles where tenant_id = $1')).toEqual([
      { kind: 'Initial' },
      { kind: 'Initial' },
    ])
  })

  test('pauses: the running cycle ends, and no other begins', async () => {
    const { world } = await worldToSend()
    const { first, held } = await runHeld(world)
    await world.call('POST', `${world.jobPath}/pause`)
    held.resolve()
    expect(await first).toBe('Succeeded')
    world.pass(60 * 60_000)
    expect(await world.cycle({ asked: false })).toBeUndefined()
  })

  test.each([
    { what: 'the job', destroy: (world: World) => world.call('DELETE', world.jobPath) },
    { what: 'the service principal', destroy: (world: World) => world.deleteServicePrincipal() },
    { what: 'the application', destroy: (world: World) => world.deleteApplication() },
  ])('deletes $what: the cycle ends there, changes nothing more and records nothing', async ({ destroy }) => {
    const { world } = await worldToSend()
    for (let count = 0; count < 30; count += 1) await world.assign((await world.user()).id)
    const { first, held } = await runHeld(world)
    await destroy(world)
    const sent = world.target.arrivals.filter(({ method }) => method === 'POST').length
    held.resolve()
    await expect(first).rejects.toThrow(JobDeleted)
    expect(world.target.arrivals.filter(({ method }) => method === 'POST')).toHaveLength(sent)
    for (const table of ['links', 'escrows', 'cycles', 'leases', 'provisioning_log'])
      expect(await world.rows(`select * from directory.${table} where tenant_id = $1`)).toEqual([])
    expect(await world.cycle({ asked: false })).toBeUndefined()
  })
})

describe('changes that commit while cycles run', () => {
  test('eight writers: nothing is missing after the last cycle', async () => {
    const world = await openWorld()
    const group = await world.group('Everyone')
    await world.assign(group.id)
    await world.start()
    let writing = true
    const writer = async (lane: number) => {
      const mine: string[] = []
      for (let turn = 0; turn < 12; turn += 1) {
        const { id } = await world.user({ userPrincipalName: `w${lane}.${turn}@example.com` })
        mine.push(id)
        await world.addMember(group.id, id)
        await world.changeUser(id, { displayName: `Lane ${lane} turn ${turn}` })
        const earlier = mine[turn - 2]
        if (earlier && turn % 3 === 0) await world.removeMember(group.id, earlier)
      }
    }
    const writers = Promise.all(Array.from({ length: 8 }, (_, lane) => writer(lane))).finally(() => {
      writing = false
    })
    while (writing) await world.cycle()
    await writers
    expect(await world.cycle()).toBe('Succeeded')
    for (let lane = 0; lane < 8; lane += 1)
      for (let turn = 0; turn < 12; turn += 1) {
        const left = turn % 3 === 1 && turn + 2 < 12
        const found = world.target.userNamed(`w${lane}.${turn}@example.com`)
        // Who came and left between two cycles was never sent.
        if (left) expect(found?.active ?? false).toBe(false)
        else expect(found).toMatchObject({ active: true, displayName: `Lane ${lane} turn ${turn}` })
      }
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id)?.size)).toEqual([8 * 9])
  })

  test('a change answered one millisecond before runNow is in that cycle', async () => {
    const { world, user } = await worldToSend()
    await world.cycle({ asked: false })
    await world.changeUser(user.id, { displayName: 'Just now' })
    await world.runNow()
    await world.cycle({ asked: false })
    expect(world.target.userNamed(user.userPrincipalName)?.displayName).toBe('Just now')
  })

  test('runNow while a cycle runs: exactly one more follows', async () => {
    const { world } = await worldToSend()
    const { first, held } = await runHeld(world)
    expect([(await world.runNow()).status, (await world.runNow()).status]).toEqual([204, 204])
    expect((await world.job()).status.progress).toHaveLength(1)
    held.resolve()
    expect(await first).toBe('Succeeded')
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(await world.cycle({ asked: false })).toBeUndefined()
  })
})
