import type { Tx } from '@muster/service-kit/database.ts'
import { beforeAll, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { Deed } from '../audit/deed.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, PATCH, scimForTests } from '../scim/scim-for-tests.ts'
import { untilSomeoneWaits } from '../testing/until-someone-waits.ts'
import { changeUser } from './change-user.ts'
import { deleteUser } from './delete-user.ts'
import { hasDeparted, marksOf } from './departed.ts'

let portal: TestPortal
let scim: TestCaller
let workspaceId: string
let deed: Deed

beforeAll(async () => {
  const made = await scimForTests((await freshDatabase()).database)
  ;({ portal, scim } = made)
  workspaceId = made.workspace.workspaceId
  deed = { actor: { type: 'SYSTEM', workspaceId, name: 'test' }, origin: {}, now: portal.clock.now() }
})

/** Sends a request while `first` is under way and not yet committed; `first` ends once the request waits for it. */
async function meanwhile<Answer>(first: (tx: Tx) => Promise<unknown>, send: () => Promise<Answer>): Promise<Answer> {
  const done = Promise.withResolvers<void>()
  const holding = portal.deps.database.transaction(async (tx) => {
    await first(tx)
    done.resolve()
    await untilSomeoneWaits(tx)
  })
  await done.promise
  const [answer] = await Promise.all([send(), holding])
  return answer
}

// A change is a few statements, each of which sees what was committed when it began: these are what one of them too few
// would miss.
test('a change that waited for another begins with what that one left', async () => {
  const { id } = (await scim('/Users', { body: entraUser('twice@acme.example') })).json
  const { json } = await meanwhile(
    (tx) => changeUser(tx, deed, { workspaceId, id }, (before) => ({ ...before, title: 'First', nickName: 'One' })),
    () => scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'title', value: 'Second' }) }),
  )
  expect(json).toMatchObject({ title: 'Second', nickName: 'One' })
})

test('a change that waited for a deletion finds nobody', async () => {
  const { id } = (await scim('/Users', { body: entraUser('gone@acme.example') })).json
  const { status } = await meanwhile(
    (tx) => deleteUser(tx, deed, portal.deps.secrets, { workspaceId, id }),
    () => scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'title', value: 'Late' }) }),
  )
  expect(status).toBe(404)
})

test('whoever is made again while their deletion is under way has not departed', async () => {
  const { database, secrets } = portal.deps
  const userName = 'again@acme.example'
  const { id } = (await scim('/Users', { body: entraUser(userName) })).json
  const { status } = await meanwhile(
    (tx) => deleteUser(tx, deed, secrets, { workspaceId, id }),
    () => scim('/Users', { body: entraUser(userName) }),
  )
  expect(status).toBe(201)
  expect(await hasDeparted(database, workspaceId, marksOf(secrets, workspaceId, { emails: [userName] }))).toBe(false)
})
