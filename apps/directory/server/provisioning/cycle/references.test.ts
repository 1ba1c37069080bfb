import type { JsonObject } from '@muster/scim'
import { describe, expect, test } from 'vitest'
import { openWorld, type World } from '../testing/test-world.ts'

const MANAGER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager'

const operationsOf = (body: JsonObject | undefined) => (body?.Operations ?? []) as { value?: unknown[] }[]

/** What the PATCHes since the last look said, by the address they went to. */
const patches = (world: World) =>
  world.target.take().flatMap(({ method, path, body }) => (method === 'PATCH' ? [[path, operationsOf(body)[0]]] : []))

const idOf = (world: World, { userPrincipalName }: { readonly userPrincipalName: string }) =>
  String(world.target.userNamed(userPrincipalName)?.id)
const memberIds = (world: World, displayName: string) => {
  const group = [...world.target.groups.values()].find((candidate) => candidate.displayName === displayName)
  return [...(world.target.members.get(String(group?.id)) ?? [])].sort()
}

describe('managers', () => {
  test('follow in a request of their own once both ends are there; replaced and removed the same way', async () => {
    const world = await openWorld()
    const [boss, report, other] = [await world.user(), await world.user(), await world.user()]
    await world.setManager(report.id, boss.id)
    await world.assign(report.id)
    await world.start()
    await world.cycle({ asked: false })
    // The manager is not in scope: nothing is wanted.
    expect(patches(world)).toEqual([])

    await world.assign(boss.id)
    await world.assign(other.id)
    await world.cycle()
    const at = `/Users/${idOf(world, report)}`
    expect(patches(world)).toEqual([[at, { op: 'Add', path: MANAGER, value: idOf(world, boss) }]])
    expect((await world.log()).at(-1)).toMatchObject({
      provisioningAction: 'update',
      sourceIdentity: { id: report.id },
      modifiedProperties: [{ displayName: MANAGER, oldValue: null, newValue: idOf(world, boss) }],
    })

    await world.setManager(report.id, other.id)
    await world.cycle()
    expect(patches(world)).toEqual([[at, { op: 'Replace', path: MANAGER, value: idOf(world, other) }]])

    await world.setManager(report.id, undefined)
    await world.cycle()
    expect(patches(world)).toEqual([[at, { op: 'Remove', path: MANAGER }]])
    await world.cycle()
    expect(patches(world)).toEqual([])
  })

  test('that an imported account already has are not sent again', async () => {
    const world = await openWorld()
    const [boss, report] = [await world.user(), await world.user()]
    await world.setManager(report.id, boss.id)
    for (const { id } of [boss, report]) await world.assign(id)
    world.target.users.set('b', { id: 'b', userName: boss.userPrincipalName, active: true })
    world.target.users.set('r', {
      id: 'r',
      userName: report.userPrincipalName,
      active: true,
      [MANAGER.slice(0, -8)]: { manager: { value: 'b' } },
    })
    await world.start()
    await world.cycle({ asked: false })
    expect(patches(world).filter(([, operation]) => (operation as { path: string }).path === MANAGER)).toEqual([])
  })
})

