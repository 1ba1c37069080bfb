import { describe, expect, test } from 'vitest'
import type { Arrival } from '../testing/test-target.ts'
import { openWorld, type World } from '../testing/test-world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const json = (status: number, body: unknown) => ({
  status,
  headers: { 'content-type': 'application/scim+json' },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})

/** The one failed row of the last cycle: its code, and that it says what happened and what to do. */
async function failure(world: World) {
  const rows = (await world.log()).filter(({ provisioningStatusInfo: { status } }) => status === 'failure')
  expect(rows).toHaveLength(1)
  const told = rows[0]?.provisioningStatusInfo.errorInformation
  for (const text of [told?.reason, told?.recommendedAction, told?.additionalDetails]) expect(text).toMatch(/\w+ \w+/)
  return { errorCode: told?.errorCode, action: rows[0]?.provisioningAction, who: rows[0]?.sourceIdentity.id, told }
}

/** In step: two people, assigned. */
async function worldOfTwo() {
  const world = await openWorld()
  const [ann, bob] = [await world.user(), await world.user()]
  for (const { id } of [ann, bob]) await world.assign(id)
  await world.start()
  await world.cycle({ asked: false })
  world.target.take()
  return { world, ann, bob, annsId: String(world.target.userNamed(ann.userPrincipalName)?.id) }
}

describe('404 on a cached id', () => {
  test('of someone who was deleted by hand: matched anew and made again once, with what hung on them', async () => {
    const { world, ann, bob, annsId } = await worldOfTwo()
    const squad = await world.group('Squad', [ann.id, bob.id])
    await world.assign(squad.id)
    await world.setManager(bob.id, ann.id)
    await world.cycle()
    world.target.users.delete(annsId)
    for (const members of world.target.members.values()) members.delete(annsId)
    await world.changeUser(ann.id, { displayName: 'Ann' })
    expect(await world.cycle()).toBe('Succeeded')
    const again = world.target.userNamed(ann.userPrincipalName)
    expect(again).toMatchObject({ displayName: 'Ann', active: true })
    expect(world.target.users.size).toBe(2)
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id))).toEqual([
      new Set([String(world.target.userNamed(bob.userPrincipalName)?.id), String(again?.id)]),
    ])
    expect(world.target.userNamed(bob.userPrincipalName)?.[ENTERPRISE]).toMatchObject({ manager: { value: again?.id } })
    expect((await world.log()).map(({ provisioningAction }) => provisioningAction)).toContain('create')
  })

  test('of someone who was made again by hand under another id: linked to that one', async () => {
    const { world, ann, annsId } = await worldOfTwo()
    const held = world.target.users.get(annsId)
    world.target.users.delete(annsId)
    world.target.users.set('by-hand', { ...held, id: 'by-hand' })
    await world.changeUser(ann.id, { displayName: 'Ann' })
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.get('by-hand')).toMatchObject({ displayName: 'Ann' })
    expect(world.target.users.size).toBe(2)
  })

  test('between reading and changing: InvalidAnchor, and the next cycle makes it good', async () => {
    const { world, ann, bob, annsId } = await worldOfTwo()
    await world.changeUser(ann.id, { displayName: 'Ann' })
    await world.changeUser(bob.id, { displayName: 'Bob' })
    world.target.intercept = async ({ method, path }, proceed) => {
      if (method === 'PATCH' && path === `/Users/${annsId}`) world.target.users.delete(annsId)
      return proceed()
    }
    expect(await world.cycle()).toBe('EntryLevelErrors')
    expect(await failure(world)).toMatchObject({ errorCode: 'InvalidAnchor', action: 'update', who: ann.id })
    expect(world.target.userNamed(bob.userPrincipalName)?.displayName).toBe('Bob')
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.userNamed(ann.userPrincipalName)?.displayName).toBe('Ann')
    expect(world.target.users.size).toBe(2)
  })

  test('of a group whose members change: InvalidAnchor, then made again with all of them', async () => {
    const { world, ann, bob } = await worldOfTwo()
    const squad = await world.group('Squad', [ann.id])
    await world.assign(squad.id)
    await world.cycle()
    world.target.groups.clear()
    world.target.members.clear()
    await world.addMember(squad.id, bob.id)
    expect(await world.cycle()).toBe('EntryLevelErrors')
    expect(await failure(world)).toMatchObject({ errorCode: 'InvalidAnchor', who: squad.id })
    expect(await world.cycle()).toBe('Succeeded')
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id)?.size)).toEqual([2])
  })
})

