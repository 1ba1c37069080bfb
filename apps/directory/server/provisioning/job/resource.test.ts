import { describe, expect, test } from 'vitest'
import type { JobView } from '../../../contract/synchronization.ts'
import { openWorld } from '../testing/test-world.ts'

const json = (status: number) => ({ status, headers: { 'content-type': 'application/scim+json' }, body: '{}' })
const MINUTE = 60_000
const after = (time: string | undefined, ms: number) => new Date(Date.parse(time ?? '') + ms).toISOString()

/** What a job shows before anything ran. */
const NEW: JobView['status'] = {
  code: 'NotConfigured',
  countSuccessiveCompleteFailures: 0,
  escrowsPruned: false,
  lastExecution: null,
  lastSuccessfulExecution: null,
  lastSuccessfulExecutionWithExports: null,
  progress: [],
  quarantine: null,
  steadyStateFirstAchievedTime: null,
  steadyStateLastAchievedTime: null,
  synchronizedEntryCountByType: [
    { key: 'User', value: 0 },
    { key: 'Group', value: 0 },
  ],
  troubleshootingUrl: null,
  running: null,
  nextExecution: null,
}

describe('the job resource (facts §11)', () => {
  test('tells the truth from new to started, running, idle, failing, paused and held back', async () => {
    const world = await openWorld()
    const [ann, bob] = [await world.user(), await world.user()]
    const squad = await world.group('Squad', [ann.id, bob.id])
    await world.setManager(ann.id, bob.id)
    await world.assign(squad.id)

    // New, without credentials, then with half of them, then with both.
    await world.setSecrets({ BaseAddress: '', SecretToken: '' })
    expect(await world.job()).toEqual({
      id: expect.stringMatching(/^scim\.[0-9a-f]{32}\.[0-9a-f-]{36}$/),
      templateId: 'scim',
      schedule: { expiration: null, interval: 'PT40M', state: 'Disabled' },
      status: NEW,
      synchronizationJobSettings: [{ name: 'QuarantineTooManyDeletesThreshold', value: '500' }],
    })
    await world.setSecrets({ BaseAddress: 'https://portal.example.com/scim/v2' })
    expect((await world.job()).status).toEqual(NEW)
    await world.setSecrets({ SecretToken: 's3cr3t' })
    expect((await world.job()).status).toEqual({ ...NEW, code: 'NotRun' })

    // Started: nothing ran yet.
    await world.start()
    const asked = { timeDue: expect.any(String), reason: 'Requested' }
    expect(await world.job()).toMatchObject({
      schedule: { state: 'Active' },
      status: { ...NEW, code: 'NotRun', nextExecution: asked },
    })

    // Running: seen from within a request.
    let during: JobView | undefined
    world.target.intercept = async ({ method, path }, proceed) => {
      if (method === 'PATCH' && path.startsWith('/Groups')) during = await world.job()
      return proceed()
    }
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    expect(during?.status).toEqual({
      ...NEW,
      code: 'Active',
      progress: [
        // Stored once a second at most: by then the users were looked at.
        { completedUnits: 2, totalUnits: 3, units: 'objects', progressObservationDateTime: expect.any(String) },
      ],
      synchronizedEntryCountByType: [
        { key: 'User', value: 2 },
        { key: 'Group', value: 1 },
      ],
      running: {
        activityIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
        cycleType: 'Initial',
        timeBegan: expect.any(String),
        countImported: 2,
        countExports: 2,
        countExported: 2,
        countEscrowed: 0,
      },
      nextExecution: { timeDue: after(during?.status.running?.timeBegan, 40 * MINUTE), reason: 'Scheduled' },
    })

    // Idle after the initial cycle.
    const initial = (await world.job()).status
    const execution = initial.lastExecution
    expect(initial).toEqual({
      ...NEW,
      code: 'Active',
      lastExecution: {
        activityIdentifier: expect.stringMatching(/^[0-9a-f-]{36}$/),
        cycleType: 'Initial',
        state: 'Succeeded',
        timeBegan: expect.any(String),
        timeEnded: expect.any(String),
        countImported: 3,
        countImportedDeltas: 3,
        countImportedReferenceDeltas: 3,
        countEntitled: 3,
        countEntitledForProvisioning: 3,
        countExports: 5,
        countExported: 5,
        countEscrowed: 0,
        countEscrowedRaw: 0,
        error: null,
      },
      lastSuccessfulExecution: execution,
      lastSuccessfulExecutionWithExports: execution,
      progress: [
        { completedUnits: 3, totalUnits: 3, units: 'objects', progressObservationDateTime: expect.any(String) },
      ],
      steadyStateFirstAchievedTime: execution?.timeEnded,
      steadyStateLastAchievedTime: execution?.timeEnded,
      synchronizedEntryCountByType: [
        { key: 'User', value: 2 },
        { key: 'Group', value: 1 },
      ],
      nextExecution: { timeDue: after(execution?.timeBegan, 40 * MINUTE), reason: 'Scheduled' },
    })
    expect(Date.parse(execution?.timeEnded ?? '')).toBeGreaterThan(Date.parse(execution?.timeBegan ?? ''))

    // An idle cycle exports nothing: the last one that did stays the one shown.
    world.pass(40 * MINUTE)
    await world.cycle({ asked: false })
    const idle = (await world.job()).status
    expect(idle.lastExecution).toMatchObject({
      state: 'Succeeded',
      countImported: 0,
      countExports: 0,
      countExported: 0,
    })
    expect(idle.lastExecution?.activityIdentifier).not.toBe(execution?.activityIdentifier)
    expect(idle.lastSuccessfulExecution).toEqual(idle.lastExecution)
    expect(idle.lastSuccessfulExecutionWithExports).toEqual(execution)
    expect(idle.steadyStateFirstAchievedTime).toBe(execution?.timeEnded)
    expect(idle.steadyStateLastAchievedTime).toBe(idle.lastExecution?.timeEnded)

    // One object fails: not successful, not in step, and no complete failure.
    world.target.intercept = async ({ method }, proceed) => (method === 'PATCH' ? json(500) : proceed())
    await world.changeUser(ann.id, { displayName: 'Changed' })
    expect(await world.cycle()).toBe('EntryLevelErrors')
    const partly = (await world.job()).status
    expect(partly).toMatchObject({
      code: 'Active',
      countSuccessiveCompleteFailures: 0,
      lastExecution: { state: 'EntryLevelErrors', countExports: 1, countExported: 0, countEscrowed: 1, error: null },
      lastSuccessfulExecution: idle.lastExecution,
      steadyStateLastAchievedTime: idle.steadyStateLastAchievedTime,
    })

    // The target is away: complete failures are counted, and it is no quarantine.
    world.target.intercept = async () => json(503)
    for (const failures of [1, 2]) {
      expect(await world.cycle()).toBe('Failed')
      expect((await world.job()).status).toMatchObject({
        code: 'Active',
        countSuccessiveCompleteFailures: failures,
        lastExecution: {
          state: 'Failed',
          error: { code: 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable' },
        },
        lastSuccessfulExecution: idle.lastExecution,
        lastSuccessfulExecutionWithExports: execution,
        quarantine: null,
      })
    }

    // The key is refused: held back.
    world.target.intercept = async () => json(401)
    await world.cycle()
    const held = (await world.job()).status
    expect(held).toMatchObject({
      code: 'Quarantine',
      countSuccessiveCompleteFailures: 3,
      quarantine: { reason: 'EncounteredQuarantineException', seriesCount: 1, error: held.lastExecution?.error ?? {} },
      nextExecution: { timeDue: held.quarantine?.nextAttempt, reason: 'Quarantine' },
    })

    await world.call('POST', `${world.jobPath}/pause`)
    expect(await world.job()).toMatchObject({
      schedule: { state: 'Paused' },
      status: { code: 'Paused', nextExecution: null },
    })

    // Well again: what failed is made up for, and the count of failures begins anew.
    world.target.intercept = undefined
    await world.start()
    world.pass(MINUTE)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    const well = (await world.job()).status
    expect(well).toMatchObject({ code: 'Active', countSuccessiveCompleteFailures: 0, quarantine: null })
    expect(well.lastSuccessfulExecutionWithExports).toEqual(well.lastExecution)
    expect(world.target.userNamed(ann.userPrincipalName)?.displayName).toBe('Changed')
  })
})

test('the next cycle is right behind the running one when somebody asks for one more, else an interval after it began', async () => {
  const world = await openWorld()
  await world.assign((await world.user()).id)
  await world.start()
  const seen: JobView['status']['nextExecution'][] = []
  const look = async () => void seen.push((await world.job()).status.nextExecution)
  world.target.intercept = async ({ method }, proceed) => {
    if (method !== 'POST') return proceed()
    await look()
    await world.runNow()
    await look()
    await world.call('POST', `${world.jobPath}/pause`)
    await look()
    await world.start()
    return proceed()
  }
  await world.cycle({ asked: false })
  const { lastExecution, nextExecution } = (await world.job()).status
  expect(seen).toEqual([
    { timeDue: after(lastExecution?.timeBegan, 40 * MINUTE), reason: 'Scheduled' },
    { timeDue: null, reason: 'Requested' },
    null,
  ])
  expect(nextExecution).toEqual({ timeDue: lastExecution?.timeEnded, reason: 'Requested' })

  await world.cycle({ asked: false })
  expect((await world.job()).status.lastExecution?.cycleType).toBe('Incremental')
  await world.call('PATCH', world.jobPath, { schedule: { interval: 'PT10M' } })
  const sooner = (await world.job()).status
  expect(sooner.nextExecution).toEqual({
    timeDue: after(sooner.lastExecution?.timeBegan, 10 * MINUTE),
    reason: 'Scheduled',
  })
})
