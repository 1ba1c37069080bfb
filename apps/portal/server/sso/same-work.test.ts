import { isPassword } from '@muster/service-kit/passwords.ts'
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestPortal } from '../portal-for-tests.ts'
import type { CreatedWorkspace } from '../workspaces/create-workspace.ts'

// It does its work as ever; only its calls are counted. That it verifies a hash each time is shown where it stands.
vi.mock('@muster/service-kit/passwords.ts', async (original) => {
  const passwords = await original<typeof import('@muster/service-kit/passwords.ts')>()
  return { ...passwords, isPassword: vi.fn(passwords.isPassword) }
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
beforeEach(() => void vi.mocked(isPassword).mockClear())

describe('a sign-in by password does the same work, whoever is asked for', () => {
  test.each<{ who: string; fields: () => object; status: number }>([
    { who: 'the first admin', fields: () => ({}), status: 204 },
    { who: 'the first admin with a wrong password', fields: () => ({ password: 'wrong' }), status: 401 },
    { who: 'nobody', fields: () => ({ email: 'nobody@acme.example' }), status: 401 },
    { who: 'somebody who has no password', fields: () => ({ email: person }), status: 401 },
    { who: 'a workspace that is not there', fields: () => ({ workspace: 'nowhere1' }), status: 401 },
  ])('$who: one password is verified', async ({ fields, status }) => {
    const { adminEmail: email, adminPassword: password, workspaceId } = workspace
    const body = { email, password, workspace: workspaceId, ...fields() }
    expect((await portal.anyone('/auth/local', { body })).status).toBe(status)
    expect(isPassword).toHaveBeenCalledTimes(1)
  })
})
