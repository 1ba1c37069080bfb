import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, PUBLIC_URL, type Speak } from '../testing/test-directory.ts'

const ROLES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
} as const
const MY_ROLES = '/me/memberOf/microsoft.graph.directoryRole'

let tenant: Awaited<ReturnType<Awaited<ReturnType<typeof openTestDirectory>>['openTenant']>>

beforeAll(async () => {
  tenant = await (await openTestDirectory()).openTenant()
})

/** Somebody with these roles, signed in. */
async function somebody(...roles: readonly (keyof typeof ROLES)[]): Promise<{ id: string; speak: Speak; upn: string }> {
  const { id, userPrincipalName: upn } = await tenant.person({ jobTitle: 'Engineer' })
  for (const role of roles)
    await tenant.graph('POST', `/directoryRoles/${ROLES[role]}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}`,
    })
  return { id, upn, speak: (await tenant.signedIn(upn)).speak }
}

describe('/me', () => {
  test('is whoever is signed in, without any role too, as Graph shows a user', async () => {
    const { id, upn, speak } = await somebody()
    const { status, body } = await speak('GET', '/me')
    expect({ status, body }).toMatchObject({
      status: 200,
      body: {
        '@odata.context': `${PUBLIC_URL}/v1.0/$metadata#users/$entity`,
        id,
        userPrincipalName: upn,
        jobTitle: 'Engineer',
        accountEnabled: true,
      },
    })
    expect((await tenant.graph('GET', `/users/${id}`)).body).toEqual(body)
    expect((await speak('GET', '/beta/me?$select=id,userPrincipalName')).body).toEqual({
      '@odata.context': `${PUBLIC_URL}/beta/$metadata#users/$entity`,
      id,
      userPrincipalName: upn,
    })
    expect((await speak('GET', '/me?$select=colour')).status).toBe(400)
    expect((await speak('GET', '/users')).status).toBe(403)
  })

  test.each(['/me', MY_ROLES])('%s is nobody for a client: 400, and the word that Graph says', async (path) => {
    const { status, body } = await tenant.graph('GET', path)
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: 'BadRequest' })
  })

  test('ends with the session', async () => {
    const { id, speak } = await somebody()
    await tenant.graph('PATCH', `/users/${id}`, { accountEnabled: false })
    for (const path of ['/me', MY_ROLES, '/organization']) expect((await speak('GET', path)).status).toBe(401)
  })
})

describe(MY_ROLES, () => {
  test.each<{ roles: readonly (keyof typeof ROLES)[] }>([
    { roles: [] },
    { roles: ['Reports Reader'] },
    { roles: ['Global Administrator', 'Reports Reader'] },
  ])('lists $roles', async ({ roles }) => {
    const { speak } = await somebody(...roles)
    const { status, body } = await speak('GET', MY_ROLES)
    expect(status).toBe(200)
    expect(body.value).toEqual(
      roles.map((displayName) => ({
        '@odata.type': '#microsoft.graph.directoryRole',
        id: ROLES[displayName],
        deletedDateTime: null,
        description: expect.any(String),
        displayName,
        roleTemplateId: ROLES[displayName],
      })),
    )
  })

  test('is without a role from the moment that it is taken', async () => {
    const { id, speak } = await somebody('Reports Reader')
    await tenant.graph('DELETE', `/directoryRoles/${ROLES['Reports Reader']}/members/${id}/$ref`)
    expect((await speak('GET', `${MY_ROLES}?$select=displayName`)).body.value).toEqual([])
  })
})

describe('/organization', () => {
  test('is the one tenant of the caller, with its domains, for people without a role and for clients', async () => {
    const { speak } = await somebody()
    for (const as of [speak, tenant.graph]) {
      const { status, body } = await as('GET', '/organization')
      expect({ status, value: body.value }).toEqual({
        status: 200,
        value: [
          {
            id: tenant.tenantId,
            displayName: 'Test',
            verifiedDomains: [{ name: tenant.domain, isDefault: true, isInitial: true }],
          },
        ],
      })
    }
    expect((await speak('GET', '/organization?$select=displayName')).body.value).toEqual([{ displayName: 'Test' }])
  })
})
