import type { JsonObject } from '@muster/scim'
import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../testing/test-world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const operations = (body: JsonObject | undefined) => body?.Operations
const requests = (world: World) => world.target.take().map(({ method, path }) => `${method} ${path}`)

/** A world whose initial cycle has sent one assigned user. */
async function worldWithUser(given: Parameters<World['user']>[0] = {}) {
  const world = await openWorld()
  const user = await world.user(given)
  await world.assign(user.id)
  await world.start()
  await world.cycle({ asked: false })
  world.target.take()
  const targetId = [...world.target.users.keys()][0] ?? ''
  return { world, user, targetId }
}

describe('leaving and coming back (facts §5.7)', () => {
  const inactive = { op: 'Replace', path: 'active', value: 'False' }
  const active = { op: 'Replace', path: 'active', value: 'True' }
  /** The operations of the one PATCH that a cycle sent. */
  const patched = async (world: World) => {
    await world.cycle()
    return world.target.take().flatMap(({ method, body }) => (method === 'PATCH' ? [operations(body)] : []))
  }

  test.each<{
    why: string
    leave: (world: World, id: string) => Promise<unknown>
    back: (world: World, id: string) => Promise<unknown>
  }>([
    {
      why: 'unassigned, assigned again',
      leave: (world, id) => world.unassign(id),
      back: (world, id) => world.assign(id),
    },
    {
      why: 'blocked, unblocked',
      leave: (world, id) => world.changeUser(id, { accountEnabled: false }),
      back: (world, id) => world.changeUser(id, { accountEnabled: true }),
    },
    {
      why: 'deleted, restored',
      leave: (world, id) => world.deleteUser(id),
      back: (world, id) => world.restoreUser(id),
    },
  ])('$why', async ({ leave, back }) => {
    const { world, user, targetId } = await worldWithUser()
    await leave(world, user.id)
    expect(await patched(world)).toEqual([[inactive]])
    expect((await world.log())[0]).toMatchObject({
      provisioningAction: 'disable',
      provisioningStatusInfo: { status: 'success' },
    })
    expect(await patched(world)).toEqual([])
    await back(world, user.id)
    await world.changeUser(user.id, { jobTitle: 'Returned' })
    expect(await patched(world)).toEqual([[active, { op: 'Add', path: 'title', value: 'Returned' }]])
    expect([...world.target.users.keys()]).toEqual([targetId])
  })

  test('someone who leaves the last assigned group is deactivated; who is also assigned alone stays', async () => {
    const world = await openWorld()
    const [leaver, stayer] = [await world.user(), await world.user()]
    const group = await world.group('Squad', [leaver.id, stayer.id])
    await world.assign(group.id)
    await world.assign(stayer.id)
    await world.start()
    await world.cycle({ asked: false })
    for (const { id } of [leaver, stayer]) await world.removeMember(group.id, id)
    await world.cycle()
    expect(world.target.userNamed(leaver.userPrincipalName)?.active).toBe(false)
    expect(world.target.userNamed(stayer.userPrincipalName)?.active).toBe(true)
  })

  test('purged after a soft delete: deleted, and a delete of what is gone counts as done', async () => {
    const { world, user, targetId } = await worldWithUser()
    await world.deleteUser(user.id)
    await world.cycle()
    await world.purgeUser(user.id)
    world.target.take()
    world.target.users.delete(targetId)
    expect(await world.cycle()).toBe('Succeeded')
    expect(requests(world)).toEqual([`DELETE /Users/${targetId}`])
    expect((await world.log())[0]).toMatchObject({ provisioningAction: 'delete', sourceIdentity: { id: user.id } })
    expect(await world.rows('select * from directory.links where tenant_id = $1')).toEqual([])
  })

  test('purged after being unassigned: nothing is sent', async () => {
    const { world, user } = await worldWithUser()
    await world.unassign(user.id)
    await world.cycle()
    world.target.take()
    await world.deleteUser(user.id)
    await world.purgeUser(user.id)
    await world.cycle()
    expect(requests(world)).toEqual([])
  })

  test('someone new under the name of someone who left takes over their account, and nothing of theirs', async () => {
    const { world, user, targetId } = await worldWithUser()
    const boss = await world.user()
    await world.assign(boss.id)
    await world.setManager(user.id, boss.id)
    await world.cycle()
    expect(world.target.users.get(targetId)?.[ENTERPRISE]).toMatchObject({ manager: { value: expect.any(String) } })
    await world.unassign(user.id)
    await world.deleteUser(user.id)
    await world.cycle()
    const heir = await world.user({ userPrincipalName: user.userPrincipalName })
    await world.assign(heir.id)
    await world.purgeUser(user.id)
    expect(await world.cycle()).toBe('Succeeded')
    expect([...world.target.users.values()].filter(({ userName }) => userName === heir.userPrincipalName)).toEqual([
      world.target.users.get(targetId),
    ])
    expect(world.target.users.get(targetId)).toMatchObject({ active: true, displayName: heir.displayName })
    expect(world.target.users.get(targetId)).not.toHaveProperty(ENTERPRISE)
  })

  test('a person nobody can deactivate for a wrong attribute: what left is told alone', async () => {
    const { world, user } = await worldWithUser()
    await world.changeUser(user.id, { accountEnabled: false, displayName: 'Something the target hates' })
    expect(await patched(world)).toEqual([[inactive]])
  })

  test('SkipOutOfScopeDeletions leaves who is unassigned as they are', async () => {
    const { world, user } = await worldWithUser()
    await world.setSecrets({ SkipOutOfScopeDeletions: 'True' })
    await world.unassign(user.id)
    expect(await patched(world)).toEqual([])
    expect((await world.log())[0]?.provisioningSteps.at(-1)?.details).toEqual({ SkipReason: 'SkipOutOfScopeDeletions' })
  })
})
