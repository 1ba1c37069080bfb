import { beforeAll, describe, expect, test } from 'vitest'
import { openTestDirectory, type Speak } from '../testing/test-directory.ts'

const NOBODY = '0190a000-0000-7000-8000-000000000000'
const ROLES = {
  'Global Administrator': '62e90394-69f5-4237-9190-012177145e10',
  'Application Administrator': '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
  'Cloud Application Administrator': '158c047a-c907-4556-b7ef-446551a6b5f7',
  'Reports Reader': '4a5d8f65-41da-4de4-8968-e035b65339cf',
  none: undefined,
} as const
type Role = keyof typeof ROLES

/** Who may read and who may write below each address, in the contract's words. First line that fits. */
const APPS: readonly Role[] = ['Global Administrator', 'Application Administrator', 'Cloud Application Administrator']
const RULES: readonly (readonly [below: string, readers: readonly Role[], writers: readonly Role[]])[] = [
  ['/auditLogs/', [...APPS, 'Reports Reader'], []],
  ['/applicationTemplates', APPS, APPS],
  ['/applications', APPS, APPS],
  ['/servicePrincipals', APPS, APPS],
  ['/users', APPS, ['Global Administrator']],
  ['/groups', APPS, ['Global Administrator']],
  ['/directory', APPS, ['Global Administrator']],
  ['/domains', APPS, []],
]

interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
}

let directory: Awaited<ReturnType<typeof openTestDirectory>>
let tenant: Awaited<ReturnType<typeof directory.openTenant>>
let other: Awaited<ReturnType<typeof directory.openTenant>>
let routes: readonly Route[]
const people = new Map<Role, Speak>()

/** The routes as the directory itself tells them: one that is added tomorrow is in. */
async function readRoutes(): Promise<readonly Route[]> {
  const { paths } = (await directory.app.inject('/openapi.json')).json() as { paths: Record<string, object> }
  return Object.entries(paths).flatMap(([path, operations]) =>
    path.startsWith('/v1.0/')
      ? Object.keys(operations).map((method) => ({
          method: method.toUpperCase() as Route['method'],
          path: path.slice('/v1.0'.length),
        }))
      : [],
  )
}

const fill = (path: string, ids: Readonly<Record<string, string>> = {}) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? NOBODY)

const ask = (speak: Speak, { method, path }: Route, ids?: Readonly<Record<string, string>>) =>
  speak(method, fill(path, ids), ['POST', 'PUT', 'PATCH'].includes(method) ? { nonsense: true } : undefined)

