import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'
import { Replica } from './replica-for-tests.ts'

const DAY_MS = 86_400_000
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const reference = (id: string) => ({ '@odata.id': `directoryObjects/${id}` })
const pathOf = (link: string) => link.replace(/^http:\/\/[^/]+\/v1\.0/, '')
const follower = async (path: string) => {
  const replica = new Replica(tenant.graph, path)
  await replica.follow()
  return replica
}
const join = (group: { id: string }, member: { id: string }) =>
  tenant.graph('POST', `/groups/${group.id}/members/$ref`, reference(member.id))
const leave = (group: { id: string }, member: { id: string }) =>
  tenant.graph('DELETE', `/groups/${group.id}/members/${member.id}/$ref`)
const user = (id: string) => ({ '@odata.type': '#microsoft.graph.user', id })
const gone = { '@removed': { reason: 'deleted' } }

describe('/users/delta', () => {
  test('tells everyone, then nothing, then who changed and how', async () => {
    const [kept, changed, deleted, purged] = [
      await tenant.person(),
      await tenant.person(),
      await tenant.person(),
      await tenant.person(),
    ]
    const replica = await follower('/users/delta')
    for (const { id } of [kept, changed, deleted, purged]) {
      const { '@odata.context': _, ...read } = (await tenant.graph('GET', `/users/${id}`)).body
      expect(replica.objects.get(id)?.properties).toEqual(read)
    }
    expect(await replica.follow()).toEqual([])

    await tenant.graph('PATCH', `/users/${changed.id}`, { jobTitle: 'Chief' })
    await tenant.graph('DELETE', `/users/${deleted.id}`)
    await tenant.graph('DELETE', `/users/${purged.id}`)
    await tenant.graph('DELETE', `/directory/deletedItems/${purged.id}`)
    const added = await tenant.person()
    expect(await replica.follow()).toEqual([
      expect.objectContaining({ id: changed.id, jobTitle: 'Chief' }),
      { id: deleted.id, '@removed': { reason: 'changed' } },
      { id: purged.id, '@removed': { reason: 'deleted' } },
      expect.objectContaining({ id: added.id, userPrincipalName: added.userPrincipalName }),
    ])

    await tenant.graph('POST', `/directory/deletedItems/${deleted.id}/restore`)
    expect(await replica.follow()).toEqual([expect.objectContaining({ id: deleted.id, accountEnabled: true })])
    expect(await replica.follow()).toEqual([])
  })

  test('a changed group and an assignment are none of its changes', async () => {
    const replica = await follower('/users/delta?$deltatoken=latest')
    await tenant.group('Of no user')
    expect(await replica.follow()).toEqual([])
  })

  test('pages by $top, in a round of everything and in one of changes', async () => {
    const everyone = (await tenant.graph('GET', '/users?$top=999&$select=id')).body.value.length
    const replica = new Replica(tenant.graph, '/users/delta?$top=2&$select=id')
    expect(await replica.follow()).toHaveLength(everyone)
    expect(replica.pages.map((page) => page.length)).toEqual([
      ...Array(Math.ceil(everyone / 2) - 1).fill(2),
      everyone % 2 || 2,
    ])
    const made = [await tenant.person(), await tenant.person(), await tenant.person()]
    expect(await replica.follow()).toEqual(made.map(({ id }) => ({ id })))
    expect(replica.pages.map((page) => page.length)).toEqual([2, 1])
  })

  test('$select holds for every round, and always with the id', async () => {
    const replica = await follower('/users/delta?$select=displayName,department')
    const { id } = await tenant.person({ displayName: 'Selected', department: 'Platform', jobTitle: 'Engineer' })
    expect(await replica.follow()).toEqual([{ id, displayName: 'Selected', department: 'Platform' }])
  })

  test('a manager is told as they are now, with those that were before', async () => {
    const [one, two, report] = [await tenant.person(), await tenant.person(), await tenant.person()]
    await tenant.graph('PUT', `/users/${report.id}/manager/$ref`, reference(one.id))
    const replica = await follower('/users/delta?$select=id,manager')
    expect([...(replica.objects.get(report.id)?.references ?? [])]).toEqual([one.id])
    await tenant.graph('PUT', `/users/${report.id}/manager/$ref`, reference(two.id))
    const both = [user(one.id), user(two.id)].map((named) => (named.id === one.id ? { ...named, ...gone } : named))
    expect(await replica.follow()).toEqual([{ id: report.id, 'manager@delta': both }])

    await tenant.graph('DELETE', `/users/${two.id}`)
    expect(await replica.follow()).toEqual([
      { id: two.id, '@removed': { reason: 'changed' } },
      { id: report.id, 'manager@delta': [{ ...user(two.id), ...gone }] },
    ])
    await tenant.graph('POST', `/directory/deletedItems/${two.id}/restore`)
    expect(await replica.follow()).toEqual([{ id: two.id }, { id: report.id, 'manager@delta': [user(two.id)] }])

    const without = await follower('/users/delta?$select=id&$deltatoken=latest')
    await tenant.graph('DELETE', `/users/${report.id}/manager/$ref`)
    expect(await without.follow()).toEqual([])
    expect(await replica.follow()).toHaveLength(1)
  })
})

