import { TransportError } from '@muster/scim'
import { describe, expect, test } from 'vitest'
import type { Arrival } from '../testing/test-target.ts'
import { isProbe } from '../testing/test-target.ts'
import { openWorld } from '../testing/test-world.ts'

const creates = ({ method, body }: Arrival, userName: string) => method === 'POST' && body?.userName === userName
const json = (status: number, body: object) => ({
  status,
  headers: { 'content-type': 'application/scim+json' },
  body: JSON.stringify(body),
})
const html = (status: number) => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><p>Hello</p>',
})

describe('an object that the target fails on (facts §5.4)', () => {
  test.each<{ why: string; answer: () => Promise<ReturnType<typeof json>>; errorCode: string }>([
    { why: '400', answer: async () => json(400, { detail: 'title is odd' }), errorCode: 'BadRequest' },
    { why: '401 in mid-cycle', answer: async () => json(401, {}), errorCode: 'Unauthorized' },
    { why: '403 in mid-cycle', answer: async () => json(403, {}), errorCode: 'InsufficientRights' },
    { why: '405', answer: async () => json(405, {}), errorCode: 'MethodNotAllowed' },
    { why: '409 on create', answer: async () => json(409, { scimType: 'uniqueness' }), errorCode: 'Conflict' },
    { why: '422', answer: async () => json(422, {}), errorCode: 'UnprocessableEntity' },
    { why: '429', answer: async () => json(429, {}), errorCode: 'TooManyRequests' },
    { why: '500', answer: async () => json(500, {}), errorCode: 'InternalServerError' },
    { why: '501', answer: async () => json(501, {}), errorCode: 'NotImplemented' },
    { why: 'a redirect', answer: async () => html(302), errorCode: 'WebExceptionProtocolError' },
    {
      why: 'HTML with a good status',
      answer: async () => html(200),
      errorCode: 'SystemForCrossDomainIdentityManagementServiceIncompatible',
    },
    {
      why: 'no answer in time',
      answer: () => Promise.reject(new TransportError('timeout', 'No answer within 30 s.')),
      errorCode: 'Timeout',
    },
    {
      why: 'nobody there',
      answer: () => Promise.reject(new TransportError('unreachable', 'ECONNREFUSED')),
      errorCode: 'WebExceptionProtocolError',
    },
  ])('$why: a row that says so, the others go on, and the next cycle tries again', async ({ answer, errorCode }) => {
    const world = await openWorld()
    const [unlucky, lucky] = [await world.user(), await world.user()]
    for (const { id } of [unlucky, lucky]) await world.assign(id)
    await world.start()
    world.target.intercept = async (arrival, proceed) =>
      creates(arrival, unlucky.userPrincipalName) ? answer() : proceed()
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    expect([...world.target.users.values()].map(({ userName }) => userName)).toEqual([lucky.userPrincipalName])

    const [row] = await world.log(`sourceIdentity/id eq '${unlucky.id}'`)
    expect(row).toMatchObject({
      provisioningAction: 'create',
      provisioningStatusInfo: { status: 'failure', errorInformation: { errorCode } },
    })
    const { reason, recommendedAction, additionalDetails } = row?.provisioningStatusInfo.errorInformation ?? {}
    for (const text of [reason, recommendedAction, additionalDetails]) expect(text).toMatch(/\w{3}/)
    expect(row?.provisioningSteps.at(-1)).toMatchObject({ name: 'EntryExportAdd', status: 'failure' })
    expect((await world.job()).status.lastExecution).toMatchObject({
      state: 'EntryLevelErrors',
      countEscrowed: 1,
      countExported: 1,
    })

    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.size).toBe(2)
    expect(await world.rows('select * from directory.escrows where tenant_id = $1')).toEqual([])
  })

  test('two matches in the target: nothing is touched', async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    for (const id of ['one', 'two']) world.target.users.set(id, { id, userName: user.userPrincipalName })
    await world.start()
    await world.cycle({ asked: false })
    expect(world.target.take()).toHaveLength(1)
    expect((await world.log())[0]?.provisioningStatusInfo.errorInformation?.errorCode).toBe('DuplicateTargetEntries')
  })

  test('two people who match one account: the second is told, the first is not touched', async () => {
    const world = await openWorld()
    world.target.users.set('shared', { id: 'shared', userName: 'a@example.com', active: true })
    const [first, second] = [
      await world.user({ userPrincipalName: 'a@example.com' }),
      await world.user({ userPrincipalName: 'b@example.com' }),
    ]
    await world.assign(first.id)
    await world.start()
    await world.cycle({ asked: false })
    // A target whose search is careless answers the same account for the other name.
    world.target.intercept = async (arrival, proceed) => {
      const { body, ...rest } = await proceed()
      return arrival.path.includes('b%40example.com')
        ? json(200, { totalResults: 1, Resources: [world.target.users.get('shared')] })
        : { ...rest, body }
    }
    await world.assign(second.id)
    expect(await world.cycle()).toBe('EntryLevelErrors')
    expect(world.target.users.get('shared')).toMatchObject({
      userName: 'a@example.com',
      displayName: first.displayName,
    })
    expect((await world.log())[0]).toMatchObject({
      sourceIdentity: { id: second.id },
      provisioningStatusInfo: { errorInformation: { errorCode: 'DuplicateSourceEntries' } },
    })
  })

  test.each([
    { why: 'seconds', retryAfter: '7', waits: 7_000 },
    { why: 'a date', retryAfter: 'Tue, 03 Feb 2026 08:00:50 GMT', waits: undefined },
  ])('that is throttled is sent again within the cycle after $why', async ({ retryAfter, waits }) => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    let refusals = 2
    world.target.intercept = async (arrival, proceed) =>
      creates(arrival, user.userPrincipalName) && refusals-- > 0
        ? { ...json(429, {}), headers: { 'content-type': 'application/scim+json', 'retry-after': retryAfter } }
        : proceed()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(world.target.users.size).toBe(1)
    expect(world.waited.length).toBeGreaterThan(0)
    for (const ms of world.waited) expect(ms).toBeLessThanOrEqual(60_000)
    if (waits !== undefined) expect(world.waited).toEqual([waits, waits])
  })

  test.each([
    { why: 'for longer than a minute', retryAfter: '61', waits: 0, sends: 1 },
    { why: 'without saying how long', retryAfter: undefined, waits: 0, sends: 1 },
    { why: 'a third time', retryAfter: '1', waits: 2, sends: 3 },
  ])('that is throttled $why is left for the next cycle', async ({ retryAfter, waits, sends }) => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    let sent = 0
    world.target.intercept = async (arrival, proceed) => {
      if (!creates(arrival, user.userPrincipalName)) return proceed()
      sent += 1
      const told = retryAfter === undefined ? {} : { 'retry-after': retryAfter }
      return { ...json(429, {}), headers: { 'content-type': 'application/scim+json', ...told } }
    }
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    expect([world.waited.length, sent]).toEqual([waits, sends])
    const [row] = await world.log()
    expect(row).toMatchObject({ provisioningStatusInfo: { errorInformation: { errorCode: 'TooManyRequests' } } })
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.size).toBe(1)
  })

  test('is tried in the next cycle, then after 2, 4, 8 cycles', async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    world.target.intercept = async (arrival, proceed) => (arrival.method === 'POST' ? json(500, {}) : proceed())
    const tried: number[] = []
    for (let number = 1; number <= 17; number += 1) {
      await world.cycle()
      if (world.target.take().some(({ method }) => method === 'POST')) tried.push(number)
    }
    expect(tried).toEqual([1, 2, 4, 8, 16])
  })

  test('that left the scope meanwhile is not tried again', async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    world.target.intercept = async (arrival, proceed) => (arrival.method === 'POST' ? json(400, {}) : proceed())
    await world.cycle({ asked: false })
    await world.unassign(user.id)
    world.target.take()
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.take()).toEqual([])
    expect(await world.rows('select * from directory.escrows where tenant_id = $1')).toEqual([])
  })

  test('a NUL in the target’s answer does not stop the log', async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    world.target.intercept = async (arrival, proceed) =>
      arrival.method === 'POST' ? json(400, { detail: 'bad \0 \ud800 text' }) : proceed()
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    expect((await world.log())[0]?.provisioningStatusInfo.errorInformation?.additionalDetails).toContain('bad')
  })
})

