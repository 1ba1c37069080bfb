import { describe, expect, test } from 'vitest'
import { afterFailure, type Quarantine } from './quarantine.ts'
import { isProbe } from './testing/test-target.ts'
import { openWorld } from './testing/test-world.ts'

const HOUR = 60 * 60 * 1000
const refused = { code: 'SystemForCrossDomainIdentityManagementCredentialValidationFailure', message: 'No.' }
const json = (status: number) => ({ status, headers: { 'content-type': 'application/scim+json' }, body: '{}' })

test('a refused job is tried after 6, 12, 24, 24 … hours, and given up 28 days after the first failure', () => {
  let now = Date.parse('2026-02-03T08:00:00Z')
  const waits: number[] = []
  let quarantine: Quarantine | undefined
  for (;;) {
    const next = afterFailure(quarantine, refused, new Date(now))
    if (next === 'givenUp' || next === undefined) break
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
  expect(afterFailure(undefined, { code, message: '' }, new Date(0)) !== undefined).toBe(enters)
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
  })
})
