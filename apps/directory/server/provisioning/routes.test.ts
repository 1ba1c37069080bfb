import { describe, expect, test } from 'vitest'
import type { JobView } from '../../contract/synchronization.ts'
import { openWorld } from './testing/test-world.ts'

interface ODataError {
  readonly error: {
    readonly code: string
    readonly message: string
    readonly innerError: Readonly<Record<string, string>>
  }
}

describe('a provisioning job', () => {
  test('is made disabled, shows Graph’s fields, and goes through its states', async () => {
    const world = await openWorld()
    expect(await world.job()).toEqual({
      id: expect.stringMatching(/^scim\.[0-9a-f]{32}\.[0-9a-f-]{36}$/),
      templateId: 'scim',
      schedule: { expiration: null, interval: 'PT40M', state: 'Disabled' },
      status: {
        code: 'NotRun',
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
      },
      synchronizationJobSettings: [{ name: 'QuarantineTooManyDeletesThreshold', value: '500' }],
    })
    await world.assign((await world.user()).id)
    await world.start()
    expect((await world.job()).schedule.state).toBe('Active')
    await world.cycle({ asked: false })
    const { status } = await world.job()
    expect(status).toMatchObject({
      code: 'Active',
      lastExecution: {
        state: 'Succeeded',
        countImported: 1,
        countEntitled: 1,
        countExported: 1,
        countEscrowed: 0,
        error: null,
      },
      steadyStateFirstAchievedTime: expect.any(String),
      synchronizedEntryCountByType: [
        { key: 'User', value: 1 },
        { key: 'Group', value: 0 },
      ],
    })
    expect(status.lastSuccessfulExecutionWithExports).toEqual(status.lastExecution)
    await world.call('POST', `${world.jobPath}/pause`)
    expect((await world.job()).status.code).toBe('Paused')
  })

  test('waits for its interval, which can be changed down to ten seconds', async () => {
    const world = await openWorld()
    await world.start()
    await world.cycle({ asked: false })
    world.pass(39 * 60_000)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    world.pass(60_000)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')

    expect((await world.call('PATCH', world.jobPath, { schedule: { interval: 'PT10S' } })).status).toBe(204)
    expect((await world.job()).schedule.interval).toBe('PT10S')
    world.pass(10_000)
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
    for (const interval of ['PT9S', 'PT', '10', 'P', 'PT-1S', 'soon'])
      expect((await world.call('PATCH', world.jobPath, { schedule: { interval } })).status).toBe(400)
  })

  test('runs no cycle while paused, and refuses runNow with 409', async () => {
    const world = await openWorld()
    const refused = await world.call<ODataError>('POST', `${world.jobPath}/runNow`)
    expect([refused.status, refused.body.error.message]).toEqual([409, 'The job is disabled: start it first.'])
    await world.start()
    await world.call('POST', `${world.jobPath}/pause`)
    expect((await world.runNow()).status).toBe(409)
    world.pass(60 * 60_000)
    expect(await world.cycle({ asked: false })).toBeUndefined()
    expect(world.target.arrivals).toEqual([])
    await world.start()
    expect(await world.cycle({ asked: false })).toBe('Succeeded')
  })

  test('cannot be started without credentials', async () => {
    const world = await openWorld()
    await world.setSecrets({ SecretToken: '' })
    expect((await world.start()).status).toBe(400)
    await world.setSecrets({ BaseAddress: '' })
    expect((await world.job()).status.code).toBe('NotConfigured')
  })

  test('is deleted with all that it remembers; its log stays', async () => {
    const world = await openWorld()
    await world.assign((await world.user()).id)
    await world.start()
    await world.cycle({ asked: false })
    expect((await world.call('DELETE', world.jobPath)).status).toBe(204)
    expect((await world.call('GET', world.jobPath)).status).toBe(404)
    expect(await world.rows('select * from directory.links where tenant_id = $1')).toEqual([])
    expect(await world.log(`jobId eq '${world.jobId}'`)).toHaveLength(1)
  })

  test('shows its template and its mappings', async () => {
    const world = await openWorld()
    const templates = await world.call<{ value: { id: string }[] }>('GET', `${world.root}/templates`)
    expect(templates.body.value.map(({ id }) => id)).toEqual(['scim'])
    const schema = await world.call<{ synchronizationRules: { objectMappings: { attributeMappings: unknown[] }[] }[] }>(
      'GET',
      `${world.jobPath}/schema`,
    )
    expect(
      schema.body.synchronizationRules[0]?.objectMappings.map(({ attributeMappings }) => attributeMappings.length),
    ).toEqual([22, 3])
    const jobs = await world.call<{ value: JobView[] }>('GET', `${world.root}/jobs`)
    expect(jobs.body.value.map(({ id }) => id)).toEqual([world.jobId])
  })

  test.each(['GET', 'DELETE'] as const)('of another tenant, app or name is not there for %s', async (method) => {
    const world = await openWorld()
    const stranger = await world.tenant()
    const other = await openWorld()
    expect((await world.call(method, world.jobPath, undefined, stranger.bearer)).status).toBe(404)
    for (const path of [
      `${world.root}/jobs/scim.none`,
      `${world.root}/jobs/${other.jobId}`,
      `/servicePrincipals/none/synchronization/jobs/${world.jobId}`,
    ])
      expect((await world.call(method, path)).status).toBe(404)
    expect((await world.call(method, world.jobPath, undefined, 'mgt_wrong')).status).toBe(401)
  })
})

describe('who may what', () => {
  test.each([
    { role: 'Application Administrator', template: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3', manages: true, reads: true },
    {
      role: 'Cloud Application Administrator',
      template: '158c047a-c907-4556-b7ef-446551a6b5f7',
      manages: true,
      reads: true,
    },
    { role: 'Reports Reader', template: '4a5d8f65-41da-4de4-8968-e035b65339cf', manages: false, reads: true },
    { role: 'nobody in particular', template: undefined, manages: false, reads: false },
  ])('$role', async ({ template, manages, reads }) => {
    const world = await openWorld()
    const cookie = await world.signIn(template)
    const status = async (method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: object) =>
      (await world.call(method, path, body, cookie)).status
    expect(await status('GET', '/auditLogs/provisioning')).toBe(reads ? 200 : 403)
    const calls = [
      await status('GET', world.jobPath),
      await status('GET', `${world.root}/secrets`),
      await status('PUT', `${world.root}/secrets`, { value: [] }),
      await status('POST', `${world.jobPath}/validateCredentials`, { useSavedCredentials: true }),
      await status('PATCH', world.jobPath, { schedule: { interval: 'PT1H' } }),
      await status('POST', `${world.jobPath}/start`),
      await status('POST', `${world.jobPath}/runNow`),
      await status('POST', `${world.jobPath}/pause`),
      await status('POST', `${world.jobPath}/restart`),
      await status('DELETE', world.jobPath),
    ]
    expect(calls).toEqual(manages ? [200, 200, 204, 204, 204, 204, 204, 204, 204, 204] : calls.map(() => 403))
  })
})
