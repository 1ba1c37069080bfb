import type { JsonObject } from '@muster/scim'
import { describe, expect, test } from 'vitest'
import { BEARER } from '../testing/test-target.ts'
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

describe('an initial cycle', () => {
  test('probes, matches and creates who is assigned, and no one else', async () => {
    const world = await openWorld()
    const priya = await world.user({
      displayName: 'Priya Raman',
      userPrincipalName: 'priya.raman@example.com',
      department: 'Platform',
    })
    await world.user()
    await world.assign(priya.id)
    await world.start()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')

    const [users, groups, match, create] = world.target.arrivals
    expect(users?.path).toMatch(/^\/Users\?filter=userName\+eq\+%22[0-9a-f-]{36}%22$/)
    expect(groups?.path).toMatch(/^\/Groups\?excludedAttributes=members&filter=displayName\+eq\+%22[0-9a-f-]{36}%22$/)
    expect(match).toMatchObject({
      method: 'GET',
      path: '/Users?filter=userName+eq+%22priya.raman%40example.com%22',
      body: undefined,
    })
    expect(match?.headers).toMatchObject({ authorization: `Bearer ${BEARER}`, ADSCIMVersion: '6.0' })
    expect(match?.headers).not.toHaveProperty('content-type')
    expect(create).toMatchObject({
      method: 'POST',
      path: '/Users',
      headers: { 'content-type': 'application/scim+json; charset=utf-8' },
      body: {
        userName: 'priya.raman@example.com',
        active: true,
        [ENTERPRISE]: { department: 'Platform' },
        meta: { resourceType: 'User' },
      },
    })
    expect(world.target.arrivals).toHaveLength(4)

    const [row] = await world.log()
    expect(row).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: { status: 'success', errorInformation: null },
      sourceIdentity: {
        id: priya.id,
        displayName: 'Priya Raman',
        identityType: 'User',
        details: { UserPrincipalName: 'priya.raman@example.com' },
      },
      targetIdentity: { id: [...world.target.users.keys()][0] },
      servicePrincipal: { id: world.servicePrincipalId, displayName: 'Portal' },
    })
    expect(row?.provisioningSteps.map((step) => [step.name, step.provisioningStepType, step.status])).toEqual([
      ['EntryImportAdd', 'import', 'success'],
      ['EntrySynchronizationScoping', 'scoping', 'success'],
      ['EntryMatching', 'matching', 'success'],
      ['EntrySynchronizationAdd', 'processing', 'success'],
      ['EntryExportAdd', 'export', 'success'],
    ])
    expect(row?.modifiedProperties).toContainEqual({ displayName: 'active', oldValue: null, newValue: 'True' })
  })

  test('links an account that was there before, and sends only what differs', async () => {
    const world = await openWorld()
    world.target.users.set('was-there', {
      id: 'was-there',
      userName: 'Old.Hand@example.com',
      displayName: 'Old',
      active: true,
    })
    const user = await world.user({
      displayName: 'Old Hand',
      userPrincipalName: 'old.hand@example.com',
      mailNickname: 'old.hand',
    })
    await world.assign(user.id)
    await world.start()
    await world.cycle({ asked: false })
    const [, patch] = world.target.take()
    expect([patch?.method, patch?.path, operations(patch?.body)]).toEqual([
      'PATCH',
      '/Users/was-there',
      [
        { op: 'Replace', path: 'userName', value: 'old.hand@example.com' },
        { op: 'Replace', path: 'displayName', value: 'Old Hand' },
        { op: 'Add', path: 'externalId', value: 'old.hand' },
      ],
    ])
    expect([...world.target.users.keys()]).toEqual(['was-there'])
    expect((await world.log())[0]).toMatchObject({
      provisioningAction: 'update',
      provisioningStatusInfo: { status: 'success' },
    })
  })

  test('skips what the target already holds, and who is blocked, each with its reason', async () => {
    const world = await openWorld()
    world.target.users.set('same', {
      id: 'same',
      userName: 'person1@example.com',
      displayName: 'Person 1',
      active: true,
      externalId: 'person1',
    })
    const same = await world.user()
    const blocked = await world.user({ accountEnabled: false })
    for (const { id } of [same, blocked]) await world.assign(id)
    await world.start()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(requests(world)).toHaveLength(1)
    const reasons = (await world.log()).map((row) => [
      row.sourceIdentity.id,
      row.provisioningStatusInfo.status,
      row.provisioningSteps.at(-1)?.details.SkipReason,
    ])
    expect(reasons.sort()).toEqual(
      [
        [same.id, 'skipped', 'RedundantExport'],
        [blocked.id, 'skipped', 'NotEffectivelyEntitled'],
      ].sort(),
    )
  })

  test('of scope "all" takes everyone; back to "assigned" deactivates who is not', async () => {
    const world = await openWorld()
    const [assigned] = [await world.user(), await world.user(), await world.user()]
    await world.assign(assigned.id)
    await world.setSecrets({ SyncAll: 'true' })
    await world.start()
    await world.cycle({ asked: false })
    expect(world.target.users.size).toBe(3)
    await world.setSecrets({ SyncAll: 'false' })
    await world.cycle()
    expect([...world.target.users.values()].filter(({ active }) => active).map(({ userName }) => userName)).toEqual([
      assigned.userPrincipalName,
    ])
  })

  test('takes the direct members of an assigned group, not those of a group inside it', async () => {
    const world = await openWorld()
    const [direct, nested] = [await world.user(), await world.user()]
    const inner = await world.group('Inner', [nested.id])
    const outer = await world.group('Outer', [direct.id, inner.id])
    await world.assign(outer.id)
    await world.start()
    await world.cycle({ asked: false })
    expect([...world.target.users.values()].map(({ userName }) => userName)).toEqual([direct.userPrincipalName])
    expect([...world.target.groups.values()].map(({ displayName }) => displayName)).toEqual(['Outer'])
  })
})

