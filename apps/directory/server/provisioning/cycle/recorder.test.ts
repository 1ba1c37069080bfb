import { randomUUID } from 'node:crypto'
import { run, type Tx } from '@muster/service-kit/database.ts'
import { describe, expect, test } from 'vitest'
import { LostLease, takeLease } from '../job/lease.ts'
import type { Link } from '../steps/link.ts'
import { openWorld } from '../testing/test-world.ts'
import { openRecorder } from './recorder.ts'

/** A recorder of a job that nobody else works on, for `atWork` who work side by side. */
async function openAtWork(atWork: number) {
  const world = await openWorld()
  const lease = await takeLease(world.database, world.key, 'test', world.clock.now())
  if (!lease) throw new Error('Somebody else holds the lease.')
  const recorder = openRecorder(world.deps, lease)
  for (let at = 0; at < atWork; at += 1) recorder.join()
  const links = () =>
    world.rows<{ source_id: string; target_id: string }>(
      'select source_id, target_id from directory.links where tenant_id = $1 order by match_value',
    )
  return { world, lease, recorder, links }
}

const transactionOf = async (tx: Tx) =>
  (await run<{ id: string }>(tx, 'select pg_current_xact_id()::text id', []))[0]?.id

/** Links in the order of their values to match. */
let made = 0
const link = (given: Partial<Link> = {}): Link => {
  made += 1
  return {
    sourceType: 'User',
    sourceId: randomUUID(),
    targetId: randomUUID(),
    matchAttribute: 'userName',
    matchValue: String(made).padStart(6, '0'),
    displayName: 'Somebody',
    isManaged: true,
    digest: undefined,
    linkedCycle: 1,
    seenCycle: 1,
    ...given,
  }
}

const pair = ({ sourceId, targetId }: Link) => ({ source_id: sourceId, target_id: targetId })

describe('what is remembered side by side', () => {
  test('shares a transaction once half of those at work wait for one', async () => {
    const { recorder } = await openAtWork(6)
    const ids = await Promise.all([1, 2, 3].map(() => recorder.record(transactionOf)))
    expect(new Set(ids).size).toBe(1)
  })

  test('does not wait for ever for those whom a slow target holds up', async () => {
    const { recorder } = await openAtWork(16)
    expect(await recorder.record(transactionOf)).toEqual(expect.any(String))
  })

  test.each([1, 2, 3, 4, 5])('number %i of five fails, and it alone', async (bad) => {
    const { recorder, links } = await openAtWork(10)
    const five = [1, 2, 3, 4, 5].map(() => link())
    const outcomes = await Promise.allSettled(
      five.map((one, at) =>
        recorder.record((_tx, gathered) => {
          gathered.link(one)
          if (at + 1 === bad) throw new Error('mine')
        }),
      ),
    )
    expect(outcomes.map(({ status }) => status === 'rejected')).toEqual([1, 2, 3, 4, 5].map((at) => at === bad))
    expect(await links()).toEqual(five.filter((_, at) => at + 1 !== bad).map(pair))
  })

  test('two links to one target: the second fails, and the others are kept', async () => {
    const { recorder, links } = await openAtWork(8)
    const [first, other] = [link(), link()]
    const four = [first, other, link({ targetId: first.targetId }), link()]
    const outcomes = await Promise.allSettled(four.map((one) => recorder.record((_tx, { link }) => link(one))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await links()).toEqual([first, other, four[3] as Link].map(pair))
  })

  test('a link that is no longer managed gives way to whoever matches its target now', async () => {
    const { recorder, links } = await openAtWork(4)
    const left = link({ isManaged: false })
    await recorder.record((_tx, gathered) => gathered.link(left))
    const [heir, stranger] = [link({ targetId: left.targetId }), link()]
    await Promise.all([heir, stranger].map((one) => recorder.record((_tx, gathered) => gathered.link(one))))
    expect(await links()).toEqual([heir, stranger].map(pair))
  })

  test('a link gives way while its owner is linked anew in the same transaction', async () => {
    const { recorder, links } = await openAtWork(4)
    const left = link({ isManaged: false })
    await recorder.record((_tx, gathered) => gathered.link(left))
    const both = [{ ...left, targetId: 'another' }, link({ targetId: left.targetId })]
    await Promise.all(both.map((one) => recorder.record((_tx, gathered) => gathered.link(one))))
    expect(await links()).toEqual(both.map(pair))
  })

  test('managers are confirmed for their own reports only', async () => {
    const { world, recorder } = await openAtWork(4)
    const manager = (ownerTargetId: string, ...targetIds: string[]) =>
      ({ ownerType: 'User', ownerTargetId, attribute: 'manager', targetIds }) as const
    const [ann, bob] = [manager('ann', 'x', 'y'), manager('bob', 'y', 'x')]
    await Promise.all([ann, bob].map((one) => recorder.record((_tx, gathered) => gathered.doubt(one))))
    const answered = [manager('ann', 'x'), manager('bob', 'y')]
    await Promise.all(answered.map((one) => recorder.record((_tx, gathered) => gathered.confirm(one))))
    expect(
      await world.rows(
        `select owner_target_id || ' ' || target_id as pair from directory.references_sent
         where tenant_id = $1 and confirmed order by 1`,
      ),
    ).toEqual([{ pair: 'ann x' }, { pair: 'bob y' }])
  })

  test('nothing is kept, nor even asked for, once the lease is someone else’s', async () => {
    const { world, lease, recorder, links } = await openAtWork(6)
    const later = new Date(world.clock.now().getTime() + 3_600_000)
    expect(await takeLease(world.database, lease, 'other', later)).toBeDefined()
    let asked = 0
    const outcomes = await Promise.allSettled(
      [link(), link(), link()].map((one) =>
        recorder.record((_tx, gathered) => {
          asked += 1
          gathered.link(one)
        }),
      ),
    )
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(LostLease) })
    expect(asked).toBe(0)
    expect(await links()).toEqual([])
  })

  test('nothing more is recorded in a run whose database was away, also when it is back', async () => {
    const { recorder, links } = await openAtWork(4)
    const outcomes = await Promise.allSettled([
      recorder.record((_tx, gathered) => gathered.link(link())),
      recorder.record((tx) => run(tx, 'select pg_terminate_backend(pg_backend_pid())', [])),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await expect(recorder.record((_tx, gathered) => gathered.link(link()))).rejects.toThrow()
    expect(await links()).toEqual([])
  })
})
