import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestAnswer, TestCaller, TestPortal } from '../portal-for-tests.ts'
import { GROUP_SCHEMA, PATCH, scimCaller, scimForTests } from '../scim/scim-for-tests.ts'
import { personForTests, signIn, type TestPerson } from './person-for-tests.ts'

let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let workspaceId: string
let count = 0

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  workspaceId = made.workspace.workspaceId
})

const setActive = (id: string, active: boolean) =>
  scim(`/Users/${id}`, {
    method: 'PATCH',
    body: PATCH({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
  })

const ADMIN = { roles: [{ type: 'BASIC', role: 'ADMIN' }] }

async function admin(): Promise<TestPerson> {
  const person = await personForTests(portal, workspaceId, scim, `admin${++count}@example.com`)
  await api(`/api/v1/users/${person.id}/roles`, { method: 'PUT', body: ADMIN })
  return person
}

/** What somebody who may do everything can send: reads, and writes of every room, each of which is audited. */
function requestsOf({ browser, token }: TestPerson, other: string): (() => Promise<TestAnswer>)[] {
  const tag = () => `at-once-${++count}`
  return [browser, token].flatMap((call) => [
    () => call('/api/v1/me'),
    () => call('/api/v1/teams', { body: { teamTag: tag(), type: 'CORTEX', metadata: { name: 'At once' } } }),
    () => call('/api/v1/auth/key', { body: { name: tag(), roles: [{ type: 'BASIC', role: 'VIEWER' }] } }),
    () =>
      call(`/api/v1/users/${other}/roles`, {
        method: 'PUT',
        body: { roles: [{ type: 'BASIC', role: ++count % 2 ? 'USER' : 'MANAGER' }] },
      }),
    () => call('/api/v1/roles', { body: { name: tag(), permissions: [] } }),
    () => scimCaller(call)('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: tag() } }),
    () =>
      scimCaller(call)(`/Users/${other}`, {
        method: 'PATCH',
        body: PATCH({ op: 'replace', path: 'title', value: tag() }),
      }),
  ])
}

const written = async (email: string) => {
  const rows = await run<{ entries: number }>(
    portal.deps.database,
    'select count(*)::int as entries from portal.audit_entries where actor_email = $1',
    [email],
  )
  return rows[0]?.entries ?? 0
}

const HELD = `select u.email from portal.users u where not u.active and (
  exists (select from portal.user_roles r where r.user_id = u.id) or exists (select from portal.team_members m where m.user_id = u.id)
  or exists (select from portal.sessions s where s.user_id = u.id) or exists (select from portal.access_tokens t where t.user_id = u.id))`

/** Rounds of the bombardment; in each, 14 requests are under way when the leaver leaves, again and again. */
const ROUNDS = 40

describe('at once', () => {
  test(`no request sent after the answer is accepted, and no write commits after it (${ROUNDS} rounds)`, async () => {
    const { id: other } = await personForTests(portal, workspaceId, scim, 'bystander@example.com')
    const tally = { sent: 0, accepted: 0, refused: 0, acceptedLate: 0, committedLate: 0 }
    for (let round = 0; round < ROUNDS; round += 1) {
      const person = await admin()
      let answered = false
      // Each sender goes on, one request behind the other, until one that was sent after the answer.
      const senders = requestsOf(person, other).map(async (send) => {
        for (let late = false; !late; ) {
          late = answered
          const { status } = await send()
          tally.sent += 1
          tally[status === 401 ? 'refused' : 'accepted'] += 1
          if (late && status !== 401) tally.acceptedLate += 1
        }
      })
      for (let turn = 0; turn < 4 + (round % 12); turn += 1) await new Promise(setImmediate)
      const gone = await setActive(person.id, false)
      answered = true
      const before = await written(person.email)
      await Promise.all(senders)
      tally.committedLate += (await written(person.email)) - before
      expect(gone.status).toBe(200)
    }
    expect(tally).toMatchObject({ acceptedLate: 0, committedLate: 0 })
    expect(tally.accepted).toBeGreaterThan(ROUNDS)
    expect(tally.refused).toBeGreaterThan(ROUNDS * 14)
    expect(await run(portal.deps.database, HELD, [])).toEqual([])
  }, 120_000)
})

describe('giving access at once with a deprovisioning, and with a return', () => {
  test('leaves nobody inactive holding anything, and revives nothing that was removed', async () => {
    const rounds = await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        const person = await personForTests(portal, workspaceId, scim, `lane${lane}@example.com`)
        const team = `lane-${lane}`
        await api('/api/v1/teams', { body: { teamTag: team, type: 'CORTEX', metadata: { name: team } } })
        const newGroup = async (name: string) =>
          (await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: `${team} ${name}` } })).json
            .id as string
        const [joins, leaves] = [await newGroup('joins'), await newGroup('leaves')]
        const members = (group: string, op: string) =>
          scim(`/Groups/${group}`, {
            method: 'PATCH',
            body: PATCH({ op, path: 'members', value: [{ value: person.id }] }),
          })
        const unlikely: unknown[] = []
        for (let round = 0; round < 12; round += 1)
          for (const active of [false, true]) {
            await members(joins, 'Remove')
            await members(leaves, 'Add')
            const attempts = [
              setActive(person.id, active),
              signIn(portal, workspaceId, person).catch(() => undefined),
              api(`/api/v1/users/${person.id}/roles`, {
                method: 'PUT',
                body: { roles: [{ type: 'BASIC', role: 'USER' }] },
              }),
              api(`/api/v1/teams/${team}/members`, { body: { email: person.email } }),
              members(joins, 'Add'),
              members(leaves, 'Remove'),
            ]
            // Another order each time: what is sent first is under way first.
            const shift = round % attempts.length
            const answers = await Promise.all([...attempts.slice(shift), ...attempts.slice(0, shift)])
            unlikely.push(...answers.filter((answer) => answer && 'status' in answer && answer.status >= 500))
            const { groups = [], active: now } = (await scim(`/Users/${person.id}`)).json
            // Whichever came first, the provider's last word holds: in the one group, and not in the other.
            expect([active, now, groups.map(({ value }: { value: string }) => value)]).toEqual([
              active,
              active,
              active ? [joins] : [],
            ])
          }
        return unlikely
      }),
    )
    expect(rounds.flat()).toEqual([])
    expect(await run(portal.deps.database, HELD, [])).toEqual([])
    const standing = 'select 1 from portal.standing_members s join portal.users u on u.id = s.user_id where u.active'
    expect(await run(portal.deps.database, standing, [])).toEqual([])
  }, 120_000)
})
