import { describe, expect, test } from 'vitest'
import type { Arrival } from '../testing/test-target.ts'
import { brokenWire, openWorld } from '../testing/test-world.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

/** In step: Ann reports to Bob, Cleo is there too, Ann and Bob are in the squad. */
async function worldInStep() {
  const world = await openWorld()
  const [ann, bob, cleo] = [await world.user(), await world.user(), await world.user()]
  const squad = await world.group('Squad', [ann.id, bob.id])
  await world.setManager(ann.id, bob.id)
  for (const { id } of [ann, bob, cleo, squad]) await world.assign(id)
  await world.start()
  await world.cycle({ asked: false })
  world.target.take()
  return { world, ann, bob, cleo, squad }
}

type Company = Awaited<ReturnType<typeof worldInStep>>

/** The target as people see it: who is active, reports to whom, is in the squad. By names, so that ids may change. */
function picture({ world }: Company) {
  const nameOf = (id: unknown) => String(world.target.users.get(String(id))?.displayName)
  return {
    people: [...world.target.users.values()]
      .map((user) => {
        const extension = user[ENTERPRISE] as { manager?: { value?: string } } | undefined
        const manager = extension?.manager?.value
        return `${user.displayName} ${user.active}${manager === undefined ? '' : ` < ${nameOf(manager)}`}`
      })
      .sort(),
    groups: [...world.target.groups].map(
      ([id, group]) =>
        `${group.displayName}: ${[...(world.target.members.get(id) ?? [])].map(nameOf).sort().join(', ')}`,
    ),
  }
}

interface Loss {
  readonly why: string
  /** What is asked of the target. */
  readonly change: (company: Company) => Promise<unknown>
  /** The request on which the target acts, and whose answer is lost. */
  readonly lost: (arrival: Arrival) => boolean
  /** What happens in the directory before anybody asks again. */
  readonly meanwhile?: (company: Company) => Promise<unknown>
  readonly people: readonly string[]
  readonly groups: readonly string[]
}

const SQUAD = ['Squad: Person 1, Person 2']
const PEOPLE = ['Person 1 true < Person 2', 'Person 2 true', 'Person 3 true']
const patches =
  (where: string, what: RegExp) =>
  ({ method, path, text = '' }: Arrival) =>
    method === 'PATCH' && path.startsWith(where) && what.test(text ?? '')
const deletes =
  (where: string) =>
  ({ method, path }: Arrival) =>
    method === 'DELETE' && path.startsWith(where)