beforeAll(async () => {
  directory = await openTestDirectory()
  tenant = await directory.openTenant()
  other = await directory.openTenant()
  routes = await readRoutes()
  for (const [role, id] of Object.entries(ROLES)) {
    const { id: userId, userPrincipalName } = await tenant.person()
    if (id) {
      const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${userId}` }
      await tenant.graph('POST', `/directoryRoles/${id}/members/$ref`, reference)
    }
    people.set(role as Role, (await tenant.signedIn(userPrincipalName)).speak)
  }
}, 60_000)

describe('who gets in: every Graph route', () => {
  test('the table speaks of all of them', () => {
    expect(routes.length).toBeGreaterThan(45)
    expect(routes.filter(({ path }) => !RULES.some(([below]) => path.startsWith(below)))).toEqual([])
  })

  test.each([
    ['nothing', {}],
    ['a bearer that is none', { authorization: 'Bearer mgt_0190a000_nonsense' }],
    ["the portal's cookie", { cookie: 'muster_session=mss_abcdefgh_0123456789' }],
    ["the portal's cookie under our name", { cookie: 'muster_directory_session=mss_abcdefgh_0123456789' }],
    ["the portal's key as a bearer", { authorization: 'Bearer mst_abcdefgh_0123456789_abcdef' }],
  ])('%s: 401 everywhere', async (_, headers) => {
    const open: string[] = []
    for (const route of routes) {
      const { status, body } = await ask(directory.speakWith(headers), route)
      if (status !== 401 || body.error.code !== 'InvalidAuthenticationToken')
        open.push(`${route.method} ${route.path}: ${status}`)
    }
    expect(open).toEqual([])
  })

  test.each(Object.keys(ROLES) as Role[])('%s: exactly what the table says, before a body is read', async (role) => {
    const wrong: string[] = []
    for (const route of routes) {
      const rule = RULES.find(([below]) => route.path.startsWith(below))
      const may = (route.method === 'GET' ? rule?.[1] : rule?.[2])?.includes(role) ?? false
      const { status } = await ask(people.get(role) as Speak, route)
      const refused = status === 403
      if (refused === may || status === 401 || status >= 500)
        wrong.push(`${route.method} ${route.path}: ${status}, may ${may}`)
    }
    expect(wrong).toEqual([])
  })
})

describe('who gets in: another tenant', () => {
  test("its ids are nobody's here, on every route", async () => {
    const { id: user } = await other.person()
    const { id: group } = await other.group()
    const made = await other.graph('POST', '/applicationTemplates/8adf8e6e-67b2-4cf2-a259-e3dc5476c621/instantiate', {
      displayName: 'Theirs',
    })
    const { application, servicePrincipal } = made.body
    const job = (
      await other.graph('POST', `/servicePrincipals/${servicePrincipal.id}/synchronization/jobs`, {
        templateId: 'scim',
      })
    ).body
    const { id: leaver } = await other.person()
    await other.graph('DELETE', `/users/${leaver}`)
    const idOf = (path: string) => {
      if (path.startsWith('/users')) return user
      if (path.startsWith('/groups')) return group
      if (path.startsWith('/applications')) return application.id
      if (path.startsWith('/directory/deletedItems')) return leaver
      return servicePrincipal.id
    }
    const reached: string[] = []
    for (const route of routes.filter(
      ({ path }) => path.includes('{') && !/^\/(directoryRoles|applicationTemplates)/.test(path),
    )) {
      const ids = { id: idOf(route.path), jobId: job.id, memberId: user }
      const body = bodyOf(route, ids)
      const { status } = await tenant.graph(route.method, fill(route.path, ids), body)
      if (status !== 404) reached.push(`${route.method} ${route.path}: ${status}`)
    }
    expect(reached).toEqual([])
    for (const path of [`/users/${user}`, `/groups/${group}`, `/servicePrincipals/${servicePrincipal.id}`])
      expect((await other.graph('GET', path)).status).toBe(200)
  })

  test('its people get no role and join no group here', async () => {
    const { id: user } = await other.person()
    const { id: group } = await tenant.group()
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${user}` }
    const global = `/directoryRoles/${ROLES['Global Administrator']}/members/$ref`
    const mine = (await tenant.person()).id
    expect((await tenant.graph('POST', global, reference)).status).toBe(404)
    expect((await tenant.graph('POST', `/groups/${group}/members/$ref`, reference)).status).toBe(404)
    expect((await tenant.graph('PUT', `/users/${mine}/manager/$ref`, reference)).status).toBe(404)
  })
})

/** A body that each route would take, so that nothing but the id stands in the way. */
function bodyOf({ method, path }: Route, ids: Readonly<Record<string, string>>): unknown {
  if (!['POST', 'PUT', 'PATCH'].includes(method)) return undefined
  if (path.endsWith('$ref')) return { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${ids.memberId}` }
  if (path.endsWith('/appRoleAssignedTo'))
    return { principalId: ids.memberId, resourceId: ids.id, appRoleId: '00000000-0000-0000-0000-000000000000' }
  if (path.endsWith('/jobs')) return { templateId: 'scim' }
  if (path.endsWith('/secrets')) return { value: [{ key: 'SyncAll', value: 'true' }] }
  if (path.endsWith('/validateCredentials'))
    return {
      useSavedCredentials: false,
      templateId: 'scim',
      credentials: [
        { key: 'BaseAddress', value: 'http://target.test/scim' },
        { key: 'SecretToken', value: 'x' },
      ],
    }
  if (path.endsWith('/restart')) return { criteria: { resetScope: 'Watermark, Escrows, QuarantineState' } }
  if (path.endsWith('/jobs/{jobId}')) return { schedule: { interval: 'PT40M' } }
  if (/\/(start|pause|runNow|restore)$/.test(path)) return undefined
  return method === 'PATCH' ? { displayName: 'Taken over' } : {}
}
