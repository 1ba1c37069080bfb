import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { BASIC_ROLES } from '../roles/basic-roles.ts'
import { PERMISSIONS, permissionsOfBasicRole } from '../roles/permissions.ts'
import { callerWith, KINDS, roleWith } from './callers-for-tests.ts'
import { ask, type GuardedRoute, guardedRoutes, OPEN } from './table-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let workspace: { workspaceId: string; admin: TestCaller }
let routes: readonly GuardedRoute[]

beforeAll(async () => {
  portal = await portalForTests(database)
  const { workspaceId, adminApiKey } = await portal.newWorkspace()
  workspace = { workspaceId, admin: portal.withBearer(adminApiKey) }
  // So that a 403 is about the caller and not about the workspace.
  const body = { automaticProvisioning: true, automaticDeprovisioning: true }
  await workspace.admin('/api/v1/settings/scim', { method: 'PATCH', body })
  routes = guardedRoutes(portal)
})

/** Each route that the caller is let into, though they hold too little, or refused, though they hold enough. */
async function wronglyAnswered(caller: TestCaller, held: ReadonlySet<string>): Promise<string[]> {
  const wrong: string[] = []
  for (const route of routes) {
    const missing = (route.needs ?? []).filter((permission) => !held.has(permission))
    const { status, text } = await ask(caller, route)
    const told = route.method === 'HEAD' || missing.every((permission) => JSON.stringify(text).includes(permission))
    // An API key is nobody, so it has no personal tokens and no /Me: its own refusal, which names no permission.
    if (status === 403 && missing.length === 0 && /\/(access-tokens|Me)\b/.test(route.url)) continue
    if (status === 401 || status >= 500 || (status === 403) !== missing.length > 0 || !told)
      wrong.push(`${status} ${route.name}: ${text}`)
  }
  return wrong
}

describe('every route of the server, those that no document lists too', () => {
  test('is in the table of who gets in', () => {
    expect(routes.length).toBeGreaterThan(100)
    expect(routes.filter(({ needs }) => needs === undefined).map(({ name }) => name)).toEqual([])
  })

  test('is open only where the table names it, and the API’s description says the same', async () => {
    const { paths } = (await portal.anyone('/openapi.json')).json as {
      paths: Record<string, Record<string, { security?: unknown[] }>>
    }
    const open = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([, { security }]) => security?.length === 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    )
    expect(open.sort()).toEqual([...OPEN].filter((name) => name.includes(' /auth/')).sort())
  })

  test.each([
    { why: 'no credential', headers: {} },
    { why: 'a bearer that is none', headers: { authorization: 'Bearer nothing' } },
    { why: 'a basic credential', headers: { authorization: 'Basic YTpi' } },
    { why: 'a key with a wrong checksum', headers: { authorization: `Bearer mst_abcdefgh_${'A'.repeat(32)}_000000` } },
    {
      why: 'a session that was never begun',
      headers: { cookie: `muster_session=mss_abcdefgh_${'A'.repeat(32)}_000000` },
    },
  ])('answers 401 to $why, and says how to come in', async ({ headers }) => {
    for (const route of routes) {
      const { status, headers: answered } = await ask(portal.anyone, route, headers)
      expect({ name: route.name, status }).toEqual({ name: route.name, status: 401 })
      expect(answered['www-authenticate']).toMatch(/^Bearer realm=/)
    }
  })

  test.each(BASIC_ROLES.flatMap((role) => KINDS.map((kind) => ({ role, kind }))))(
    'gives the role $role exactly what it holds, by $kind',
    async ({ role, kind }) => {
      const caller = await callerWith(portal, workspace, kind, { type: 'BASIC', role })
      expect(await wronglyAnswered(caller, new Set(permissionsOfBasicRole(role)))).toEqual([])
    },
  )

  // Kinds take turns with permissions that no route asks for.
  test.each(
    PERMISSIONS.flatMap(({ name }, index) =>
      (['Security', 'Settings'].includes(PERMISSIONS[index]?.group ?? '') ? KINDS : [KINDS[index % 3] ?? KINDS[0]]).map(
        (kind) => ({ name, kind }),
      ),
    ),
  )('gives the single permission "$name" nothing else, by $kind', async ({ name, kind }) => {
    const role = await roleWith(workspace.admin, [name])
    expect(await wronglyAnswered(await callerWith(portal, workspace, kind, role), new Set([name]))).toEqual([])
  })
})
