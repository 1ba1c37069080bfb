import { describe, expect, test } from 'vitest'
import { dueJobs } from './job/repository.ts'
import { isProbe } from './testing/test-target.ts'
import { openWorld, type World } from './testing/test-world.ts'
import { startWorker } from './worker.ts'

interface ODataError {
  readonly error: { readonly code: string; readonly message: string }
}

const json = (status: number) => ({ status, headers: { 'content-type': 'application/scim+json' }, body: '{}' })
const restart = (world: World, resetScope?: string) =>
  world.call<ODataError>(
    'POST',
    `${world.jobPath}/restart`,
    resetScope === undefined ? undefined : { criteria: { resetScope } },
  )
const kinds = async (world: World) =>
  (await world.rows<{ kind: string }>('select kind from directory.cycles where tenant_id = $1 order by number')).map(
    ({ kind }) => kind,
  )

/** Ann is linked, Bob's create failed, and the key is refused by now. */
async function troubledWorld() {
  const world = await openWorld()
  const [ann, bob] = [await world.user(), await world.user()]
  for (const { id } of [ann, bob]) await world.assign(id)
  await world.start()
  world.target.intercept = async ({ method, body }, proceed) =>
    method === 'POST' && body?.userName === bob.userPrincipalName ? json(400) : proceed()
  await world.cycle({ asked: false })
  world.target.intercept = async () => json(401)
  await world.cycle()
  world.target.intercept = undefined
  return { world, ann, bob }
}

const state = async (world: World) => {
  const [job] = await world.rows<{ watermark: boolean; quarantine: boolean; links_reset: boolean }>(
    'select watermark is not null as watermark, quarantine is not null as quarantine, links_reset from directory.jobs where tenant_id = $1',
  )
  return {
    watermark: job?.watermark,
    escrows: (await world.rows('select * from directory.escrows where tenant_id = $1')).length > 0,
    quarantine: job?.quarantine,
    links: job?.links_reset === false,
  }
}

const ALL = { watermark: true, escrows: true, quarantine: true, links: true }

describe('restart forgets', () => {
  test.each([
    { scope: undefined, left: { watermark: false, escrows: false, quarantine: false } },
    { scope: '', left: { watermark: false, escrows: false, quarantine: false } },
    { scope: 'None', left: {} },
    { scope: 'ForceDeletes', left: {} },
    { scope: 'Watermark', left: { watermark: false } },
    { scope: 'Escrows', left: { escrows: false } },
    { scope: 'QuarantineState', left: { quarantine: false } },
    { scope: 'Watermark,Escrows', left: { watermark: false, escrows: false } },
    { scope: 'Watermark, Escrows, QuarantineState', left: { watermark: false, escrows: false, quarantine: false } },
    { scope: 'ConnectorDataStore', left: { watermark: false, links: false } },
    { scope: 'ConnectorDataStore, Escrows', left: { watermark: false, links: false, escrows: false } },
    { scope: 'Full', left: { watermark: false, escrows: false, quarantine: false, links: false } },
  ])('with $scope: all is there but $left', async ({ scope, left }) => {
    const { world } = await troubledWorld()
    expect(await state(world)).toEqual(ALL)
    expect((await restart(world, scope)).status).toBe(204)
    expect(await state(world)).toEqual({ ...ALL, ...left })
    // Started as it is, a cycle follows at once, and the key is good again.
    const kept = (await state(world)).escrows
    world.target.take()
    await world.cycle({ asked: false })
    const isInitial = !(await state(world)).watermark || (await kinds(world)).at(-1) === 'Initial'
    expect(isInitial).toBe(left.watermark === false)
    expect(world.target.users.size).toBe(kept || isInitial ? 2 : 1)
    expect(await state(world)).toEqual({ watermark: true, escrows: false, quarantine: false, links: true })
  })

  test.each(['full', 'Watermark;Escrows', 'Watermark,', 'constructor', 'Everything', 'None, Sync'])(
    '"%s" is refused as Graph refuses, and nothing is forgotten',
    async (scope) => {
      const { world } = await troubledWorld()
      const { status, body } = await restart(world, scope)
      expect([status, body.error.code]).toEqual([400, 'Request_BadRequest'])
      expect(body.error.message).toContain('is no resetScope')
      expect(await state(world)).toEqual(ALL)
    },
  )

  test.each([[{ criteria: { resetScope: 5 } }], [{ criteria: 'Full' }], [[]], ['Full']])(
    '%j is refused',
    async (body) => {
      const { world } = await troubledWorld()
      expect((await world.call('POST', `${world.jobPath}/restart`, body as object)).status).toBe(400)
      expect(await state(world)).toEqual(ALL)
    },
  )

  test('nothing of a stopped job begins', async () => {
    const world = await openWorld()
    expect((await restart(world, 'Full')).status).toBe(204)
    world.pass(60 * 60_000)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    expect(world.target.arrivals).toEqual([])
  })
})

