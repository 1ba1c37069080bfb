import { describe, expect, test } from 'vitest'
import { causeOfError, causeOfFailures, impose, QUARANTINE_THRESHOLDS, type Quarantine } from './quarantine.ts'
import { isProbe } from './testing/test-target.ts'
import { openWorld, type World } from './testing/test-world.ts'

const HOUR = 60 * 60 * 1000
const refused = { code: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure', message: 'No.' }
const json = (status: number) => ({ status, headers: { 'content-type': 'application/scim+json' }, body: '{}' })

test('a refused job is tried after 6, 12, 24, 24 … hours, and given up 28 days after the first failure', () => {
  let now = Date.parse('2026-02-03T08:00:00Z')
  const waits: number[] = []
  let quarantine: Quarantine | undefined
  for (;;) {
    const next = impose(quarantine, { reason: 'EncounteredQuarantineException', ...refused }, new Date(now))
    if (next === 'givenUp') break
    expect(next.currentBegan).toBe(new Date(now).toISOString())
    quarantine = next
    waits.push((Date.parse(next.nextAttempt) - now) / HOUR)
    now = Date.parse(next.nextAttempt)
  }
  expect(waits.slice(0, 5)).toEqual([6, 12, 24, 24, 24])
  expect(now - Date.parse('2026-02-03T08:00:00Z')).toBeGreaterThanOrEqual(28 * 24 * HOUR)
  expect(quarantine).toMatchObject({ seriesBegan: '2026-02-03T08:00:00.000Z', seriesCount: waits.length })
})

test.each([
  { code: 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable', enters: false },
  { code: 'SystemForCrossDomainIdentityManagementServiceIncompatible', enters: true },
  { code: 'InvalidCredentials', enters: true },
])('$code: enters $enters', ({ code, enters }) => {
  expect(causeOfError(undefined, { code, message: '' }) !== undefined).toBe(enters)
})

describe("Entra's thresholds (facts §5.5)", () => {
  const none = { failed: 0, events: 0, objects: 0, references: 0 }
  test.each([
    { why: 'nothing failed', of: none, reason: undefined },
    { why: '4,999 of 4,999 failed', of: { ...none, failed: 4_999, events: 4_999, objects: 4_999 }, reason: undefined },
    { why: '5,000 of 12,500 failed, 40 %', of: { ...none, failed: 5_000, events: 12_500 }, reason: undefined },
    {
      why: '5,000 of 12,499 failed',
      of: { ...none, failed: 5_000, events: 12_499 },
      reason: 'EncounteredEscrowProportionThreshold',
    },
    { why: '40,000 objects wait', of: { ...none, objects: 40_000 }, reason: undefined },
    { why: '40,001 objects wait', of: { ...none, objects: 40_001 }, reason: 'EncounteredBaseEscrowThreshold' },
    { why: '60,000 references wait', of: { ...none, references: 60_000 }, reason: undefined },
    {
      why: '30,000 objects and 30,001 references wait',
      of: { ...none, objects: 30_000, references: 30_001 },
      reason: 'EncounteredTotalEscrowThreshold',
    },
  ])('$why: $reason', ({ of, reason }) => {
    const cause = causeOfFailures(of, QUARANTINE_THRESHOLDS)
    expect(cause?.reason).toBe(reason)
    if (cause) expect(cause.message).toMatch(/\d .*The provisioning logs say why/)
  })
})

/** The audit entries of the job's quarantine, oldest first. */
const moves = async (world: World) =>
  (
    await world.rows<{ by: string; details: Record<string, string> }>(
      `select initiated_by -> 'app' ->> 'displayName' as by, details from directory.audit_entries
       where tenant_id = $1 and activity = 'Quarantine' order by time, entry_id`,
    )
  ).map(({ by, details }) => `${details.event} ${details.reason} by ${by}`)

const ENGINE = 'Azure AD Provisioning Service'

describe('a job of which too much fails', () => {
  /** `people` are assigned, all in one group; creates of `failing` of them are refused. */
  const troubled = async (people: number, failing: number) => {
    const world = await openWorld()
    const users = []
    for (let count = 0; count < people; count += 1) users.push(await world.user())
    for (const { id } of users) await world.assign(id)
    await world.start()
    const unlucky = new Set(users.slice(0, failing).map(({ userPrincipalName }) => userPrincipalName))
    const fails = (on: boolean) => {
      world.target.intercept = on
        ? async ({ method, body }, proceed) =>
            method === 'POST' && unlucky.has(String(body?.userName)) ? json(400) : proceed()
        : undefined
    }
    fails(true)
    return { world, users, fails }
  }
  const NEVER = { evaluatedFrom: 1_000, proportion: 1, base: 1_000, total: 1_000 }

  test.each([
    {
      why: 'more than 40 % of a cycle',
      failing: 3,
      limits: { evaluatedFrom: 3, proportion: 0.4 },
      reason: 'EncounteredEscrowProportionThreshold',
    },
    { why: '40 % and no more', failing: 2, limits: { evaluatedFrom: 2, proportion: 0.4 }, reason: undefined },
    {
      why: 'too few to tell their share',
      failing: 3,
      limits: { evaluatedFrom: 4, proportion: 0.4 },
      reason: undefined,
    },
    { why: 'more objects than may', failing: 3, limits: { base: 2 }, reason: 'EncounteredBaseEscrowThreshold' },
    { why: 'as many objects as may', failing: 3, limits: { base: 3 }, reason: undefined },
    { why: 'more altogether than may', failing: 3, limits: { total: 2 }, reason: 'EncounteredTotalEscrowThreshold' },
  ])('$why: $reason', async ({ failing, limits, reason }) => {
    const { world } = await troubled(5, failing)
    world.limitFailures({ ...NEVER, ...limits })
    expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
    const { status } = await world.job()
    expect(status.code).toBe(reason ? 'Quarantine' : 'Active')
    expect(status.quarantine?.reason).toBe(reason)
    expect(world.target.users.size).toBe(5 - failing)
    expect(await moves(world)).toEqual(reason ? [`entered ${reason} by ${ENGINE}`] : [])
  })

  test('references count towards the whole, not towards the objects', async () => {
    const { world, users } = await troubled(4, 0)
    const group = await world.group(
      'Squad',
      users.map(({ id }) => id),
    )
    await world.assign(group.id)
    world.target.intercept = async ({ method }, proceed) => (method === 'PATCH' ? json(500) : proceed())
    world.limitFailures({ ...NEVER, base: 3, total: 3 })
    await world.cycle({ asked: false })
    expect((await world.job()).status.quarantine?.reason).toBe('EncounteredTotalEscrowThreshold')
  })

  test('is left alone until its next attempt, tries all of them then, and is out once they succeed', async () => {
    const { world, fails } = await troubled(5, 4)
    world.limitFailures({ ...NEVER, evaluatedFrom: 3, proportion: 0.4 })
    await world.cycle({ asked: false })
    const first = (await world.job()).status.quarantine
    expect(first).toEqual({
      reason: 'EncounteredEscrowProportionThreshold',
      currentBegan: expect.any(String),
      nextAttempt: new Date(Date.parse(first?.currentBegan ?? '') + 6 * HOUR).toISOString(),
      seriesBegan: first?.currentBegan,
      seriesCount: 1,
      error: {
        code: 'EncounteredEscrowProportionThreshold',
        message: expect.stringContaining('4 of the 5 objects'),
        tenantActionable: true,
      },
    })
    world.pass(5 * HOUR)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    world.pass(HOUR)
    // The second try is due then, the third would be two cycles later: in quarantine it is made all the same.
    for (const wait of [12, 24]) {
      expect(await world.cycle({ asked: false })).toBe('EntryLevelErrors')
      world.pass(wait * HOUR)
    }
    expect((await world.job()).status.quarantine).toMatchObject({ seriesCount: 3, seriesBegan: first?.seriesBegan })
    fails(false)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(world.target.users.size).toBe(5)
    const { status } = await world.job()
    expect([status.code, status.quarantine]).toEqual(['Active', null])
    expect(await moves(world)).toEqual([
      `entered EncounteredEscrowProportionThreshold by ${ENGINE}`,
      `left EncounteredEscrowProportionThreshold by ${ENGINE}`,
    ])
  })

  test('tells when the reason becomes another', async () => {
    const { world } = await troubled(5, 4)
    world.limitFailures({ ...NEVER, base: 3 })
    await world.cycle({ asked: false })
    world.target.intercept = async () => json(401)
    expect(await world.cycle()).toBe('Failed')
    expect((await world.job()).status.quarantine).toMatchObject({
      reason: 'EncounteredQuarantineException',
      seriesCount: 2,
    })
    expect(await moves(world)).toEqual([
      `entered EncounteredBaseEscrowThreshold by ${ENGINE}`,
      `reasonChanged EncounteredQuarantineException by ${ENGINE}`,
    ])
  })
})

describe('a job whose key is refused', () => {
  const quarantined = async () => {
    const world = await openWorld()
    const user = await world.user()
    await world.assign(user.id)
    await world.start()
    world.target.intercept = async () => json(401)
    expect(await world.cycle({ asked: false })).toBe('Failed')
    return world
  }

  test('is in quarantine after the first failing probe, and is left alone until its next attempt', async () => {
    const world = await quarantined()
    const { status, schedule } = await world.job()
    expect([status.code, schedule.state]).toEqual(['Quarantine', 'Active'])
    expect(status.quarantine).toMatchObject({
      reason: 'EncounteredQuarantineException',
      seriesCount: 1,
      error: { code: refused.code },
    })
    world.target.take()
    world.pass(5 * HOUR)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    expect(world.target.take()).toEqual([])
    world.pass(HOUR)
    expect(await world.cycle({ asked: false })).toBe('Failed')
    expect(world.target.take().every(isProbe)).toBe(true)
    expect((await world.job()).status.quarantine).toMatchObject({ seriesCount: 2 })
  })

  test.each([
    { way: 'runNow', path: 'runNow', body: undefined },
    { way: 'start', path: 'start', body: undefined },
    { way: 'restart', path: 'restart', body: {} },
  ])('is out again by $way once the key is good', async ({ path, body }) => {
    const world = await quarantined()
    world.target.intercept = undefined
    expect((await world.call('POST', `${world.jobPath}/${path}`, body)).status).toBe(204)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(world.target.users.size).toBe(1)
    const { status } = await world.job()
    expect([status.code, status.quarantine]).toEqual(['Active', null])
    const lifts = path === 'runNow' ? ENGINE : 'Admin'
    expect(await moves(world)).toEqual([
      `entered EncounteredQuarantineException by ${ENGINE}`,
      `left EncounteredQuarantineException by ${lifts}`,
    ])
  })

  test('is back in it when the key is still bad', async () => {
    const world = await quarantined()
    expect(await world.cycle()).toBe('Failed')
    expect((await world.job()).status).toMatchObject({ code: 'Quarantine', quarantine: { seriesCount: 2 } })
  })

  test('is disabled after 28 days, and what failed is forgotten', async () => {
    const world = await quarantined()
    world.pass(28 * 24 * HOUR)
    expect(await world.cycle({ asked: false })).toBe('Failed')
    const { status, schedule } = await world.job()
    expect([schedule.state, status.code]).toEqual(['Disabled', 'Paused'])
    world.pass(48 * HOUR)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    expect(await moves(world)).toEqual([
      `entered EncounteredQuarantineException by ${ENGINE}`,
      `givenUp EncounteredQuarantineException by ${ENGINE}`,
    ])
  })
})