const LOSSES: readonly Loss[] = [
  {
    why: 'a member added',
    change: ({ world, squad, cleo }) => world.addMember(squad.id, cleo.id),
    lost: patches('/Groups', /"Add"/),
    people: PEOPLE,
    groups: ['Squad: Person 1, Person 2, Person 3'],
  },
  {
    why: 'a member added, and removed since',
    change: ({ world, squad, cleo }) => world.addMember(squad.id, cleo.id),
    lost: patches('/Groups', /"Add"/),
    meanwhile: ({ world, squad, cleo }) => world.removeMember(squad.id, cleo.id),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'a member removed',
    change: ({ world, squad, ann }) => world.removeMember(squad.id, ann.id),
    lost: patches('/Groups', /"Remove"/),
    people: PEOPLE,
    groups: ['Squad: Person 2'],
  },
  {
    why: 'a member removed, and added since',
    change: ({ world, squad, ann }) => world.removeMember(squad.id, ann.id),
    lost: patches('/Groups', /"Remove"/),
    meanwhile: ({ world, squad, ann }) => world.addMember(squad.id, ann.id),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'a manager given',
    change: ({ world, bob, cleo }) => world.setManager(bob.id, cleo.id),
    lost: patches('/Users', /"Add".*:manager"/),
    people: ['Person 1 true < Person 2', 'Person 2 true < Person 3', 'Person 3 true'],
    groups: SQUAD,
  },
  {
    why: 'a manager given, and taken since',
    change: ({ world, bob, cleo }) => world.setManager(bob.id, cleo.id),
    lost: patches('/Users', /"Add".*:manager"/),
    meanwhile: ({ world, bob }) => world.setManager(bob.id, undefined),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'another manager, and the one before since',
    change: ({ world, ann, cleo }) => world.setManager(ann.id, cleo.id),
    lost: patches('/Users', /"Replace".*:manager"/),
    meanwhile: ({ world, ann, bob }) => world.setManager(ann.id, bob.id),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'a manager taken, and given again since',
    change: ({ world, ann }) => world.setManager(ann.id, undefined),
    lost: patches('/Users', /"Remove".*:manager"/),
    meanwhile: ({ world, ann, bob }) => world.setManager(ann.id, bob.id),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'someone deactivated',
    change: ({ world, cleo }) => world.unassign(cleo.id),
    lost: patches('/Users', /"active"/),
    people: ['Person 1 true < Person 2', 'Person 2 true', 'Person 3 false'],
    groups: SQUAD,
  },
  {
    why: 'someone deactivated, and back since',
    change: ({ world, cleo }) => world.unassign(cleo.id),
    lost: patches('/Users', /"active"/),
    meanwhile: ({ world, cleo }) => world.assign(cleo.id),
    people: PEOPLE,
    groups: SQUAD,
  },
  {
    why: 'someone deleted',
    change: async ({ world, cleo }) => {
      await world.deleteUser(cleo.id)
      await world.purgeUser(cleo.id)
    },
    lost: deletes('/Users'),
    people: ['Person 1 true < Person 2', 'Person 2 true'],
    groups: SQUAD,
  },
  {
    why: 'a group deleted',
    change: ({ world, squad }) => world.unassign(squad.id),
    lost: deletes('/Groups'),
    people: PEOPLE,
    groups: [],
  },
  {
    why: 'a group deleted, and assigned again since: it is made once more, with its members',
    change: ({ world, squad }) => world.unassign(squad.id),
    lost: deletes('/Groups'),
    meanwhile: ({ world, squad }) => world.assign(squad.id),
    people: PEOPLE,
    groups: SQUAD,
  },
]

const forgotten = async ({ world }: Company) =>
  Promise.all([
    world.rows('select * from directory.escrows where tenant_id = $1'),
    world.rows('select * from directory.references_sent where tenant_id = $1 and not confirmed'),
  ])

describe('the answer to a request is lost', () => {
  test.each(LOSSES)('$why: the next cycle mends it', async ({ change, lost, meanwhile, people, groups }) => {
    const company = await worldInStep()
    const { world } = company
    await change(company)
    let losses = 0
    world.target.intercept = async (arrival, proceed) => {
      const answer = await proceed()
      if (!lost(arrival)) return answer
      losses += 1
      throw brokenWire()
    }
    expect(await world.cycle()).toBe('EntryLevelErrors')
    expect(losses).toBe(1)
    const failed = (await world.log()).filter(({ provisioningStatusInfo: { status } }) => status === 'failure')
    expect(failed.map(({ provisioningStatusInfo: { errorInformation } }) => errorInformation?.errorCode)).toEqual([
      'WebExceptionProtocolError',
    ])
    world.target.intercept = undefined
    await meanwhile?.(company)
    expect(await world.cycle()).toBe('Succeeded')
    expect(picture(company)).toEqual({ people, groups })
    expect(await forgotten(company)).toEqual([[], []])
  })

  test.each(LOSSES)('$why, and the process stops: another node mends it', async (loss) => {
    const { change, lost, meanwhile, people, groups } = loss
    const company = await worldInStep()
    const { world } = company
    await change(company)
    const dies = new AbortController()
    world.target.intercept = async (arrival, proceed) => {
      const answer = await proceed()
      if (lost(arrival)) dies.abort(new Error('killed'))
      dies.signal.throwIfAborted()
      return answer
    }
    expect(await world.cycle({ signal: dies.signal, holder: 'dead' })).toBeUndefined()
    world.target.intercept = undefined
    await meanwhile?.(company)
    expect(await world.cycle({ asked: false, holder: 'other' })).toBe('Succeeded')
    // What came after the cycle began is the next one's.
    if (meanwhile) expect(await world.cycle({ holder: 'other' })).toBe('Succeeded')
    expect(picture(company)).toEqual({ people, groups })
    expect(await forgotten(company)).toEqual([[], []])
    world.target.take()
    await world.cycle({ holder: 'other' })
    expect(world.target.take()).toEqual([])
  })
})
