import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { openTestDirectory } from '../testing/test-directory.ts'
import { purge } from './purge.ts'

const DAY_MS = 86_400_000
let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeEach(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

/** Lets days go by and clears away what has had its time; answers what went wrong. */
const purgeAfter = async (days: number): Promise<unknown[]> => {
  directory.time.now += days * DAY_MS
  const faults: unknown[] = []
  await purge(directory.database, {
    clock: directory.deps.clock,
    onFault: (error) => void faults.push(error),
    isStopping: () => false,
  })
  return faults
}

/** The tenant's admin client with a token of today. */
const graphToday = async () =>
  directory.speakWith({
    authorization: `Bearer ${await directory.tokenFor(tenant.tenantId, tenant.clientId, tenant.clientSecret)}`,
  })

const rows = async (text: string) => (await directory.pool.query(text)).rows

describe('deleted items', () => {
  test('stay for 30 days, then go as an administrator would purge them', async () => {
    const [user, other, group] = [await tenant.person(), await tenant.person(), await tenant.group()]
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user.id}` }
    await tenant.graph('POST', `/groups/${group.id}/members/$ref`, reference)
    await tenant.graph('PUT', `/users/${other.id}/manager/$ref`, reference)
    await tenant.graph('DELETE', `/users/${user.id}`)
    const before = await tenant.changesNow()

    expect(await purgeAfter(29.9)).toEqual([])
    let graph = await graphToday()
    expect((await graph('GET', `/directory/deletedItems/${user.id}`)).status).toBe(200)
    expect(await tenant.changesAfter(before)).toEqual([])

    expect(await purgeAfter(0.1)).toEqual([])
    graph = await graphToday()
    expect((await graph('GET', `/directory/deletedItems/${user.id}`)).status).toBe(404)
    expect((await graph('GET', `/users/${other.id}/manager`)).status).toBe(404)
    expect(await tenant.changesAfter(before)).toEqual([
      `reference remove User ${other.id} manager ${user.id}`,
      `reference remove Group ${group.id} members ${user.id}`,
      `object hardDelete User ${user.id} v3`,
    ])
    expect(
      await rows(
        `select activity, target ->> 'id' as target_id, initiated_by from directory.audit_entries order by id desc limit 1`,
      ),
    ).toMatchObject([
      { activity: 'Hard Delete user', target_id: user.id, initiated_by: { app: { displayName: 'Muster' } } },
    ])
  })

  test('groups go too, with their members', async () => {
    const [user, group] = [await tenant.person(), await tenant.group()]
    await tenant.graph('POST', `/groups/${group.id}/members/$ref`, { '@odata.id': `directoryObjects/${user.id}` })
    await tenant.graph('DELETE', `/groups/${group.id}`)
    const before = await tenant.changesNow()
    await purgeAfter(30)
    expect(await tenant.changesAfter(before)).toEqual([
      `reference remove Group ${group.id} members ${user.id}`,
      `object hardDelete Group ${group.id} v3`,
    ])
    expect((await (await graphToday())('GET', `/users/${user.id}`)).status).toBe(200)
  })

  test('more of them than are read at once go, and of every tenant, while what was restored or deleted later stays', async () => {
    const other = await directory.openTenant()
    const [theirs, restored, later] = [await other.person(), await tenant.person(), await tenant.person()]
    await other.graph('DELETE', `/users/${theirs.id}`)
    await tenant.graph('DELETE', `/users/${restored.id}`)
    await tenant.graph('POST', `/directory/deletedItems/${restored.id}/restore`)
    await directory.pool.query(
      `insert into directory.users (tenant_id, id, user_principal_name, display_name, display_name_key, account_enabled, properties,
         created_at, last_modified_at, deleted_at)
       select $1, gen_random_uuid(), 'x@muster.example', 'x', 'x', true, '{}', $2, $2, $2 from generate_series(1, 210)`,
      [tenant.tenantId, directory.deps.clock.now()],
    )
    directory.time.now += DAY_MS
    await (await graphToday())('DELETE', `/users/${later.id}`)
    expect(await purgeAfter(29.5)).toEqual([])
    expect(await rows('select id from directory.users where deleted_at is not null')).toEqual([{ id: later.id }])
    const graph = await graphToday()
    expect((await graph('GET', `/users/${restored.id}`)).status).toBe(200)
  })

  test('two nodes at once, and a restore at the same moment, do everything once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => tenant.person()))
    for (const { id } of people) await tenant.graph('DELETE', `/users/${id}`)
    directory.time.now += 30 * DAY_MS
    const graph = await graphToday()
    const before = await tenant.changesNow()
    const restored = people.slice(6).map(({ id }) => graph('POST', `/directory/deletedItems/${id}/restore`))
    expect((await Promise.all([purgeAfter(0), purgeAfter(0)])).flat()).toEqual([])
    const outcomes = (await Promise.all(restored)).map(({ status }) => status)
    const changes = (await tenant.changesAfter(before)).map((change) => change.split(' ').slice(0, 4).join(' '))
    const expected = people.map(({ id }, place) =>
      outcomes[place - 6] === 200 ? `object restore User ${id}` : `object hardDelete User ${id}`,
    )
    expect(changes.sort()).toEqual(expected.sort())
  })

  test('a process that is stopping leaves the rest for later', async () => {
    const { id } = await tenant.person()
    await tenant.graph('DELETE', `/users/${id}`)
    directory.time.now += 31 * DAY_MS
    const { clock } = directory.deps
    await purge(directory.database, { clock, onFault: () => {}, isStopping: () => true })
    expect(await rows('select id from directory.users where deleted_at is not null')).toEqual([{ id }])
  })

  test('one that cannot go is told of and holds up none of the others', async () => {
    const [stuck, user] = [await tenant.person(), await tenant.person()]
    for (const { id } of [stuck, user]) await tenant.graph('DELETE', `/users/${id}`)
    await directory.pool.query(`create function directory.refuse() returns trigger language plpgsql as
      $$ begin raise exception 'stuck'; end $$`)
    await directory.pool.query(`create trigger refuse before delete on directory.users for each row
      when (old.id = '${stuck.id}') execute function directory.refuse()`)
    expect(await purgeAfter(31)).toMatchObject([{ message: expect.stringContaining('stuck') }])
    expect(await rows('select id from directory.users where deleted_at is not null')).toEqual([{ id: stuck.id }])
  })
})

describe('the change feed', () => {
  /** A job of the tenant that has read up to `watermark`. */
  const jobAt = async (watermark: number, readAt: Date): Promise<string> => {
    const template = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
    const { body } = await tenant.graph('POST', `/applicationTemplates/${template}/instantiate`, { displayName: 'App' })
    const path = `/servicePrincipals/${body.servicePrincipal.id}/synchronization/jobs`
    const job = await tenant.graph('POST', path, { templateId: 'scim' })
    await directory.pool.query('update directory.jobs set watermark = $1, watermark_at = $2 where job_id = $3', [
      watermark,
      readAt,
      job.body.id,
    ])
    return job.body.id
  }
  const left = async () => (await rows('select sequence from directory.changes order by sequence')).length

  test('keeps 31 days', async () => {
    await tenant.person()
    await tenant.changesNow()
    await purgeAfter(30.9)
    expect(await left()).toBeGreaterThan(0)
    await purgeAfter(0.2)
    expect(await left()).toBe(0)
  })

  test('keeps what a job that goes on from its watermark has not read', async () => {
    for (let made = 0; made < 4; made += 1) await tenant.person()
    const last = await tenant.changesNow()
    await jobAt(last - 2, new Date(directory.time.now + 20 * DAY_MS))
    await jobAt(last - 1, new Date(directory.time.now + 20 * DAY_MS))
    await purgeAfter(40)
    expect(await left()).toBe(2)
  })

  test('waits for no job that will begin anew, but for a cycle that is running, however old it is', async () => {
    for (let made = 0; made < 4; made += 1) await tenant.person()
    const last = await tenant.changesNow()
    const jobId = await jobAt(last - 3, new Date(directory.time.now))
    await directory.pool.query(
      `insert into directory.cycles (tenant_id, job_id, number, cycle_id, kind, state, watermark_before, watermark_after, began_at)
       values ($1, $2, 1, gen_random_uuid(), 'Incremental', 'Running', $3, $4, $5)`,
      [tenant.tenantId, jobId, last - 3, last, directory.deps.clock.now()],
    )
    await purgeAfter(40)
    expect(await left()).toBe(3)
    await directory.pool.query(`update directory.cycles set state = 'Failed'`)
    await purgeAfter(0)
    expect(await left()).toBe(0)
  })

  test("another tenant's job keeps nothing of this one", async () => {
    await tenant.person()
    const last = await tenant.changesNow()
    await jobAt(0, new Date(directory.time.now + 20 * DAY_MS))
    const other = await directory.openTenant()
    await other.person()
    await other.changesNow()
    await purgeAfter(40)
    expect(await rows('select distinct tenant_id from directory.changes')).toEqual([{ tenant_id: tenant.tenantId }])
    expect(await left()).toBe(last)
  })
})

test('audit entries are kept for 30 days', async () => {
  const user = await tenant.person()
  const ofUser = () => rows(`select entry_id from directory.audit_entries where target ->> 'id' = '${user.id}'`)
  await expect.poll(() => rows('select id from directory.audit_entries where sequence is null')).toEqual([])
  await purgeAfter(29.9)
  expect(await ofUser()).toHaveLength(1)
  await purgeAfter(0.2)
  expect(await ofUser()).toHaveLength(0)
})

test('a directory that runs does so every ten minutes by itself', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
  const { id } = await tenant.person()
  await tenant.graph('DELETE', `/users/${id}`)
  directory.time.now += 30 * DAY_MS
  await vi.advanceTimersByTimeAsync(600_000)
  await expect.poll(() => rows('select id from directory.users where deleted_at is not null')).toEqual([])
})
