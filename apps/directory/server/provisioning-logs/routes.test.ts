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

  test.each([
    '$filter=durationInMilliseconds gt 5',
    "$filter=provisioningAction ne 'create'",
    "$filter=contains(sourceIdentity/displayName,'x')",
    "$filter=provisioningAction eq 'create' or provisioningAction eq 'update'",
    '$filter=activityDateTime gt soon',
    '$filter=',
    '$orderby=id',
    '$count=true',
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
