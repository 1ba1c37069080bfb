import type { createDirectory } from '@muster/directory/server/app.ts'
import { BEARER } from '@muster/directory/server/provisioning/testing/test-target.ts'
import { createTenant } from '@muster/directory/server/tenants/create-tenant.ts'
import { vi } from 'vitest'
import { speaker } from '../both-ends.ts'

/** A tenant with an app and a job that hasn't started. */
export async function connectTenant(
  app: Awaited<ReturnType<typeof createDirectory>>['app'],
  deps: Parameters<typeof createTenant>[0],
) {
  const tenant = await createTenant(deps, { name: 'Test', domain: 'test.example' })
  const token = await app.inject({
    method: 'POST',
    url: `/${tenant.tenantId}/oauth2/v2.0/token`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: tenant.clientId,
      client_secret: tenant.clientSecret,
      scope: 'https://graph/.default',
    }).toString(),
  })
  const graph = speaker(app, token.json().access_token, '/v1.0')
  const template = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
  const { servicePrincipal } = await graph(
    'POST',
    `/applicationTemplates/${template}/instantiate`,
    { displayName: 'App' },
    201,
  )
  const root = `/servicePrincipals/${servicePrincipal.id}`
  const job = await graph('POST', `${root}/synchronization/jobs`, { templateId: 'scim' }, 201)
  const jobPath = `${root}/synchronization/jobs/${job.id}`
  const last = async () => (await graph('GET', jobPath)).status.lastExecution
  const finished = async (before?: string) => {
    await vi.waitUntil(async () => ((await last())?.activityIdentifier ?? before) !== before, {
      timeout: 20_000,
      interval: 20,
    })
    return last()
  }
  return {
    pointTo: (address: string) =>
      graph(
        'PUT',
        `${root}/synchronization/secrets`,
        {
          value: [
            { key: 'BaseAddress', value: address },
            { key: 'SecretToken', value: BEARER },
          ],
        },
        204,
      ),
    async person(name: string): Promise<{ id: string; userPrincipalName: string }> {
      const user = await graph(
        'POST',
        '/users',
        {
          accountEnabled: true,
          displayName: name,
          mailNickname: name,
          userPrincipalName: `${name}@${tenant.adminUserPrincipalName.split('@')[1]}`,
          passwordProfile: { password: 'Correct-Horse-7' },
        },
        201,
      )
      const role = '00000000-0000-0000-0000-000000000000'
      const assignment = { principalId: user.id, resourceId: servicePrincipal.id, appRoleId: role }
      await graph('POST', `${root}/appRoleAssignedTo`, assignment, 201)
      return user
    },
    async start() {
      await graph('POST', `${jobPath}/start`, undefined, 204)
      return finished()
    },
    async cycle() {
      const before = (await last())?.activityIdentifier
      await graph('POST', `${jobPath}/runNow`, undefined, 204)
      return finished(before)
    },
    rowsOf: async (id: string) =>
      (await graph('GET', `/auditLogs/provisioning?$filter=${encodeURIComponent(`sourceIdentity/id eq '${id}'`)}`))
        .value,
  }
}