describe('groups', () => {
  test('are matched without members, created, renamed, and deleted when they leave the scope', async () => {
    const world = await openWorld()
    const group = await world.group('Payments Squad')
    await world.assign(group.id)
    await world.start()
    await world.cycle({ asked: false })
    const [match, create] = world.target.take()
    expect(match?.path).toBe('/Groups?excludedAttributes=members&filter=displayName+eq+%22Payments+Squad%22')
    expect(create?.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      externalId: group.id,
      displayName: 'Payments Squad',
      meta: { resourceType: 'Group' },
    })
    const id = [...world.target.groups.keys()][0]

    await world.renameGroup(group.id, 'Payments Tribe')
    await world.cycle()
    expect(world.target.take().map(({ method, path, body }) => [method, path, body?.Operations])).toEqual([
      ['GET', `/Groups/${id}?excludedAttributes=members`, undefined],
      ['PATCH', `/Groups/${id}`, [{ op: 'Replace', path: 'displayName', value: 'Payments Tribe' }]],
    ])

    await world.unassign(group.id)
    await world.cycle()
    expect(world.target.take().map(({ method, path }) => [method, path])).toEqual([['DELETE', `/Groups/${id}`]])
    expect(await world.rows('select * from directory.links where tenant_id = $1')).toEqual([])

    await world.assign(group.id)
    await world.cycle()
    expect(world.target.groups.size).toBe(1)
    await world.deleteGroup(group.id)
    await world.cycle()
    expect(world.target.groups.size).toBe(0)
  })

  test('get members that have a link, and only what changes later', async () => {
    const world = await openWorld()
    const [ann, bob, eve] = [await world.user(), await world.user(), await world.user()]
    const group = await world.group('Squad', [ann.id, bob.id])
    await world.assign(group.id)
    await world.start()
    await world.cycle({ asked: false })
    const at = `/Groups/${[...world.target.groups.keys()][0]}`
    const ids = [idOf(world, ann), idOf(world, bob)]
    const [[path, operation] = []] = patches(world)
    expect(path).toBe(at)
    expect(operation).toMatchObject({ op: 'Add', path: 'members' })
    expect(memberIds(world, 'Squad')).toEqual(ids.sort())

    await world.addMember(group.id, eve.id)
    await world.removeMember(group.id, ann.id)
    await world.cycle()
    const sent = patches(world)
    expect(sent).toContainEqual([
      at,
      { op: 'Remove', path: 'members', value: [{ $ref: null, value: idOf(world, ann) }] },
    ])
    expect(sent).toContainEqual([at, { op: 'Add', path: 'members', value: [{ $ref: null, value: idOf(world, eve) }] }])
    expect(sent).toContainEqual([`/Users/${idOf(world, ann)}`, { op: 'Replace', path: 'active', value: 'False' }])
    expect(sent).toHaveLength(3)
  })

  test('someone assigned later joins the groups that they were members of all along', async () => {
    const world = await openWorld()
    const late = await world.user()
    const group = await world.group('Squad')
    const other = await world.group('Other', [late.id])
    await world.assign(group.id)
    await world.setSecrets({ SyncAll: 'false' })
    await world.start()
    await world.cycle({ asked: false })
    expect(memberIds(world, 'Squad')).toEqual([])
    await world.assign(other.id)
    await world.cycle()
    expect(memberIds(world, 'Other')).toEqual([idOf(world, late)])
  })

  test('someone blocked and unblocked keeps their memberships without a request', async () => {
    const world = await openWorld()
    const user = await world.user()
    const group = await world.group('Squad', [user.id])
    await world.assign(group.id)
    await world.start()
    await world.cycle({ asked: false })
    world.target.take()
    for (const accountEnabled of [false, true]) {
      await world.changeUser(user.id, { accountEnabled })
      await world.cycle()
      expect(patches(world)).toEqual([
        [`/Users/${idOf(world, user)}`, { op: 'Replace', path: 'active', value: accountEnabled ? 'True' : 'False' }],
      ])
    }
  })

  test('of 250 members go in three requests, and a second initial cycle sends them again', async () => {
    const world = await openWorld()
    const ids: string[] = []
    for (let count = 0; count < 250; count += 1) ids.push((await world.user()).id)
    const group = await world.group('Everyone')
    for (const id of ids) await world.addMember(group.id, id)
    await world.assign(group.id)
    await world.start()
    await world.cycle({ asked: false })
    const sizes = () =>
      world.target
        .take()
        .flatMap(({ method, path, body }) =>
          method === 'PATCH' && path.startsWith('/Groups') ? [(operationsOf(body)[0]?.value ?? []).length] : [],
        )
    expect(sizes()).toEqual([100, 100, 50])
    expect(memberIds(world, 'Everyone')).toHaveLength(250)
    await world.cycle()
    expect(sizes()).toEqual([])
    await world.call('POST', `${world.jobPath}/restart`)
    await world.cycle({ asked: false })
    expect(sizes()).toEqual([100, 100, 50])
  })

  test('someone no longer managed who is purged leaves the groups that stay, without being deleted', async () => {
    const world = await openWorld()
    const user = await world.user()
    const group = await world.group('Squad', [user.id])
    await world.assign(group.id)
    await world.start()
    await world.cycle({ asked: false })
    const targetId = idOf(world, user)
    // Skipped out-of-scope deletions are what leaves someone unmanaged in a group that stays.
    await world.rows(`update directory.links set managed = false where tenant_id = $1 and source_type = 'User'`)
    await world.deleteUser(user.id)
    await world.purgeUser(user.id)
    world.target.take()
    expect(await world.cycle()).toBe('Succeeded')
    expect(patches(world)).toEqual([
      [
        `/Groups/${[...world.target.groups.keys()][0]}`,
        { op: 'Remove', path: 'members', value: [{ $ref: null, value: targetId }] },
      ],
    ])
    expect([world.target.users.has(targetId), memberIds(world, 'Squad')]).toEqual([true, []])
    expect(await world.rows(`select * from directory.links where tenant_id = $1 and source_type = 'User'`)).toEqual([])
  })

  test('a group that leaves a group stays what it is', async () => {
    const world = await openWorld()
    const inner = await world.group('Inner')
    const outer = await world.group('Outer', [inner.id])
    for (const { id } of [inner, outer]) await world.assign(id)
    await world.start()
    await world.cycle({ asked: false })
    world.target.take()
    await world.removeMember(outer.id, inner.id)
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.take()).toEqual([])
    expect(world.target.groups.size).toBe(2)
  })

  test('one member that the target refuses does not hold up the others', async () => {
    const world = await openWorld()
    const users = await Promise.all(Array.from({ length: 5 }, () => world.user()))
    const group = await world.group('Squad')
    for (const { id } of users) await world.addMember(group.id, id)
    await world.assign(group.id)
    await world.start()
    const bad = users[2] ?? users[0]
    world.target.intercept = async (arrival, proceed) => {
      const isBad =
        arrival.path.startsWith('/Groups/') && bad && JSON.stringify(arrival.body).includes(idOf(world, bad))
      return isBad ? { status: 400, headers: {}, body: '{"detail":"no such member"}' } : proceed()
    }
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    expect(memberIds(world, 'Squad')).toHaveLength(4)
    expect(
      (await world.log()).filter(({ provisioningStatusInfo }) => provisioningStatusInfo.status === 'failure'),
    ).toHaveLength(1)
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(memberIds(world, 'Squad')).toHaveLength(5)
  })
})
