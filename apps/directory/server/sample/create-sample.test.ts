import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'
import { createSample } from './create-sample.ts'
import { samplePerson } from './people.ts'

let directory: Awaited<ReturnType<typeof openTestDirectory>>

beforeAll(async () => {
  directory = await openTestDirectory()
})

describe('the sample', () => {
  test('is people with managers, departments and groups, and the feed knows all of it', async () => {
    const { tenantId, graph, domain, changesAfter, changesNow } = await directory.openTenant()
    const before = await changesNow()
    await createSample(directory.deps, tenantId, 25)
    const { value } = (await graph('GET', '/users?$top=999')).body
    expect(value).toHaveLength(26)
    const boss = `${samplePerson(0).nickname}@${domain}`
    expect((await graph('GET', `/users/${boss}`)).body).toMatchObject({
      jobTitle: 'Chief Executive',
      mail: boss,
      accountEnabled: true,
    })
    const head = `${samplePerson(1).nickname}@${domain}`
    expect((await graph('GET', `/users/${head}/manager`)).body.userPrincipalName).toBe(boss)
    const groups = (await graph('GET', '/groups')).body.value.map((group: { displayName: string }) => group.displayName)
    expect(groups).toEqual(['Engineering', 'Finance and Legal', 'Managers', 'Remote access', 'Sales'])

    const stored = await run<{ members: string }>(
      directory.database,
      'select count(*) as members from directory.group_members where tenant_id = $1',
      [tenantId],
    )
    const changes = await changesAfter(before)
    const count = (start: string) => changes.filter((change) => change.startsWith(start)).length
    expect([
      count('object add User'),
      count('object add Group'),
      count('reference add User'),
      count('reference add Group'),
    ]).toEqual([25, 5, 24, Number(stored[0]?.members)])
  })

  test('is the same in every tenant, and large when asked to be', async () => {
    const { tenantId, graph } = await directory.openTenant()
    await createSample(directory.deps, tenantId, 1_200)
    const body = (await graph('GET', '/users?$top=1&$count=true')).body
    expect(body['@odata.count']).toBe(1_201)
  })

  test('names nobody twice, and every manager stands before their reports', () => {
    const people = Array.from({ length: 12_000 }, (_, place) => samplePerson(place))
    expect(new Set(people.map(({ nickname }) => nickname)).size).toBe(people.length)
    expect(people.every(({ nickname }) => /^[a-z]+\.[a-z]+\d*$/.test(nickname))).toBe(true)
    expect(
      people.every(({ manager }, place) =>
        place === 0 ? manager === undefined : manager !== undefined && manager < place,
      ),
    ).toBe(true)
    const reports = Map.groupBy(people.slice(9), ({ manager }) => manager)
    expect(Math.max(...[...reports.values()].map((list) => list.length))).toBeLessThanOrEqual(8)
  })
})
