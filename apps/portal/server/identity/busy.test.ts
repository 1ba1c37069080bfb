import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { beginSession } from '../sessions/begin-session.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspaceId: string
let admin: TestCaller
let bystander: string

beforeAll(async () => {
  portal = await portalForTests(database)
  const workspace = await portal.newWorkspace()
  workspaceId = workspace.workspaceId
  admin = portal.withBearer(workspace.adminApiKey)
  bystander = await person('bystander@acme.example')
})

const ADMIN = { type: 'BASIC', role: 'ADMIN' }

async function person(email: string): Promise<string> {
  return (await admin('/api/v1/users', { body: { email, name: email } })).json.id
}

/** Writes that queue up behind one row, in 12 lanes, until each lane was refused. */
async function bombard(call: TestCaller, end: () => Promise<TestAnswer>): Promise<{ ended: TestAnswer; late: number }> {
  const underWay = Promise.withResolvers<void>()
  let [accepted, late, turn, answered] = [0, 0, 0, false]
  const lanes = Array.from({ length: 12 }, async () => {
    for (let status = 200; status === 200; ) {
      const sentLate = answered
      const role = ++turn % 2 ? 'USER' : 'MANAGER'
      const body = { roles: [{ type: 'BASIC', role }] }
      status = (await call(`/api/v1/users/${bystander}/roles`, { method: 'PUT', body })).status
      if (status === 200 && sentLate) late += 1
      if (++accepted === 24 || status !== 200) underWay.resolve()
    }
  })
  await underWay.promise
  const ended = await end()
  answered = true
  await Promise.all(lanes)
  return { ended, late }
}

test.each([
  {
    what: 'a person who is deprovisioned',
    prepare: async () => {
      const id = await person('busy@acme.example')
      await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [ADMIN] } })
      const session = await database.transaction((tx) =>
        beginSession(tx, portal.clock.now(), {
          workspaceId,
          userId: id,
          email: 'busy@acme.example',
          name: 'Busy',
          via: 'OPENID',
          origin: {},
          userAgent: undefined,
        }),
      )
      return {
        call: portal.withCookie(`muster_session=${session.value}`),
        end: () => admin(`/api/v1/users/${id}`, { method: 'DELETE' }),
      }
    },
  },
  {
    what: 'a key that is deleted',
    prepare: async () => {
      const { apiKey, cid } = (await admin('/api/v1/auth/key', { body: { name: 'busy', roles: [ADMIN] } })).json
      return { call: portal.withBearer(apiKey), end: () => admin(`/api/v1/auth/key/${cid}`, { method: 'DELETE' }) }
    },
  },
])('however busy, $what is out at once', async ({ prepare }) => {
  const { call, end } = await prepare()
  const { ended, late } = await bombard(call, end)
  expect([ended.status, late]).toEqual([200, 0])
})
