import { setTimeout as sleep } from 'node:timers/promises'
import type { RunningMuster } from './muster-process.ts'

/** People whom the writers change, in pairs: of each pair exactly one is in the writers' group. */
const PAIRS = 4
const SCHEMAS = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
const MARKED = ['displayName', 'title', 'nickName'] as const

interface Target {
  readonly path: string
  /** The write that was last answered with success. */
  acknowledged: number
  /** The write that was last sent; above `acknowledged` while its answer is out. */
  sent: number
}

/**
 * A second client of the portal, besides the directory: several writers at once, each the only one to write what is
 * its own, so that what must be there after a crash is known. A user's write sets three attributes to one number, a
 * group's takes one person out and puts another in, in one PATCH.
 */
export async function openWriters({ admin, scimUrl }: RunningMuster) {
  const people: string[] = []
  for (let place = 0; place < PAIRS * 2; place += 1) {
    const { json } = await admin.ask(`${scimUrl}/Users`, {
      json: {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: `writer${place}@elsewhere.example`,
        active: true,
        displayName: '0',
        title: '0',
        nickName: '0',
      },
      expect: 201,
    })
    people.push(json.id)
  }
  const pairs = Array.from({ length: PAIRS }, (_, place) => people.slice(place * 2, place * 2 + 2))
  const group = await admin.ask(`${scimUrl}/Groups`, {
    json: {
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      displayName: 'Writers',
      members: pairs.map(([first]) => ({ value: first })),
    },
    expect: 201,
  })
  const groupId: string = group.json.id
  const users: Target[] = people.slice(0, PAIRS).map((id) => ({ path: `/Users/${id}`, acknowledged: 0, sent: 0 }))
  const places: Target[] = pairs.map(() => ({ path: `/Groups/${groupId}`, acknowledged: 0, sent: 0 }))
  const total = () => [...users, ...places].reduce((sum, { acknowledged }) => sum + acknowledged, 0)

  const userWrite = (write: number) => MARKED.map((path) => ({ op: 'replace', path, value: String(write) }))
  const placeWrite = (pair: readonly string[], write: number) => {
    const [comes, goes] = write % 2 === 0 ? pair : [...pair].reverse()
    return [
      { op: 'remove', path: `members[value eq "${goes}"]` },
      { op: 'add', path: 'members', value: [{ value: comes }] },
    ]
  }

  return {
    groupId,
    people: new Set(people),
    acknowledged: total,
    /** Writes until the portal is gone, or `stop` is called; resolves when every writer is silent. */
    run(muster: RunningMuster) {
      let isStopped = false
      const unexpected: string[] = []
      const writer = async (target: Target, operations: (write: number) => readonly object[]) => {
        while (!isStopped) {
          const write = target.acknowledged + 1
          target.sent = write
          const answer = await muster.admin
            .ask(`${muster.scimUrl}${target.path}`, {
              method: 'PATCH',
              json: { schemas: SCHEMAS, Operations: operations(write) },
              expect: [200, 204, 500, 503],
            })
            .catch((error: Error) => {
              // An answer that came and is none of these is a fault of the portal; one that didn't come is the crash.
              if (error.name === 'TourError') unexpected.push(error.message)
              return undefined
            })
          // 500 and 503 are what a portal says whose PostgreSQL was killed: the write may be there, or not.
          if (!answer || answer.status >= 500) return
          target.acknowledged = write
          await sleep(1)
        }
      }
      const all = Promise.all([
        ...users.map((target) => writer(target, userWrite)),
        ...places.map((target, place) => writer(target, (write) => placeWrite(pairs[place] ?? [], write))),
      ])
      return {
        async stop(): Promise<string[]> {
          isStopped = true
          await all
          return unexpected
        },
      }
    },
    /**
     * Compares what the portal holds with what was acknowledged, and goes on from what is there. The one write whose
     * answer never came may be there or not, but whole.
     */
    async check({ admin, scimUrl }: RunningMuster): Promise<string[]> {
      const lost: string[] = []
      const settle = (what: string, target: Target, found: readonly number[]) => {
        const [write] = found
        if (found.some((one) => one !== write)) lost.push(`${what}: half a PATCH is there: ${found.join(', ')}`)
        if (write !== target.acknowledged && write !== target.sent)
          lost.push(`${what}: ${target.acknowledged} was acknowledged, ${target.sent} sent, ${write} is there`)
        target.acknowledged = target.sent = write ?? 0
      }
      for (const target of users) {
        const { json } = await admin.ask(`${scimUrl}${target.path}`)
        settle(
          target.path,
          target,
          MARKED.map((name) => Number(json[name])),
        )
      }
      const { json } = await admin.ask(`${scimUrl}/Groups/${groupId}`)
      const members = new Set<string>(json.members?.map(({ value }: { value: string }) => value))
      for (const [place, target] of places.entries()) {
        const [first, second] = (pairs[place] ?? []).map((id) => members.has(id))
        if (first === second) lost.push(`pair ${place} of the group: ${first ? 'both' : 'none'} of two is there`)
        // Which of the two is in says whether the number of writes is even; only the last one may be in doubt.
        const isEven = first === true
        const candidates = [target.acknowledged, target.sent].filter((write) => (write % 2 === 0) === isEven)
        settle(`pair ${place} of the group`, target, [candidates[0] ?? -1])
      }
      return lost
    },
  }
}

export type Writers = Awaited<ReturnType<typeof openWriters>>