test('401 in mid-cycle: those before it are done, the others are tried in the next, and nobody is made twice', async () => {
  const world = await openWorld()
  const users = []
  for (let count = 0; count < 20; count += 1) users.push(await world.user())
  for (const { id } of users) await world.assign(id)
  await world.start()
  let accepted = 0
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST' || accepted >= 5) {
      if (accepted >= 5) return json(401, { detail: 'expired' })
      accepted += 1
    }
    return proceed()
  }
  expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
  expect(world.target.users.size).toBe(5)
  const rows = await world.log()
  const codes = rows.map(({ provisioningStatusInfo: { errorInformation } }) => errorInformation?.errorCode ?? 'done')
  expect(codes.filter((code) => code === 'done')).toHaveLength(5)
  expect(codes.filter((code) => code === 'Unauthorized')).toHaveLength(15)
  // The next probe tells that it is the key.
  expect(await world.cycle()).toBe('Failed')
  expect((await world.job()).status.code).toBe('Quarantine')
  world.target.intercept = undefined
  expect(await world.cycle()).toBe('Succeeded')
  expect(world.target.users.size).toBe(20)
})

test('409 on create because somebody else took the name meanwhile: Conflict, the others go on, linked once it is free', async () => {
  const world = await openWorld()
  const [ann, bob] = [await world.user(), await world.user()]
  for (const { id } of [ann, bob]) await world.assign(id)
  await world.start()
  world.target.intercept = async ({ method, path }, proceed) => {
    const answer = await proceed()
    // Hidden from the search, as servers do with what is in their bin.
    if (method === 'GET' && path.includes('person1')) return json(200, { totalResults: 0, Resources: [] })
    return answer
  }
  world.target.users.set('binned', { id: 'binned', userName: ann.userPrincipalName, active: false })
  expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
  expect(await failure(world)).toMatchObject({ errorCode: 'Conflict', action: 'create', who: ann.id })
  expect(world.target.userNamed(bob.userPrincipalName)).toBeDefined()
  world.target.intercept = undefined
  expect(await world.cycle()).toBe('Succeeded')
  expect(world.target.users.get('binned')).toMatchObject({ active: true, displayName: ann.displayName })
  expect(world.target.users.size).toBe(2)
})

test('a target slower than the interval: one cycle at a time, the next right after, nobody twice', async () => {
  const world = await openWorld()
  const user = await world.user()
  await world.assign(user.id)
  await world.call('PATCH', world.jobPath, { schedule: { interval: 'PT10S' } })
  await world.start()
  const elsewhere: unknown[] = []
  world.target.intercept = async ({ method }, proceed) => {
    if (method === 'POST') {
      world.pass(30_000)
      elsewhere.push(await world.cycle({ asked: false, holder: 'other' }))
    }
    return proceed()
  }
  expect(await world.cycle({ asked: false })).toBe('Succeeded')
  expect(elsewhere).toEqual([undefined])
  world.target.take()
  expect(await world.cycle({ asked: false, holder: 'other' })).toBe('Succeeded')
  expect(world.target.take()).toEqual([])
  expect(await world.cycle({ asked: false })).toBeUndefined()
  expect(world.target.users.size).toBe(1)
})

describe('a cyclic manager chain', () => {
  test.each([2, 3, 12])('of %i: everyone is made, then has their manager, and it ends', async (length) => {
    const world = await openWorld()
    const people = []
    for (let count = 0; count < length; count += 1) people.push(await world.user())
    for (const [at, { id }] of people.entries()) await world.setManager(id, people[(at + 1) % length]?.id)
    for (const { id } of people) await world.assign(id)
    await world.start()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    const sent = world.target.take()
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(length)
    expect(sent.filter(({ method }) => method === 'PATCH')).toHaveLength(length)
    for (const [at, { userPrincipalName }] of people.entries())
      expect(world.target.userNamed(userPrincipalName)?.[ENTERPRISE]).toMatchObject({
        manager: { value: world.target.userNamed(people[(at + 1) % length]?.userPrincipalName ?? '')?.id },
      })
    await world.cycle()
    expect(world.target.take()).toEqual([])
  })
})

const LONG = 'ä'.repeat(10_000)
/** What only the database's own checks would stop: the engine takes what it is given. */
const NAMES: readonly { readonly why: string; readonly name: string }[] = [
  { why: '10,000 characters', name: LONG },
  { why: 'the name of a prototype', name: '__proto__' },
  { why: 'a name that every object inherits', name: 'constructor' },
  { why: 'quotes, backslashes and what a filter is made of', name: `"] or true eq "\\' %00 + & # ?` },
  { why: 'line breaks and controls', name: 'a\r\nX-Evil: 1\u0001\u2028b' },
  { why: 'right-to-left marks and emoji', name: '\u202eevil\u2069 👩‍👩‍👧 \u{1F600}' },
]

describe('names of the directory’s own people and groups', () => {
  test.each(NAMES)('$why: reach the target as they are, and the log', async ({ name }) => {
    const world = await openWorld()
    const strange = await world.user({ displayName: name, jobTitle: name, department: name, givenName: name })
    const usual = await world.user()
    const group = await world.group('Odd', [strange.id, usual.id])
    await world.renameGroup(group.id, name)
    for (const { id } of [strange, usual, group]) await world.assign(id)
    await world.start()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(world.target.userNamed(strange.userPrincipalName)).toMatchObject({
      displayName: name,
      title: name,
      [ENTERPRISE]: { department: name },
    })
    expect([...world.target.groups.values()].map(({ displayName }) => displayName)).toEqual([name])
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id)?.size)).toEqual([2])
    expect((await world.log()).map(({ sourceIdentity }) => sourceIdentity.displayName)).toContain(name)
    world.target.take()
    await world.cycle()
    expect(world.target.take()).toEqual([])
    expect({}).not.toHaveProperty('value')
  })
})