describe('/groups/delta', () => {
  test('tells members that came and went, deleted ones as gone until they return', async () => {
    const [group, inner] = [await tenant.group('Outer'), await tenant.group('Inner')]
    const [one, two] = [await tenant.person(), await tenant.person()]
    await join(group, one)
    await join(group, inner)
    const replica = await follower('/groups/delta')
    expect(replica.objects.get(group.id)).toMatchObject({ properties: { displayName: 'Outer' } })
    expect(replica.objects.get(group.id)?.references).toEqual(new Set([one.id, inner.id]))

    await leave(group, one)
    await join(group, two)
    expect(await replica.follow()).toEqual([
      expect.objectContaining({ id: group.id, 'members@delta': [{ ...user(one.id), ...gone }, user(two.id)] }),
    ])
    await tenant.graph('DELETE', `/users/${two.id}`)
    expect(await replica.follow()).toMatchObject([{ id: group.id, 'members@delta': [{ ...user(two.id), ...gone }] }])
    await tenant.graph('POST', `/directory/deletedItems/${two.id}/restore`)
    expect(await replica.follow()).toMatchObject([{ id: group.id, 'members@delta': [user(two.id)] }])

    await tenant.graph('DELETE', `/groups/${inner.id}`)
    await tenant.graph('DELETE', `/directory/deletedItems/${inner.id}`)
    expect(await replica.follow()).toMatchObject([
      { id: inner.id, '@removed': { reason: 'deleted' } },
      { id: group.id, 'members@delta': [{ '@odata.type': '#microsoft.graph.directoryObject', id: inner.id, ...gone }] },
    ])
  })

  test('a group that returns comes with all its members', async () => {
    const [group, member] = [await tenant.group('Returning'), await tenant.person()]
    await join(group, member)
    const replica = await follower('/groups/delta')
    await tenant.graph('DELETE', `/groups/${group.id}`)
    expect(await replica.follow()).toEqual([{ id: group.id, '@removed': { reason: 'changed' } }])
    await tenant.graph('POST', `/directory/deletedItems/${group.id}/restore`)
    await replica.follow()
    expect(replica.objects.get(group.id)?.references).toEqual(new Set([member.id]))
  })

  test('members are left out unless they are selected or expanded', async () => {
    const [group, one, two] = [await tenant.group('Chosen'), await tenant.person(), await tenant.person()]
    const plain = await follower('/groups/delta?$select=displayName')
    const expanded = await follower('/groups/delta?$select=displayName&$expand=members')
    await join(group, one)
    expect(await plain.follow()).toEqual([])
    expect(await expanded.follow()).toEqual([{ id: group.id, displayName: 'Chosen', 'members@delta': [user(one.id)] }])
    await join(group, two)
    await tenant.graph('PATCH', `/groups/${group.id}`, { displayName: 'Renamed' })
    expect(await plain.follow()).toEqual([{ id: group.id, displayName: 'Renamed' }])
  })

  test('2,500 members come a thousand a page, at first and when their group returns', async () => {
    const other = await directory.openTenant()
    const [small, big, last] = [await other.group('A'), await other.group('B'), await other.group('C')]
    await directory.pool.query(
      `with made as (insert into directory.users (tenant_id, id, user_principal_name, user_principal_name_key, display_name, display_name_key,
           account_enabled, properties, created_at, last_modified_at)
         select $1::uuid, gen_random_uuid(), 'm' || n, 'm' || n, 'm' || n, 'm' || n, true, '{}', now(), now() from generate_series(1, 2500) n
         returning id)
       insert into directory.group_members select $1::uuid, $2::uuid, id, 'User', now() from made`,
      [other.tenantId, big.id],
    )
    const replica = new Replica(other.graph, '/groups/delta')
    await replica.follow()
    expect(replica.pages.map((page) => page.map(({ displayName }) => displayName))).toEqual([
      ['A', 'B'],
      ['B'],
      ['B', 'C'],
    ])
    expect(replica.objects.get(big.id)?.references.size).toBe(2_500)
    await other.graph('DELETE', `/groups/${big.id}`)
    await replica.follow()
    expect([...replica.objects.keys()].sort()).toEqual([small.id, last.id].sort())
    await other.graph('POST', `/directory/deletedItems/${big.id}/restore`)
    await other.graph('PATCH', `/groups/${last.id}`, { displayName: 'Z' })
    await replica.follow()
    expect(replica.pages.map((page) => page.length)).toEqual([2, 1, 1])
    expect(replica.objects.get(big.id)?.references.size).toBe(2_500)
  })
})

