import { Visitor } from '../../apps/muster/tour/http.ts'
import { connectOverHttp } from '../connect-over-http.ts'
import { cycled, newDirectoryPerson, type World } from './world.ts'

/** A page of a console, and what it is called in pictures. */
export interface ConsolePage {
  readonly app: 'portal' | 'directory'
  readonly name: string
  readonly path: string
}

const NAMES_THAT_HURT = [
  'Aurelia-Konstantina von Hohenstein-Wallmoden und Bergmann-Petersen',
  'مريم الفاسي',
  'Zoë “<img src=x onerror=alert(1)>” Müller 🦊',
]

/** A world where everything has happened once: a cycle with people, groups and a failure; teams, roles, keys, tokens. */
export async function furnish(world: World): Promise<readonly ConsolePage[]> {
  const { bootstrap, graph } = world
  const { portal, directory } = bootstrap
  const { graphUrl } = directory
  for (const name of NAMES_THAT_HURT) await newDirectoryPerson(world, name)
  const admin = new Visitor({ bearer: portal.adminApiKey })
  const api = `${portal.url}/api/v1`
  await admin.ask(`${api}/roles`, {
    json: {
      name: 'On-call lead',
      description: 'Runs what pages at night.',
      permissions: ['View Catalogs', 'Run workflows'],
    },
  })
  await admin.ask(`${api}/auth/key`, {
    json: { name: 'Terraform', description: 'Makes teams from code.', roles: [{ type: 'BASIC', role: 'MANAGER' }] },
  })
  await admin.ask(`${api}/teams`, {
    json: { teamTag: 'payments', type: 'CORTEX', metadata: { name: 'Payments', description: 'Takes the money.' } },
  })
  const { base, job } = await connectOverHttp(portal, directory)
  await graph.ask(`${base}/jobs/${job}/start`, { method: 'POST', expect: 204 })
  await cycled(world, `${base}/jobs/${job}`)
  const people = (await admin.ask(`${api}/users?source=SCIM&pageSize=5`)).json.users
  await admin.ask(`${api}/teams/payments/members`, { json: { email: people[0].email } })
  await admin.ask(`${api}/users/${people[0].id}/roles`, {
    method: 'PUT',
    json: { roles: [{ type: 'CUSTOM', tag: 'on-call-lead' }] },
  })
  await admin.ask(`${api}/users/${people[4].id}`, { method: 'DELETE' })
  const [user] = (await graph.ask(`${graphUrl}/users?$top=1&$filter=startswith(displayName,'A')`)).json.value
  const [group] = (await graph.ask(`${graphUrl}/groups?$top=1`)).json.value
  const principal = new URL(base).pathname.split('/')[3] ?? ''
  const log = (await graph.ask(`${graphUrl}/auditLogs/provisioning?$top=1`)).json.value[0]
  const app = `/enterprise-apps/${principal}`
  const at = (name: 'portal' | 'directory', pages: Readonly<Record<string, string>>): ConsolePage[] =>
    Object.entries(pages).map(([title, path]) => ({ app: name, name: `${name}-${title}`, path }))
  return [
    ...at('portal', {
      home: '/',
      users: '/settings/permissions/users',
      user: `/settings/permissions/users?open=${people[0].id}`,
      'deactivated-users': '/settings/permissions/users?status=DEACTIVATED',
      roles: '/settings/permissions/roles',
      scim: '/settings/scim',
      'api-keys': '/settings/api-keys',
      'access-tokens': '/settings/access-tokens',
      'audit-logs': '/settings/audit-logs',
      teams: '/teams',
      team: '/teams/payments',
      'no-such-page': '/settings/nothing',
    }),
    ...at('directory', {
      home: '/',
      users: '/users',
      user: `/users/${user.id}`,
      'deleted-users': '/users/deleted',
      groups: '/groups',
      group: `/groups/${group.id}`,
      'enterprise-apps': '/enterprise-apps',
      app: app,
      'users-and-groups': `${app}/users-and-groups`,
      provisioning: `${app}/provisioning`,
      properties: `${app}/provisioning/properties`,
      connectivity: `${app}/provisioning/connectivity`,
      'provisioning-logs': '/provisioning-logs',
      'provisioning-log': `/provisioning-logs?open=${log.id}`,
    }),
  ]
}
