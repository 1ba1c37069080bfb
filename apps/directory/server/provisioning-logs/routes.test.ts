import { describe, expect, test } from 'vitest'
import type { ProvisioningLogView } from '../../contract/provisioning-log.ts'
import { openWorld } from '../provisioning/testing/test-world.ts'

describe('auditLogs/provisioning', () => {
  test('pages newest first, and filters by what administrators look for', async () => {
    const world = await openWorld()
    const users = []
    for (let count = 0; count < 5; count += 1) users.push(await world.user())
    for (const { id } of users) await world.assign(id)
    await world.start()
    await world.cycle({ asked: false })
    interface List {
      readonly value: ProvisioningLogView[]
      readonly '@odata.nextLink'?: string
    }
    const seen: string[] = []
    for (let next: string | undefined = '/auditLogs/provisioning?$top=2'; next; ) {
      const { body }: { body: List } = await world.call<List>('GET', next)
      seen.push(...body.value.map(({ activityDateTime }) => activityDateTime))
      expect(body.value.length).toBeLessThanOrEqual(2)
      next = body['@odata.nextLink']?.replace('https://directory.example.com/v1.0', '')
    }
    expect(seen).toHaveLength(5)
    expect(seen).toEqual([...seen].sort().reverse())

    const count = async (filter: string) => (await world.log(filter)).length
    const cycleId = (await world.job()).status.lastExecution?.activityIdentifier
    const [first] = users
    expect(await count(`jobId eq '${world.jobId}' and cycleId eq '${cycleId}'`)).toBe(5)
    expect(await count(`sourceIdentity/id eq '${first?.id}'`)).toBe(1)
    expect(await count(`sourceIdentity/displayName eq 'Person 2' and provisioningAction eq 'create'`)).toBe(1)
    expect(await count(`provisioningStatusInfo/status eq 'failure'`)).toBe(0)
    expect(await count(`activityDateTime gt ${seen[2]}`)).toBe(2)
    expect(await count(`activityDateTime le ${seen[2]} and activityDateTime ge ${seen[3]}`)).toBe(2)
    expect(await count(`cycleId eq 'not a guid'`)).toBe(0)
  })

  test('is found by everything that a page asks for, alone and together, and counted', async () => {
    const world = await openWorld()
    const [ann, bob] = [
      await world.user({ displayName: 'Ann Archer' }),
      await world.user({ displayName: 'Bob O’Bannon' }),
    ]
    for (const { id } of [ann, bob]) await world.assign(id)
    await world.start()
    await world.cycle({ asked: false })
    world.target.intercept = async ({ method }, proceed) =>
      method === 'PATCH' ? { status: 500, headers: {}, body: '' } : proceed()
    await world.changeUser(ann.id, { displayName: 'Ann Baker' })
    const between = world.clock.now().toISOString()
    await world.cycle()
    const rows = await world.log(`jobId eq '${world.jobId}'`)
    expect(rows.map(({ sourceIdentity }) => sourceIdentity.displayName).sort()).toEqual([
      'Ann Archer',
      'Ann Baker',
      'Bob O’Bannon',
    ])
    const failed = rows.find(({ provisioningStatusInfo }) => provisioningStatusInfo.status === 'failure')
    const table: Readonly<Record<string, readonly string[]>> = {
      [`servicePrincipal/id eq '${world.servicePrincipalId}'`]: ['Ann Archer', 'Ann Baker', 'Bob O’Bannon'],
      [`servicePrincipal/id eq '${ann.id}'`]: [],
      "servicePrincipal/id ne 'no id'": ['Ann Archer', 'Ann Baker', 'Bob O’Bannon'],
      [`sourceIdentity/id eq '${bob.id.toUpperCase()}'`]: ['Bob O’Bannon'],
      "provisioningStatusInfo/status eq 'failure'": ['Ann Baker'],
      "provisioningStatusInfo/status in ('failure', 'warning')": ['Ann Baker'],
      "provisioningStatusInfo/status ne 'failure'": ['Ann Archer', 'Bob O’Bannon'],
      "provisioningAction eq 'create'": ['Ann Archer', 'Bob O’Bannon'],
      "provisioningAction eq 'create' or provisioningAction eq 'update'": ['Ann Archer', 'Ann Baker', 'Bob O’Bannon'],
      [`activityDateTime ge ${between}`]: ['Ann Baker'],
      [`activityDateTime lt ${between}`]: ['Ann Archer', 'Bob O’Bannon'],
      "contains(sourceIdentity/displayName,'Ba')": ['Ann Baker', 'Bob O’Bannon'],
      "contains(sourceIdentity/displayName,'ba')": [],
      "contains(sourceIdentity/displayName,'%')": [],
      "contains(targetIdentity/displayName,'Bob')": ['Bob O’Bannon'],
      "startswith(sourceIdentity/displayName,'Ann')": ['Ann Archer', 'Ann Baker'],
      "not (contains(sourceIdentity/displayName,'Ann'))": ['Bob O’Bannon'],
      [`cycleId eq '${failed?.cycleId}'`]: ['Ann Baker'],
      [`id eq '${failed?.id}'`]: ['Ann Baker'],
      [`changeId eq '${failed?.changeId}'`]: ['Ann Baker'],
      [`jobId eq '${world.jobId}' and contains(sourceIdentity/displayName,'Ann') and activityDateTime lt ${between}`]: [
        'Ann Archer',
      ],
    }
    for (const [filter, finds] of Object.entries(table)) {
      const query = `$count=true&$top=1&$filter=${encodeURIComponent(filter)}`
      const { body } = await world.call<{ value: unknown[] }>('GET', `/auditLogs/provisioning?${query}`)
      expect({ filter, count: body, length: body.value.length }).toMatchObject({
        filter,
        count: { '@odata.count': finds.length },
        length: Math.min(1, finds.length),
      })
      const found = (await world.log(filter)).map(({ sourceIdentity }) => sourceIdentity.displayName)
      expect({ filter, found: found.sort() }).toEqual({ filter, found: finds })
    }
  })

  test.each([
    '$filter=durationInMilliseconds gt 5',
    "$filter=contains(provisioningAction,'x')",
    "$filter=startswith(id,'x')",
    '$filter=provisioningAction eq null',
    "$filter=provisioningAction gt 'create'",
    "$filter=constructor eq 'create'",
    '$filter=activityDateTime gt soon',
    '$filter=activityDateTime ne 2026-02-03',
    '$filter=',
    '$orderby=id',
    '$select=id',
    '$count=maybe',
    '$top=0',
    '$skiptoken=nonsense',
  ])('refuses %s', async (query) => {
    const world = await openWorld()
    const [name = '', value = ''] = query.split(/=(.*)/)
    expect((await world.call('GET', `/auditLogs/provisioning?${name}=${encodeURIComponent(value)}`)).status).toBe(400)
  })

  test('shows a tenant its own rows alone', async () => {
    const world = await openWorld()
    await world.assign((await world.user()).id)
    await world.start()
    await world.cycle({ asked: false })
    const stranger = await world.tenant()
    const { body } = await world.call<{ value: unknown[] }>(
      'GET',
      '/auditLogs/provisioning',
      undefined,
      stranger.bearer,
    )
    expect(body.value).toEqual([])
  })
})
