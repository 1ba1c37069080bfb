import { DEFAULT_ACCESS } from '../../contract/application.ts'
import { NOBODY } from './table-for-tests.ts'
import { refer, type WorldIds, type WorldPart } from './world-for-tests.ts'

/** What the parameters of a path stand for: a thing of the tenant, or what every tenant has. */
export type PathPart = WorldPart | 'role' | 'template'

/** A path with a parameter that no line names makes a test fail; the first line that fits. */
const PARTS: readonly (readonly [path: RegExp, parts: readonly PathPart[]])[] = [
  [/^\/users\/:id(\/|$)/, ['person']],
  [/^\/groups\/:id\/(members|owners)\/:\w+(\/|$)/, ['group', 'person']],
  [/^\/groups\/:id(\/|$)/, ['group']],
  [/^\/directoryRoles\/:id\/members\/:\w+(\/|$)/, ['role', 'person']],
  [/^\/directoryRoles\/:id(\/|$)/, ['role']],
  [/^\/directory\/deletedItems\/:id(\/|$)/, ['leaver']],
  [/^\/applicationTemplates\/:id(\/|$)/, ['template']],
  [/^\/applications\/:id(\/|$)/, ['application']],
  [/^\/servicePrincipals\/:id\/appRoleAssignedTo\/:\w+$/, ['principal', 'assignment']],
  [/^\/servicePrincipals\/:id\/synchronization\/jobs\/:\w+(\/|$)/, ['principal', 'job']],
  [/^\/servicePrincipals\/:id(\/|$)/, ['principal']],
  [/^\/auditLogs\/directoryAudits\/:id$/, ['entry']],
]

/** The parts of a path below the version; undefined when no line of the table names it. */
export const partsOf = (graphPath: string): readonly PathPart[] | undefined =>
  graphPath.includes(':') ? PARTS.find(([pattern]) => pattern.test(graphPath))?.[1] : []

/** The same in every tenant: a role that nobody of a test's world holds, and the one template. */
export const EVERYWHERE: Readonly<Record<Exclude<PathPart, WorldPart>, string>> = {
  role: '4a5d8f65-41da-4de4-8968-e035b65339cf',
  template: '8adf8e6e-67b2-4cf2-a259-e3dc5476c621',
}

/** The address with these ids in the places of its parameters. */
export function fill(url: string, ids: readonly string[]): string {
  let next = 0
  return url.replace(/:\w+/g, () => ids[next++] ?? NOBODY)
}

const aPerson = (address: string) => ({
  accountEnabled: true,
  displayName: 'Taken',
  mailNickname: 'taken',
  userPrincipalName: address,
  passwordProfile: { password: 'Taken-Over-77', forceChangePasswordNextSignIn: true },
})
const aGroup = (member: string) => ({
  displayName: 'Taken',
  mailNickname: 'taken',
  mailEnabled: false,
  securityEnabled: true,
  groupTypes: [],
  'members@odata.bind': [refer(member)['@odata.id']],
})
const secrets = [
  { key: 'BaseAddress', value: 'http://target.test/scim' },
  { key: 'SecretToken', value: 'taken' },
]

/**
 * A body that would change something, for each route that takes one; ids in it are those of the world that it is for. A
 * route that no line names makes a test fail.
 */
export const BODIES: Readonly<Record<string, (ids: WorldIds) => object>> = {
  'POST /users': () => aPerson('taken@elsewhere.example'),
  'PATCH /users/:id': () => ({ ...aPerson('taken.over@elsewhere.example'), businessPhones: ['1'] }),
  'PUT /users/:id/manager/$ref': ({ peer }) => refer(peer),
  'POST /groups': ({ manager }) => aGroup(manager),
  'PATCH /groups/:id': ({ peer }) => {
    const { groupTypes: _, ...change } = aGroup(peer)
    return change
  },
  'POST /groups/:id/members/$ref': ({ manager }) => refer(manager),
  'POST /groups/:id/owners/$ref': ({ manager }) => refer(manager),
  'POST /directoryRoles/:id/members/$ref': ({ manager }) => refer(manager),
  'POST /applicationTemplates/:id/instantiate': () => ({ displayName: 'Taken' }),
  'PATCH /applications/:id': () => ({ displayName: 'Taken' }),
  'PATCH /servicePrincipals/:id': () => ({ displayName: 'Taken' }),
  'POST /servicePrincipals/:id/appRoleAssignedTo': ({ manager, principal }) => ({
    principalId: manager,
    resourceId: principal,
    appRoleId: DEFAULT_ACCESS,
  }),
  'PUT /servicePrincipals/:id/synchronization/secrets': () => ({ value: secrets }),
  'POST /servicePrincipals/:id/synchronization/jobs': () => ({ templateId: 'scim' }),
  'PATCH /servicePrincipals/:id/synchronization/jobs/:jobId': () => ({ schedule: { interval: 'PT20M' } }),
  'POST /servicePrincipals/:id/synchronization/jobs/:jobId/restart': () => ({ criteria: { resetScope: 'Full' } }),
  ...Object.fromEntries(
    ['jobs', 'jobs/:jobId'].map((below) => [
      `POST /servicePrincipals/:id/synchronization/${below}/validateCredentials`,
      () => ({ useSavedCredentials: false, templateId: 'scim', credentials: secrets }),
    ]),
  ),
}