/** A world in step: Ann, her manager Bob, both in a squad. */
async function worldInStep() {
  const world = await openWorld()
  const [ann, bob] = [await world.user(), await world.user()]
  const squad = await world.group('Squad', [ann.id, bob.id])
  await world.setManager(ann.id, bob.id)
  await world.assign(squad.id)
  await world.start()
  await world.cycle({ asked: false })
  world.target.take()
  return { world, ann, bob, squad }
}

const posts = (world: World) => world.target.take().filter(({ method }) => method === 'POST')

describe('a restart that forgets the links', () => {
  test.each(['ConnectorDataStore', 'Full'])('%s: everyone is matched anew and nobody made twice', async (scope) => {
    const { world } = await worldInStep()
    const before = { users: [...world.target.users.keys()], groups: [...world.target.groups.keys()] }
    await restart(world, scope)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    const sent = world.target.take()
    expect(sent.filter(({ method }) => method === 'POST')).toEqual([])
    expect(sent.filter(({ method, path }) => method === 'GET' && path.includes('?')).length).toBe(3)
    expect({ users: [...world.target.users.keys()], groups: [...world.target.groups.keys()] }).toEqual(before)
    expect((await world.job()).status.synchronizedEntryCountByType).toEqual([
      { key: 'User', value: 2 },
      { key: 'Group', value: 1 },
    ])
    world.target.take()
    await world.cycle()
    expect(world.target.take()).toEqual([])
  })

  test('finds who was renamed meanwhile, once or twice', async () => {
    const { world, ann, bob } = await worldInStep()
    await world.changeUser(ann.id, { userPrincipalName: 'between@example.com' })
    await world.cycle()
    await world.changeUser(ann.id, { userPrincipalName: 'after@example.com' })
    await world.changeUser(bob.id, { userPrincipalName: ann.userPrincipalName })
    await restart(world, 'Full')
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(posts(world)).toEqual([])
    expect(world.target.userNamed('after@example.com')?.displayName).toBe(ann.displayName)
    expect(world.target.userNamed(ann.userPrincipalName)?.displayName).toBe(bob.displayName)
    expect(world.target.users.size).toBe(2)
  })

  test.each([
    { how: 'was unassigned', leave: (world: World, id: string, squad: string) => world.removeMember(squad, id) },
    { how: 'was blocked', leave: (world: World, id: string) => world.changeUser(id, { accountEnabled: false }) },
    { how: 'was deleted', leave: (world: World, id: string) => world.deleteUser(id) },
  ])('lets go first who $how, by the id that the target renamed by hand still has', async ({ leave }) => {
    const { world, ann, squad } = await worldInStep()
    const id = world.target.userNamed(ann.userPrincipalName)?.id as string
    world.target.users.set(id, { ...world.target.users.get(id), userName: 'by.hand@example.com' })
    await leave(world, ann.id, squad.id)
    await restart(world, 'Full')
    await world.cycle({ asked: false })
    expect(world.target.users.get(id)).toMatchObject({ active: false, userName: 'by.hand@example.com' })
    expect(posts(world)).toEqual([])
  })

  test('keeps the link of a leaver on whom the target fails, until they are let go', async () => {
    const { world, ann, squad } = await worldInStep()
    const id = world.target.userNamed(ann.userPrincipalName)?.id as string
    await world.removeMember(squad.id, ann.id)
    await restart(world, 'Full')
    world.target.intercept = async ({ method, path }, proceed) =>
      method === 'PATCH' && path === `/Users/${id}` ? json(500) : proceed()
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    world.target.intercept = undefined
    world.target.users.set(id, { ...world.target.users.get(id), userName: 'by.hand@example.com' })
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.get(id)).toMatchObject({ active: false })
  })

  test('deletes the group that left, and removes the member who left a group that stayed', async () => {
    const { world, ann, squad } = await worldInStep()
    const late = await world.group('Late', [])
    await world.assign(late.id)
    await world.assign(ann.id)
    await world.cycle()
    await world.removeMember(squad.id, ann.id)
    await world.unassign(late.id)
    await restart(world, 'Full')
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect([...world.target.groups.values()].map(({ displayName }) => displayName)).toEqual(['Squad'])
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id)?.size)).toEqual([1])
    expect(world.target.userNamed(ann.userPrincipalName)).toMatchObject({ active: true })
  })

  test('is not undone by a crash in its cycle, and not done twice', async () => {
    const { world, ann } = await worldInStep()
    await world.changeUser(ann.id, { userPrincipalName: 'after@example.com' })
    await restart(world, 'Full')
    const dies = new AbortController()
    world.target.intercept = async ({ method }, proceed) => {
      const response = await proceed()
      if (method === 'PATCH') dies.abort(new Error('killed'))
      dies.signal.throwIfAborted()
      return response
    }
    expect(await world.cycle({ asked: false, signal: dies.signal })).toBeUndefined()
    world.target.intercept = undefined
    expect(await world.cycle({ asked: false, holder: 'other' })).toBe('Succeeded')
    expect(posts(world)).toEqual([])
    expect(world.target.users.size).toBe(2)
    expect(world.target.userNamed('after@example.com')).toBeDefined()
  })
})