describe('links', () => {
  test('latest tells nothing and leads on from now', async () => {
    const { body } = await tenant.graph('GET', '/users/delta?$deltatoken=latest')
    expect(body).toEqual({
      '@odata.context': 'http://directory.test:7490/v1.0/$metadata#users',
      '@odata.deltaLink': expect.stringMatching(/\/v1\.0\/users\/delta\?\$deltatoken=[\w-]+$/),
      value: [],
    })
    const { id } = await tenant.person()
    const { body: next } = await tenant.graph('GET', pathOf(body['@odata.deltaLink']))
    expect(next.value.map((one: { id: string }) => one.id)).toEqual([id])
  })

  test('lead where they came from: beta, and the name that SDKs write', async () => {
    const { body } = await tenant.graph('GET', '/beta/groups/delta()?$top=1')
    expect(body['@odata.nextLink']).toMatch(/^http:\/\/directory\.test:7490\/beta\/groups\/delta\(\)\?\$skiptoken=/)
  })

  test('a link can be followed again and tells the same', async () => {
    const { body } = await tenant.graph('GET', '/users/delta?$deltatoken=latest')
    await tenant.person()
    const link = pathOf(body['@odata.deltaLink'])
    expect((await tenant.graph('GET', link)).body.value).toEqual((await tenant.graph('GET', link)).body.value)
  })

  const seal = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  test('what was not given here is refused', async () => {
    const other = await directory.openTenant()
    const [ours, theirs] = [
      (await tenant.graph('GET', '/users/delta?$deltatoken=latest')).body['@odata.deltaLink'] as string,
      (await other.graph('GET', '/users/delta?$deltatoken=latest')).body['@odata.deltaLink'] as string,
    ]
    const token = new URL(ours).searchParams.get('$deltatoken') ?? ''
    const state = { kind: 'done', top: 100, upTo: 0, at: directory.time.now }
    const forged = (extra: object) => seal({ tenant: tenant.tenantId, of: 'users', state: { ...state, ...extra } })
    const wrong = [
      pathOf(theirs),
      '/users/delta?$deltatoken=garbage',
      `/users/delta?$deltatoken=${seal(null)}`,
      `/users/delta?$deltatoken=${token.slice(0, -10)}`,
      `/groups/delta?$deltatoken=${token}`,
      `/users/delta?$skiptoken=${token}`,
      '/users/delta?$skiptoken=',
      `/users/delta?$deltatoken=${token}&$select=id`,
      `/users/delta?$deltatoken=${token}&$skiptoken=${token}`,
      `/users/delta?$deltatoken=${forged({ upTo: -1 })}`,
      `/users/delta?$deltatoken=${forged({ select: ['passwordHash'] })}`,
      `/users/delta?$deltatoken=${forged({ extra: 1 })}`,
      '/users/delta?$filter=id%20eq%20null',
      '/users/delta?$count=true',
      '/users/delta?$select=members',
      '/users/delta?$expand=memberOf',
      '/users/delta?$top=1000',
    ]
    for (const path of wrong) {
      const { status, body } = await tenant.graph('GET', path)
      expect([path, status, body.error?.code]).toEqual([path, 400, 'Request_BadRequest'])
    }
  })

  test('after 30 days, or when the feed does not reach back to it, everything has to be read anew', async () => {
    const old = await directory.openTenant()
    const link = pathOf((await old.graph('GET', '/users/delta?$deltatoken=latest')).body['@odata.deltaLink'])
    const first = pathOf((await old.graph('GET', '/users/delta?$top=1')).body['@odata.nextLink'] ?? link)
    const tooOld = {
      status: 410,
      headers: { location: 'http://directory.test:7490/v1.0/users/delta?$deltatoken=' },
      body: { error: { code: 'syncStateNotFound' } },
    }
    const before = directory.time.now
    directory.time.now = before + 30 * DAY_MS
    const today = async () =>
      directory.speakWith({
        authorization: `Bearer ${await directory.tokenFor(old.tenantId, old.clientId, old.clientSecret)}`,
      })
    expect((await (await today())('GET', link)).status).toBe(200)
    directory.time.now = before + 30 * DAY_MS + 1
    for (const path of [link, first]) expect(await (await today())('GET', path)).toMatchObject(tooOld)
    directory.time.now = before

    for (let made = 0; made < 2; made += 1) await old.person()
    await old.changesNow()
    expect((await old.graph('GET', link)).body.value).toHaveLength(2)
    await directory.pool.query(
      `delete from directory.changes c where tenant_id = $1 and sequence < (select max(sequence) from directory.changes where tenant_id = $1)`,
      [old.tenantId],
    )
    expect(await old.graph('GET', link)).toMatchObject(tooOld)
    const ahead = seal({ tenant: old.tenantId, of: 'users', state: { kind: 'done', top: 1, upTo: 10_000, at: before } })
    expect(await old.graph('GET', `/users/delta?$deltatoken=${ahead}`)).toMatchObject(tooOld)
    expect((await old.graph('GET', '/users/delta?$deltatoken=')).status).toBe(200)
  })
})
