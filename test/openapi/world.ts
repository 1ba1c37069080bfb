import { newPerson, type startBothEnds } from '../both-ends.ts'

type Ends = Awaited<ReturnType<typeof startBothEnds>>
type Pair = Awaited<ReturnType<Ends['newPair']>>

/** Values for the `{…}` of a path and of its example: objects made for this one call. */
export type Ids = Readonly<Record<string, string>>

const TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'
const GROUP = { mailEnabled: false, securityEnabled: true }

/** Makes what one operation of the portal is called on. `session` sends by the first admin's cookie. */
export function portalWorld(
  { api, scim, workspace }: Pair,
  session: (path: string, body: object) => Promise<{ id: string }>,
) {
  let count = 0
  const name = () => `thing-${++count}`
  const user = async () => {
    const email = `${name()}@openapi.example`
    return { ...(await api('POST', '/users', { email, name: 'Somebody' })), email } as { id: string; email: string }
  }
  return async (method: string, path: string): Promise<Ids> => {
    if (path.includes('/roles/{tag}')) {
      const { tag } = await api('POST', '/roles', { name: name(), tag: name(), permissions: [] })
      return { tag }
    }
    if (path.includes('/auth/key/{cid}')) {
      const roles = [{ type: 'BASIC', role: 'VIEWER' }]
      return { cid: (await api('POST', '/auth/key', { name: name(), roles })).cid }
    }
    if (path.includes('/access-tokens/{id}')) return session('/api/v1/access-tokens', { name: name() })
    if (path.includes('/sessions/{id}')) return session('/auth/local', {})
    if (path.includes('/role-mappings/{id}'))
      return api('POST', '/scim/role-mappings', { idpValue: name(), role: { type: 'BASIC', role: 'USER' } })
    if (path.startsWith('/api/v1/users/{id}')) return user()
    if (path.endsWith('/teams/relationships')) {
      const [parentTeamTag, childTeamTag] = [name(), name()]
      for (const teamTag of [parentTeamTag, childTeamTag])
        await api('POST', '/teams', { teamTag, type: 'CORTEX', metadata: { name: teamTag } })
      return { parentTeamTag, childTeamTag, replace: 'true' }
    }
    if (path.includes('/teams')) {
      const { email, id: userId } = await user()
      const teamTag = name()
      await api('POST', '/teams', {
        teamTag,
        type: 'CORTEX',
        metadata: { name: teamTag },
        cortexTeam: { members: path.includes('{userId}') ? [{ email }] : [] },
      })
      if (path.endsWith('/unarchive')) await api('PUT', `/teams/${teamTag}/archive`)
      return { tagOrId: teamTag, teamTag, email, userId }
    }
    if (path === '/scim/v2/Users/{id}')
      return scim('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: name() }, 201)
    if (path === '/scim/v2/Groups/{id}')
      return scim(
        'POST',
        '/Groups',
        { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: name() },
        201,
      )
    if (path.includes('/Schemas/{id}')) return { id: 'urn:ietf:params:scim:schemas:core:2.0:User' }
    if (path.includes('/ResourceTypes/{id}')) return { id: 'User' }
    return { workspace: workspace.workspaceId, method }
  }
}

/** Makes what one operation of the directory is called on. */
export function directoryWorld(pair: Pair, base: string) {
  const { graph, workspace } = pair
  let count = 0
  const name = () => `thing${++count}`
  const person = async () => (await newPerson(pair, name())).id
  const app = async () => {
    const made = await graph('POST', `/applicationTemplates/${TEMPLATE}/instantiate`, { displayName: name() }, 201)
    return { application: made.application.id as string, servicePrincipal: made.servicePrincipal.id as string }
  }
  return async (method: string, path: string): Promise<Ids> => {
    if (path.startsWith('/users/{id}')) {
      const [id, memberId] = [await person(), await person()]
      if (path.includes('/manager') && method !== 'PUT')
        await graph('PUT', `/users/${id}/manager/$ref`, { '@odata.id': `${base}/users/${memberId}` }, 204)
      return { id, memberId }
    }
    if (path.startsWith('/groups/{id}')) {
      const memberId = await person()
      const { id } = await graph('POST', '/groups', { displayName: name(), mailNickname: name(), ...GROUP }, 201)
      if (path.includes('{memberId}'))
        await graph('POST', `/groups/${id}/members/$ref`, { '@odata.id': `${base}/directoryObjects/${memberId}` }, 204)
      return { id, memberId }
    }
    if (path.startsWith('/directoryRoles/{id}')) {
      const [role] = (await graph('GET', '/directoryRoles')).value
      const memberId = await person()
      if (path.includes('{memberId}'))
        await graph(
          'POST',
          `/directoryRoles/${role.id}/members/$ref`,
          { '@odata.id': `${base}/directoryObjects/${memberId}` },
          204,
        )
      return { id: role.id, memberId }
    }
    if (path.startsWith('/directory/deletedItems/{id}')) {
      const id = await person()
      await graph('DELETE', `/users/${id}`, undefined, 204)
      return { id }
    }
    if (path.startsWith('/applicationTemplates')) return { id: TEMPLATE }
    if (path === '/auditLogs/directoryAudits/{id}')
      return { id: (await graph('GET', '/auditLogs/directoryAudits?$top=1')).value[0].id }
    if (path.startsWith('/applications/{id}')) return { id: (await app()).application }
    if (path.startsWith('/servicePrincipals/{id}')) {
      const id = (await app()).servicePrincipal
      const principalId = await person()
      const root = `/servicePrincipals/${id}`
      if (path.includes('{assignmentId}')) {
        const assignment = { principalId, resourceId: id, appRoleId: '00000000-0000-0000-0000-000000000000' }
        return { id, assignmentId: (await graph('POST', `${root}/appRoleAssignedTo`, assignment, 201)).id }
      }
      const target = { tenantUrl: 'http://portal.test/scim/v2', secretToken: workspace.adminApiKey }
      if (!path.includes('{jobId}')) return { id, principalId, ...target }
      const value = [
        { key: 'BaseAddress', value: target.tenantUrl },
        { key: 'SecretToken', value: target.secretToken },
      ]
      await graph('PUT', `${root}/synchronization/secrets`, { value }, 204)
      const { id: jobId } = await graph('POST', `${root}/synchronization/jobs`, { templateId: 'scim' }, 201)
      if (path.endsWith('/runNow')) await graph('POST', `${root}/synchronization/jobs/${jobId}/start`, undefined, 204)
      return { id, principalId, jobId }
    }
    return {}
  }
}
