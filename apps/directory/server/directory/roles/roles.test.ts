import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, type Speak } from '../../testing/test-directory.ts'

const ROLES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  'Cloud Application Administrator': '158c047a-c907-4556-b7ef-446551a6b5f7',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
})

const give = (roleId: string, userId: string) =>
  tenant.graph('POST', `/directoryRoles/roleTemplateId=${roleId}/members/$ref`, {
    '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${userId}`,
  })

describe('/directoryRoles', () => {
  test('are always the four, with the first administrator in one', async () => {
    const { value } = (await tenant.graph('GET', '/directoryRoles')).body
    expect(
      value.map((role: { displayName: string; roleTemplateId: string }) => [role.displayName, role.roleTemplateId]),
    ).toEqual(Object.entries(ROLES))
    const members = (await tenant.graph('GET', `/directoryRoles/${ROLES['Global Administrator']}/members`)).body.value
    expect(members).toMatchObject([{ userPrincipalName: tenant.adminUserPrincipalName }])
    expect(
      (await tenant.graph('GET', `/directoryRoles/roleTemplateId=${ROLES['Reports Reader']}`)).body.displayName,
    ).toBe('Reports Reader')
  })

  test('are given and taken, not twice, and not to nobody', async () => {
    const { id } = await tenant.person()
    const role = ROLES['Reports Reader']
    expect((await give(role, id)).status).toBe(204)
    expect((await give(role, id)).status).toBe(400)
    expect((await give(role, '0190a000-0000-7000-8000-000000000000')).status).toBe(404)
    expect((await give('0190a000-0000-7000-8000-000000000000', id)).status).toBe(404)
    expect((await tenant.graph('DELETE', `/directoryRoles/${role}/members/${id}/$ref`)).status).toBe(204)
    expect((await tenant.graph('DELETE', `/directoryRoles/${role}/members/${id}/$ref`)).status).toBe(404)
    const theirs = await (await directory.openTenant()).person()
    expect((await give(role, theirs.id)).status).toBe(404)
  })
})

describe('what a role lets someone do, signed in to the console', () => {
  const INSTANTIATE = '/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate'
  const tries: Readonly<Record<string, (speak: Speak) => Promise<{ status: number }>>> = {
    'reads people': (speak) => speak('GET', '/users'),
    'changes people': (speak) => speak('PATCH', `/users/${tenant.adminUserPrincipalName}`, { city: 'Leeds' }),
    'gives roles': (speak) =>
      speak('POST', `/directoryRoles/${ROLES['Global Administrator']}/members/$ref`, {
        '@odata.id': 'users/nobody@x.example',
      }),
    'makes apps': (speak) => speak('POST', INSTANTIATE, { displayName: 'Portal' }),
    'reads apps': (speak) => speak('GET', '/servicePrincipals'),
    'reads logs': (speak) => speak('GET', '/auditLogs/provisioning'),
  }

  test.each([
    { role: undefined, may: [] },
    { role: 'Reports Reader', may: ['reads logs'] },
    { role: 'Application Administrator', may: ['reads people', 'makes apps', 'reads apps', 'reads logs'] },
    { role: 'Cloud Application Administrator', may: ['reads people', 'makes apps', 'reads apps', 'reads logs'] },
    { role: 'Global Administrator', may: Object.keys(tries) },
  ] as const)('$role: $may', async ({ role, may }) => {
    const person = await tenant.person()
    if (role) await give(ROLES[role], person.id)
    const { speak } = await tenant.signedIn(person.userPrincipalName)
    const refused: string[] = []
    for (const [what, attempt] of Object.entries(tries)) if ((await attempt(speak)).status === 403) refused.push(what)
    expect(refused).toEqual(Object.keys(tries).filter((what) => !(may as readonly string[]).includes(what)))
  })

  test('ends with the role, on the next request', async () => {
    const person = await tenant.person()
    await give(ROLES['Application Administrator'], person.id)
    const { speak } = await tenant.signedIn(person.userPrincipalName)
    expect((await speak('GET', '/servicePrincipals')).status).toBe(200)
    await tenant.graph('DELETE', `/directoryRoles/${ROLES['Application Administrator']}/members/${person.id}/$ref`)
    const refused = await speak('POST', INSTANTIATE, { displayName: 'Late' })
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'Authorization_RequestDenied' } } })
  })

  test('is nothing without a session', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: 'Basic eDp5' },
      { cookie: 'muster_directory_session=nonsense' },
    ]) {
      const refused = await directory.anyone('GET', '/users', undefined, headers)
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } })
      expect(refused.headers['www-authenticate']).toMatch(/^Bearer /)
    }
  })
})