describe('a target that answers oddly to one person', () => {
  /** What it answers to a create, to a search, or to a read. */
  const ODD: readonly { readonly why: string; readonly body: string; readonly errorCode: string | undefined }[] = [
    {
      why: 'an id with a NUL',
      body: '{"id":"a\\u0000b"}',
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    {
      why: 'an id that is half a character',
      body: '{"id":"\\ud800"}',
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    {
      why: 'an id of 10,000 characters',
      body: JSON.stringify({ id: LONG }),
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    {
      why: 'an id that is a number',
      body: '{"id":7}',
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    {
      why: 'an id under a prototype',
      body: '{"__proto__":{"id":"x"}}',
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    { why: 'a list', body: '[]', errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible' },
    { why: 'the id __proto__', body: '{"id":"__proto__"}', errorCode: undefined },
    { why: 'the id ../Groups', body: '{"id":"../Groups?x=1#y"}', errorCode: undefined },
  ]
  const creates = ({ method }: Arrival) => method === 'POST'

  test.each(ODD)('$why, to a create', async ({ body, errorCode }) => {
    const world = await openWorld()
    const [odd, usual] = [await world.user(), await world.user()]
    for (const { id } of [odd, usual]) await world.assign(id)
    await world.start()
    world.target.intercept = async (arrival, proceed) =>
      creates(arrival) && arrival.body?.userName === odd.userPrincipalName ? json(201, body) : proceed()
    expect(await world.cycle({ asked: false })).toBe(errorCode ? 'EntryLevelErrors' : 'Succeeded')
    expect(world.target.userNamed(usual.userPrincipalName)).toBeDefined()
    if (!errorCode) {
      // The id is one part of the path, whatever it holds.
      await world.changeUser(odd.id, { displayName: 'Changed' })
      world.target.take()
      world.target.intercept = undefined
      expect(await world.cycle()).toBe('Succeeded')
      const [read] = world.target.take()
      expect(read?.path).toBe(`/Users/${encodeURIComponent(JSON.parse(body).id)}`)
      return
    }
    expect(await failure(world)).toMatchObject({ errorCode, action: 'create', who: odd.id })
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.size).toBe(2)
  })

  test.each([
    { why: 'a NUL and half a character', value: 'a\u0000\ud800b' },
    { why: '10,000 characters', value: LONG },
    { why: 'an object with prototype keys', value: JSON.parse('{"__proto__":{"polluted":true},"constructor":1}') },
    { why: 'a list in a list', value: [[['deep']]] },
    { why: 'a number', value: 1e308 },
  ])('$why where a text was due, to a read', async ({ value }) => {
    const { world, ann, bob, annsId } = await worldOfTwo()
    await world.changeUser(ann.id, { displayName: 'Ann' })
    await world.changeUser(bob.id, { displayName: 'Bob' })
    world.target.intercept = async ({ method, path }, proceed) =>
      method === 'GET' && path === `/Users/${annsId}`
        ? json(200, {
            ...world.target.users.get(annsId),
            displayName: value,
            name: value,
            emails: value,
            [ENTERPRISE]: { manager: value },
          })
        : proceed()
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.get(annsId)?.displayName).toBe('Ann')
    expect(world.target.userNamed(bob.userPrincipalName)?.displayName).toBe('Bob')
    expect({}).not.toHaveProperty('polluted')
    const [row] = (await world.log()).filter(({ sourceIdentity }) => sourceIdentity.id === ann.id)
    expect(row?.modifiedProperties.find(({ displayName }) => displayName === 'displayName')?.newValue).toBe('Ann')
  })
})

test('two people who match one account: the first keeps it, the second is told whose it is, until they are told apart', async () => {
  const world = await openWorld()
  world.target.users.set('shared', { id: 'shared', userName: 'shared@example.com', active: true })
  const [first, second] = [await world.user({ displayName: 'First' }), await world.user({ displayName: 'Second' })]
  for (const { id } of [first, second]) await world.assign(id)
  await world.start()
  world.target.intercept = async ({ method, path }, proceed) =>
    method === 'GET' && /person[12]%40/.test(path)
      ? json(200, { totalResults: 1, Resources: [world.target.users.get('shared')] })
      : proceed()
  expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
  const { errorCode, told, who } = await failure(world)
  expect(errorCode).toBe('DuplicateSourceEntries')
  expect(told?.additionalDetails).toContain('shared')
  const keeper = who === second.id ? first : second
  expect(world.target.users.get('shared')).toMatchObject({ displayName: keeper.displayName })
  world.target.intercept = undefined
  expect(await world.cycle()).toBe('Succeeded')
  expect([...world.target.users.values()].map(({ displayName }) => displayName).sort()).toEqual(['First', 'Second'])
})
