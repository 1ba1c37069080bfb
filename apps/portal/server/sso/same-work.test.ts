import { verify } from '@node-rs/argon2'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestPortal } from '../portal-for-tests.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'

// The library does its work as ever; only its calls are counted.
vi.mock('@node-rs/argon2', async (original) => {
  const library = await original<typeof import('@node-rs/argon2')>()
  return { ...library, verify: vi.fn(library.verify) }
})

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: CreatedWorkspace
let person: string

beforeAll(async () => {
  portal = await portalForTests(database)
  workspace = await portal.newWorkspace()
  await portal.newWorkspace('Other')
  person = 'pat@acme.example'
  await portal.withBearer(workspace.adminApiKey)('/api/v1/users', { body: { email: person, name: 'Pat' } })
})
beforeEach(() => void vi.mocked(verify).mockClear())

describe('a sign-in by password does the same work, whoever is asked for', () => {
  test.each<{ who: string; fields: () => object; status: number }>([
    { who: 'the first admin', fields: () => ({}), status: 204 },
    { who: 'the first admin with a wrong password', fields: () => ({ password: 'wrong' }), status: 401 },
    { who: 'nobody', fields: () => ({ email: 'nobody@acme.example' }), status: 401 },
    { who: 'somebody who has no password', fields: () => ({ email: person }), status: 401 },
    { who: 'a workspace that is not there', fields: () => ({ workspace: 'nowhere1' }), status: 401 },
  ])('$who: one hash is verified', async ({ fields, status }) => {
    const { adminEmail: email, adminPassword: password, workspaceId } = workspace
    const body = { email, password, workspace: workspaceId, ...fields() }
    expect((await portal.anyone('/auth/local', { body })).status).toBe(status)
    expect(verify).toHaveBeenCalledTimes(1)
    // The same kind of hash each time: what it costs stands in it.
    expect(String(vi.mocked(verify).mock.calls[0]?.[0])).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})