test('a restart during a cycle whose worker then dies is not lost', async () => {
  const { world, ann } = await worldInStep()
  await world.changeUser(ann.id, { displayName: 'Changed' })
  const dies = new AbortController()
  world.target.intercept = async ({ method }, proceed) => {
    if (method !== 'PATCH') return proceed()
    await restart(world)
    dies.abort(new Error('killed'))
    throw dies.signal.reason
  }
  expect(await world.cycle({ signal: dies.signal })).toBeUndefined()
  world.target.intercept = undefined
  await world.cycle({ asked: false, holder: 'other' })
  expect(await world.cycle({ asked: false })).toBe('Succeeded')
  expect(await kinds(world)).toEqual(['Initial', 'Incremental', 'Initial'])
})

test('a pause lets the running cycle end with all its requests, and then none leaves', async () => {
  const world = await openWorld()
  for (let count = 0; count < 20; count += 1) await world.assign((await world.user()).id)
  await world.start()
  let paused = false
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST' && !paused) {
      paused = true
      expect((await world.call('POST', `${world.jobPath}/pause`)).status).toBe(204)
    }
    return proceed()
  }
  expect(await world.cycle({ asked: false })).toBe('Succeeded')
  expect(world.target.users.size).toBe(20)
  const sent = world.target.arrivals.length
  expect(sent).toBe(2 + 2 * 20)
  await world.assign((await world.user()).id)
  world.pass(24 * 60 * 60_000)
  const due = await dueJobs(world.database, world.clock.now(), 1_000)
  expect(due.map(({ jobId }) => jobId)).not.toContain(world.jobId)
  for (const holder of ['a', 'b']) expect(await world.cycle({ asked: false, holder })).toBeUndefined()
  expect(world.target.arrivals.length).toBe(sent)
})

test('a restarted job begins within five seconds at a node that nobody told', async () => {
  const { world } = await worldInStep()
  const ended = Promise.withResolvers<void>()
  const logger = {
    error: (context: object) => ended.reject(new Error(JSON.stringify(context))),
    info: () => ended.resolve(),
  }
  const worker = startWorker({ ...world.deps, holder: 'elsewhere', logger })
  const began = performance.now()
  await restart(world)
  await ended.promise
  await worker.stop()
  expect(performance.now() - began).toBeLessThan(5_000)
  expect(world.target.arrivals.some(isProbe)).toBe(true)
  expect(await kinds(world)).toEqual(['Initial', 'Initial'])
})