describe('a target that fails the probe', () => {
  test('fails the cycle, sends nothing else, and the next one catches up', async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    world.target.intercept = async () => json(401, {})
    expect(await world.cycle({ asked: false })).toBe('Failed')
    expect(world.target.arrivals.every(isProbe)).toBe(true)
    const { status } = await world.job()
    expect(status.lastExecution?.error).toMatchObject({
      code: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure',
    })
    expect(status.countSuccessiveCompleteFailures).toBe(1)
    world.target.intercept = undefined
    expect(await world.cycle()).toBe('Succeeded')
    expect(world.target.users.size).toBe(1)
  })
})

describe('a reference that the target fails on', () => {
  test('is one escrow per pair, is tried again, and is forgotten when it is no longer wanted', async () => {
    const world = await openWorld()
    const [ann, bob] = [await world.user(), await world.user()]
    const group = await world.group('Squad', [ann.id, bob.id])
    await world.setManager(ann.id, bob.id)
    await world.assign(group.id)
    await world.start()
    world.target.intercept = async (arrival, proceed) => (arrival.method === 'PATCH' ? json(500, {}) : proceed())
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    const escrows = () =>
      world.rows('select attribute, attempts, due_cycle::int from directory.escrows where tenant_id = $1 order by 1')
    expect(await escrows()).toEqual([
      { attribute: 'manager', attempts: 1, due_cycle: 2 },
      { attribute: 'members', attempts: 1, due_cycle: 2 },
      { attribute: 'members', attempts: 1, due_cycle: 2 },
    ])
    await world.cycle()
    expect(await escrows()).toContainEqual({ attribute: 'manager', attempts: 2, due_cycle: 4 })
    await world.setManager(ann.id, undefined)
    world.target.intercept = undefined
    for (let cycle = 3; cycle <= 4; cycle += 1) await world.cycle()
    expect(await escrows()).toEqual([])
    expect([...world.target.groups.keys()].map((id) => world.target.members.get(id)?.size)).toEqual([2])
    expect(world.target.userNamed(ann.userPrincipalName)).not.toHaveProperty(
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    )
  })
})
