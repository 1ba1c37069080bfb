import { randomUUID } from 'node:crypto'
import { execute } from '@muster/service-kit/database.ts'
import { expect, test } from 'vitest'
import { openWorld, type World } from '../provisioning/testing/test-world.ts'
import { purgeProvisioningLogs } from './purge.ts'

const DAY = 24 * 60 * 60 * 1000
const count = async (world: World, table: string) =>
  (await world.rows(`select 1 from directory.${table} where tenant_id = $1`)).length

test('log rows go thirty days after what they tell of, and not a moment earlier', async () => {
  const world = await openWorld()
  await world.assign((await world.user()).id)
  await world.start()
  await world.cycle({ asked: false })
  const [row] = await world.log()
  const time = Date.parse(row?.activityDateTime ?? '')
  await purgeProvisioningLogs(world.database, new Date(time + 30 * DAY))
  expect(await count(world, 'provisioning_log')).toBe(1)
  await purgeProvisioningLogs(world.database, new Date(time + 30 * DAY + 1))
  expect(await count(world, 'provisioning_log')).toBe(0)
})

test('more rows than one batch go, each through the index', async () => {
  const world = await openWorld()
  await execute(
    world.database,
    `insert into directory.provisioning_log (tenant_id, id, time, job_id, service_principal_id, cycle_id, change_id, action,
       status, duration_ms, source, target, steps, modified_properties)
     select $1, gen_random_uuid(), $2::timestamptz + n * interval '1 ms', 'j', $3, $3, $3, 'create', 'success', 1, '{}', '{}', '[]', '[]'
     from generate_series(1, 5000) n`,
    [world.tenantId, world.clock.now(), randomUUID()],
  )
  await purgeProvisioningLogs(world.database, new Date(world.clock.now().getTime() + 31 * DAY))
  expect(await count(world, 'provisioning_log')).toBe(0)
  const plan = await world.database.transaction(async (tx) => {
    await execute(tx, 'set local enable_seqscan = off', [])
    const { rows } = await tx.executeQuery<{ 'QUERY PLAN': string }>({
      sql: `explain select ctid from directory.provisioning_log where time < '2026-01-01' limit 10`,
      parameters: [],
      query: { kind: 'RawNode' },
    } as never)
    return rows.map((line) => line['QUERY PLAN']).join('\n')
  })
  expect(plan).toContain('provisioning_log_age')
})

test('old cycles go, but what the job shows stays as it is', async () => {
  const world = await openWorld()
  const user = await world.user()
  await world.assign(user.id)
  await world.start()
  await world.cycle({ asked: false })
  await world.cycle()
  await world.cycle()
  world.target.intercept = async ({ method }, proceed) =>
    method === 'PATCH' ? { status: 500, headers: {}, body: '' } : proceed()
  await world.changeUser(user.id, { displayName: 'Changed' })
  expect(await world.cycle()).toBe('EntryLevelErrors')
  world.target.intercept = async () => ({ status: 503, headers: {}, body: '' })
  for (let failures = 0; failures < 3; failures += 1) expect(await world.cycle()).toBe('Failed')
  const before = (await world.job()).status
  await purgeProvisioningLogs(world.database, new Date(world.clock.now().getTime() + 365 * DAY))
  const left = await world.rows<{ number: number }>(
    'select number::int from directory.cycles where tenant_id = $1 order by number',
  )
  // The last that exported, the last that succeeded, the last that went through, the last of all.
  expect(left.map(({ number }) => number)).toEqual([1, 3, 4, 7])
  expect((await world.job()).status).toEqual(before)
  expect(before.countSuccessiveCompleteFailures).toBe(3)
})

test('a running cycle stays, and so does one that ended lately', async () => {
  const world = await openWorld()
  await world.start()
  await world.cycle({ asked: false })
  await world.cycle()
  await purgeProvisioningLogs(world.database, world.clock.now())
  expect(await count(world, 'cycles')).toBe(2)
})
