import { run, type Tx } from '@muster/service-kit/database.ts'
import type { FastifyRequest } from 'fastify'
import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { deleteAccessTokensOf } from '../access-tokens/repository.ts'
import { deleteApiKey } from '../api-keys/repository.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { beginSession } from '../sessions/begin-session.ts'
import { deleteSessionsOf } from '../sessions/repository.ts'
import { untilSomeoneWaits } from '../testing/until-someone-waits.ts'
import { lockForChange, lockOnBehalf } from '../users/repository.ts'
import type { Actor } from './actor.ts'
import { authenticate } from './authenticate.ts'
import { confirm, confirmWithSettings } from './confirm.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspaceId: string
let admin: TestCaller
let bystander: string
let people = 0

/** Every way to confirm an actor: by itself, and on the way to something else. */
const WAYS: readonly { readonly by: string; readonly hold: (tx: Tx, actor: Actor) => Promise<unknown> }[] = [
  { by: 'by itself', hold: confirm },
  { by: 'with the settings', hold: confirmWithSettings },
  { by: 'with a person', hold: (tx, actor) => lockOnBehalf(tx, actor, { workspaceId, id: bystander }) },
]
const inEveryWay = <Case extends object>(cases: readonly Case[]) =>
  cases.flatMap((one) => WAYS.map((way) => ({ ...one, ...way })))

beforeAll(async () => {
  portal = await portalForTests(database)
  const workspace = await portal.newWorkspace()
  workspaceId = workspace.workspaceId
  admin = portal.withBearer(workspace.adminApiKey)
  bystander = (await person('bystander')).id
})

const actorOf = (headers: Record<string, string>, cookies = {}) =>
  authenticate({ headers, cookies } as unknown as FastifyRequest, portal.deps)

async function person(name: string) {
  people += 1
  const email = `${name}-${people}@acme.example`
  const { id } = (await admin('/api/v1/users', { body: { email, name: email } })).json
  const session = await database.transaction((tx) =>
    beginSession(tx, portal.clock.now(), {
      workspaceId,
      userId: id,
      email,
      name: email,
      via: 'OPENID',
      origin: {},
      userAgent: undefined,
    }),
  )
  return { id, cookie: session.value }
}

test.each(
  inEveryWay([
    {
      what: 'a session, by deprovisioning',
      prepare: async () => {
        const { id, cookie } = await person('session')
        return {
          actor: await actorOf({}, { muster_session: cookie }),
          end: () => admin(`/api/v1/users/${id}`, { method: 'DELETE' }),
        }
      },
    },
    {
      what: 'a token, by deprovisioning',
      prepare: async () => {
        const { id, cookie } = await person('token')
        const { token } = (
          await portal.withCookie(`muster_session=${cookie}`)('/api/v1/access-tokens', { body: { name: 't' } })
        ).json
        return {
          actor: await actorOf({ authorization: `Bearer ${token}` }),
          end: () => admin(`/api/v1/users/${id}`, { method: 'DELETE' }),
        }
      },
    },
    {
      what: 'a session, ended by an admin',
      prepare: async () => {
        const { id, cookie } = await person('ended')
        const [session] = (await admin(`/api/v1/sessions?userId=${id}`)).json.sessions
        return {
          actor: await actorOf({}, { muster_session: cookie }),
          end: () => admin(`/api/v1/sessions/${session.id}`, { method: 'DELETE' }),
        }
      },
    },
    {
      what: 'an API key, deleted',
      prepare: async () => {
        const { apiKey, cid } = (
          await admin('/api/v1/auth/key', { body: { name: 'k', roles: [{ type: 'BASIC', role: 'USER' }] } })
        ).json
        return {
          actor: await actorOf({ authorization: `Bearer ${apiKey}` }),
          end: () => admin(`/api/v1/auth/key/${cid}`, { method: 'DELETE' }),
        }
      },
    },
  ]),
)('a write under way is waited for, a later one refused: $what, confirmed $by', async ({ prepare, hold }) => {
  const { actor, end } = await prepare()
  const order: string[] = []
  const confirmed = Promise.withResolvers<void>()
  const writing = database.transaction(async (tx) => {
    await hold(tx, actor)
    confirmed.resolve()
    await untilSomeoneWaits(tx)
    order.push('written')
  })
  await confirmed.promise
  const ending = end().then(({ status }) => {
    order.push('ended')
    return status
  })
  await writing
  expect(await ending).toBe(200)
  expect(order).toEqual(['written', 'ended'])
  await expect(database.transaction((tx) => hold(tx, actor))).rejects.toMatchObject({ code: 'unauthorized' })
})

test.each(
  inEveryWay([
    {
      what: 'a session',
      prepare: async () => {
        const { id, cookie } = await person('session')
        const actor = await actorOf({}, { muster_session: cookie })
        return {
          actor,
          end: (tx: Tx) => lockForChange(tx, { workspaceId, id }).then(() => deleteSessionsOf(tx, workspaceId, id)),
        }
      },
    },
    {
      what: 'a token',
      prepare: async () => {
        const { id, cookie } = await person('token')
        const { token } = (
          await portal.withCookie(`muster_session=${cookie}`)('/api/v1/access-tokens', { body: { name: 't' } })
        ).json
        const actor = await actorOf({ authorization: `Bearer ${token}` })
        return {
          actor,
          end: (tx: Tx) => lockForChange(tx, { workspaceId, id }).then(() => deleteAccessTokensOf(tx, workspaceId, id)),
        }
      },
    },
    {
      what: 'an API key',
      prepare: async () => {
        const { apiKey, cid } = (
          await admin('/api/v1/auth/key', { body: { name: 'k', roles: [{ type: 'BASIC', role: 'USER' }] } })
        ).json
        const actor = await actorOf({ authorization: `Bearer ${apiKey}` })
        return { actor, end: (tx: Tx) => deleteApiKey(tx, workspaceId, cid) }
      },
    },
  ]),
)('a write that began while $what was being ended sees it gone, confirmed $by', async ({ prepare, hold }) => {
  const { actor, end } = await prepare()
  const ended = Promise.withResolvers<void>()
  const ending = database.transaction(async (tx) => {
    await end(tx)
    ended.resolve()
    await untilSomeoneWaits(tx)
  })
  await ended.promise
  const writing = database.transaction((tx) => hold(tx, actor))
  await Promise.all([expect(writing).rejects.toMatchObject({ code: 'unauthorized' }), ending])
})

test('people who write while they are deprovisioned wait for it; they meet in no deadlock', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { id, cookie } = await person('busy')
    const browser = portal.withCookie(`muster_session=${cookie}`)
    const make = () => browser('/api/v1/access-tokens', { body: { name: 'mine' } })
    const [before, ended, after] = await Promise.all([
      make(),
      admin(`/api/v1/users/${id}`, { method: 'DELETE' }),
      make(),
    ])
    expect(ended.status).toBe(200)
    for (const { status } of [before, after]) expect([200, 401]).toContain(status)
    expect(await run(database, 'select id from portal.access_tokens where user_id = $1', [id])).toEqual([])
  }
  const [met] = await run<{ deadlocks: number }>(
    database,
    'select deadlocks::int from pg_stat_database where datname = current_database()',
    [],
  )
  expect(met?.deadlocks).toBe(0)
})