describe('an incremental cycle', () => {
  test('sends nothing but probes while nothing changes', async () => {
    const { world } = await worldWithUser()
    await world.user()
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.arrivals).toHaveLength(2)
    expect(requests(world)).toEqual([])
    expect(await world.log()).toEqual([])
  })

  test('reads the target and patches what changed', async () => {
    const { world, user, targetId } = await worldWithUser({ department: 'Platform' })
    await world.changeUser(user.id, { displayName: 'New Name', department: 'Payments', jobTitle: 'Lead' })
    await world.cycle()
    const [get, patch, ...more] = world.target.take()
    expect([get?.method, get?.path, more]).toEqual(['GET', `/Users/${targetId}`, []])
    expect(patch).toMatchObject({ method: 'PATCH', path: `/Users/${targetId}` })
    expect(operations(patch?.body)).toEqual([
      { op: 'Replace', path: 'displayName', value: 'New Name' },
      { op: 'Add', path: 'title', value: 'Lead' },
      { op: 'Replace', path: `${ENTERPRISE}:department`, value: 'Payments' },
    ])
    const [row] = await world.log()
    expect(row?.provisioningSteps.map(({ name }) => name)).toEqual([
      'EntryImportUpdate',
      'EntrySynchronizationScoping',
      'EntrySynchronizationUpdate',
      'EntryExportUpdate',
    ])
    expect(row?.modifiedProperties).toContainEqual({
      displayName: 'displayName',
      oldValue: 'Person 1',
      newValue: 'New Name',
    })
  })

  test('sends nothing for a change that changes nothing mapped', async () => {
    const { world, user } = await worldWithUser({ department: 'Platform' })
    await world.changeUser(user.id, { department: null })
    await world.changeUser(user.id, { department: 'Platform' })
    await world.cycle()
    expect(requests(world)).toEqual([])
  })

  test('matches anew when the target no longer has the object', async () => {
    const { world, user, targetId } = await worldWithUser()
    world.target.users.delete(targetId)
    await world.changeUser(user.id, { displayName: 'Back' })
    expect(await world.cycle()).toBe('Succeeded')
    expect(requests(world).map((line) => line.split('?')[0])).toEqual([
      `GET /Users/${targetId}`,
      'GET /Users',
      'POST /Users',
    ])
    expect(world.target.userNamed(user.userPrincipalName)).toMatchObject({ displayName: 'Back' })
  })

  test('after a watermark older than the change feed looks at everything again', async () => {
    const { world } = await worldWithUser()
    world.pass(31 * 24 * 60 * 60 * 1000)
    await world.cycle()
    expect(requests(world)).toHaveLength(1)
    expect((await world.log())[0]?.provisioningSteps.at(-1)?.details).toEqual({ SkipReason: 'RedundantExport' })
  })
})
