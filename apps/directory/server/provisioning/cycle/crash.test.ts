import { describe, expect, test } from 'vitest'
import { brokenWire, openWorld, type World } from '../testing/test-world.ts'

/** A world that is to send one assigned user. */
async function worldToSend() {
  const world = await openWorld()
  const user = await world.user()
  await world.assign(user.id)
  await world.start()
  return { world, user }
}

/** Lets the target act on matching requests, and the answers get lost; `dies` also ends the worker there. */
function loseAnswers(world: World, which: (method: string, path: string) => boolean, dies?: AbortController): void {
  world.target.intercept = async ({ method, path }, proceed) => {
    const response = await proceed()
    if (!which(method, path)) return response
    if (!dies) throw brokenWire()
    dies.abort(new Error('killed'))
    throw dies.signal.reason
  }
}

describe('a create whose answer is lost', () => {
  test('is found by the next cycle, not doubled', async () => {
    const { world, user } = await worldToSend()
    loseAnswers(world, (method) => method === 'POST')
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect([...world.target.users.values()]).toMatchObject([{ userName: user.userPrincipalName, active: true }])
  })

  test('is found under the old name when the person was renamed meanwhile', async () => {
    const { world, user } = await worldToSend()
    loseAnswers(world, (method) => method === 'POST')
    await world.cycle({ asked: false })
    world.target.intercept = undefined
    await world.changeUser(user.id, { userPrincipalName: 'renamed@example.com' })
    expect(await world.cycle()).toBe('Succeeded')
    expect([...world.target.users.values()]).toMatchObject([{ userName: 'renamed@example.com' }])
  })

  test('of someone who left meanwhile is deactivated; of someone purged, deleted', async () => {
    for (const end of ['unassign', 'purge'] as const) {
      const { world, user } = await worldToSend()
      loseAnswers(world, (method) => method === 'POST')
      await world.cycle({ asked: false })
      world.target.intercept = undefined
      if (end === 'unassign') await world.unassign(user.id)
      else {
        await world.deleteUser(user.id)
        await world.purgeUser(user.id)
      }
      expect(await world.cycle()).toBe('Succeeded')
      expect([...world.target.users.values()].map(({ active }) => active)).toEqual(end === 'unassign' ? [false] : [])
    }
  })

  test('with the worker killed there: the same cycle goes on, under its number', async () => {
    const { world, user } = await worldToSend()
    const dies = new AbortController()
    loseAnswers(world, (method) => method === 'POST', dies)
    expect(await world.cycle({ asked: false, signal: dies.signal })).toBeUndefined()
    expect((await world.job()).status.lastExecution).toBeNull()
    world.target.intercept = undefined
    await world.changeUser(user.id, { userPrincipalName: 'renamed@example.com' })
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect([...world.target.users.values()]).toMatchObject([{ userName: 'renamed@example.com' }])
    expect(await world.rows('select number::int, state from directory.cycles where tenant_id = $1')).toEqual([
      { number: 1, state: 'Succeeded' },
    ])
  })
})

describe('an update whose answer is lost', () => {
  test('and that was taken back meanwhile is taken back in the target too', async () => {
    const { world, user } = await worldToSend()
    await world.cycle({ asked: false })
    const dies = new AbortController()
    loseAnswers(world, (method) => method === 'PATCH', dies)
    await world.changeUser(user.id, { displayName: 'For a moment' })
    await world.cycle({ signal: dies.signal })
    world.target.intercept = undefined
    await world.changeUser(user.id, { displayName: user.displayName })
    await world.cycle({ asked: false })
    expect(world.target.userNamed(user.userPrincipalName)?.displayName).toBe(user.displayName)
  })

  test('a leaver whose deactivation never left is deactivated after the crash', async () => {
    const { world, user } = await worldToSend()
    await world.cycle({ asked: false })
    await world.unassign(user.id)
    const dies = new AbortController()
    world.target.intercept = async ({ method }, proceed) => {
      if (method !== 'PATCH') return proceed()
      dies.abort(new Error('killed'))
      throw dies.signal.reason
    }
    await world.cycle({ signal: dies.signal })
    world.target.intercept = undefined
    await world.cycle({ asked: false })
    expect(world.target.userNamed(user.userPrincipalName)?.active).toBe(false)
  })
})

describe('a member whose adding was not recorded', () => {
  async function worldWithGroup() {
    const world = await openWorld()
    const user = await world.user()
    const group = await world.group('Squad')
    await world.assign(group.id)
    await world.assign(user.id)
    await world.start()
    await world.cycle({ asked: false })
    const members = () => [...world.target.members.values()].map(({ size }) => size)
    return { world, user, group, members }
  }

  test('and who was removed again is removed from the target', async () => {
    const { world, user, group, members } = await worldWithGroup()
    await world.addMember(group.id, user.id)
    const dies = new AbortController()
    loseAnswers(world, (method, path) => method === 'PATCH' && path.startsWith('/Groups'), dies)
    await world.cycle({ signal: dies.signal })
    expect(members()).toEqual([1])
    world.target.intercept = undefined
    await world.removeMember(group.id, user.id)
    await world.cycle({ asked: false })
    expect(members()).toEqual([0])
    expect(await world.rows('select * from directory.references_sent where tenant_id = $1')).toEqual([])
  })

  test('a removal whose answer is lost, and who was added again, is a member', async () => {
    const { world, user, group, members } = await worldWithGroup()
    await world.addMember(group.id, user.id)
    await world.cycle()
    await world.removeMember(group.id, user.id)
    const dies = new AbortController()
    loseAnswers(world, (method, path) => method === 'PATCH' && path.startsWith('/Groups'), dies)
    await world.cycle({ signal: dies.signal })
    world.target.intercept = undefined
    await world.addMember(group.id, user.id)
    await world.cycle({ asked: false })
    expect(members()).toEqual([1])
  })
})

describe('references of someone linked just before a crash', () => {
  test('follow, also when the target is away when the cycle goes on', async () => {
    const world = await openWorld()
    const [boss, report] = [await world.user(), await world.user()]
    await world.setManager(report.id, boss.id)
    await world.assign(report.id)
    await world.start()
    await world.cycle({ asked: false })
    await world.assign(boss.id)
    await world.assign((await world.group('Late')).id)
    const dies = new AbortController()
    // Groups come after users: the boss is linked by then.
    loseAnswers(world, (_method, path) => path.includes('%22Late%22'), dies)
    await world.cycle({ signal: dies.signal })
    world.target.intercept = async () => ({ status: 503, headers: {}, body: '' })
    expect(await world.cycle({ asked: false })).toBe('Failed')
    world.target.intercept = undefined
    world.target.take()
    expect(await world.cycle()).toBe('Succeeded')
    const sent = world.target.take().flatMap(({ method, body }) => (method === 'PATCH' ? [body?.Operations] : []))
    expect(sent).toEqual([
      [expect.objectContaining({ op: 'Add', value: world.target.userNamed(boss.userPrincipalName)?.id })],
    ])
  })
})
