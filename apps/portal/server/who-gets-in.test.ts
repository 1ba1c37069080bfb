import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../test/database.ts'
import { portalForTests, type TestCall, type TestCaller, type TestPortal } from './portal-for-tests.ts'
import { BASIC_ROLES } from './roles/basic-roles.ts'
import { PERMISSIONS, permissionsOfBasicRole } from './roles/permissions.ts'

const SCIM = ['Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings']
const CONNECT = ['Configure Open ID Connector & SCIM']

/** What each operation takes. An operation that no line names makes the first test fail, whoever adds it. */
const NEEDS: readonly (readonly [operation: RegExp, permissions: readonly string[]])[] = [
  [/ \/scim\/v2\//, SCIM],
  [/ \/api\/v1\/(me|permissions|access-tokens|sessions)\b/, []],
  [/^get \/api\/v1\/(users|roles)\b/, ['View Roles']],
  [/^\w+ \/api\/v1\/(users|roles)\b/, ['Edit Roles']],
  [/ \/api\/v1\/auth\/key/, ['Edit API keys']],
  [/ \/api\/v1\/audit-logs/, ['View audit logs']],
  [/^get \/api\/v1\/teams\/\{tagOrId\}\/roles/, ['View Roles']],
  [/^put \/api\/v1\/teams\/\{tagOrId\}\/roles/, ['Edit Roles']],
  [/^get \/api\/v1\/teams/, []],
  [/^\w+ \/api\/v1\/teams/, ['Edit Entities']],
  [/ \/api\/v1\/settings\/(scim|openid-connector)/, CONNECT],
  [/^get \/api\/v1\/settings\/(default-role|sign-in)/, ['View Roles']],
  [/^put \/api\/v1\/settings\/(default-role|sign-in)/, ['Edit Roles']],
  [/ \/api\/v1\/introspect/, ['View Roles']],
  [/ \/api\/v1\/scim\/role-mappings/, CONNECT],
  [/ \/api\/v1\/ip-allowlist/, ['Configure IP allowlist']],
]
const needsOf = (operation: string) => NEEDS.find(([pattern]) => pattern.test(operation))?.[1]

const NOBODY = '00000000-0000-7000-8000-000000000000'

interface Operation {
  readonly name: string
  readonly open: boolean
  readonly ask: (caller: TestCaller) => ReturnType<TestCaller>
}

const { database } = await freshDatabase()
let portal: TestPortal
let admin: TestCaller
let operations: readonly Operation[]

beforeAll(async () => {
  portal = await portalForTests(database)
  admin = portal.withBearer((await portal.newWorkspace()).adminApiKey)
  // So that a 403 is about the caller and not about the workspace.
  const body = { automaticProvisioning: true, automaticDeprovisioning: true }
  await admin('/api/v1/settings/scim', { method: 'PATCH', body })
  const { paths } = (await portal.anyone('/openapi.json')).json as {
    paths: Record<string, Record<string, { security?: unknown[] }>>
  }
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const url = path.replace(/\{\w+\}/g, NOBODY)
      const call: TestCall = {
        method: method.toUpperCase() as NonNullable<TestCall['method']>,
        // No operation takes this body, so that what is let in changes nothing.
        ...(/post|put|patch/.test(method) ? { body: { nothing: true } } : {}),
      }
      return { name: `${method} ${path}`, open: security?.length === 0, ask: (caller) => caller(url, call) }
    }),
  )
})

const guarded = () => operations.filter(({ open }) => !open)

/** A key that holds exactly these permissions. */
async function keyWith(name: string, permissions: readonly string[]): Promise<TestCaller> {
  const made = await admin('/api/v1/roles', { body: { name, permissions } })
  return keyOf({ type: 'CUSTOM', tag: made.json.tag })
}

async function keyOf(role: Readonly<Record<string, string>>): Promise<TestCaller> {
  const { json } = await admin('/api/v1/auth/key', { body: { name: 'k', roles: [role] } })
  return portal.withBearer(json.apiKey)
}

/** Each operation that the caller is let into, though it holds too little, or refused, though it holds enough. */
async function wronglyAnswered(caller: TestCaller, held: ReadonlySet<string>): Promise<string[]> {
  const wrong: string[] = []
  for (const { name, ask } of guarded()) {
    const missing = (needsOf(name) ?? []).filter((permission) => !held.has(permission))
    const { status, text } = await ask(caller)
    const told = missing.every((permission) => JSON.stringify(text).includes(permission))
    // An API key is nobody, so it has no personal tokens: its own refusal, which names no permission.
    if (status === 403 && /personal access tokens belong/i.test(text)) continue
    if (status === 401 || (status === 403) !== missing.length > 0 || !told) wrong.push(`${status} ${name}: ${text}`)
  }
  return wrong
}

describe('every operation of the route table', () => {
  test('is in the table of who gets in', () => {
    expect(operations.length).toBeGreaterThan(50)
    expect(guarded().filter(({ name }) => needsOf(name) === undefined)).toEqual([])
  })

  test('is open only where somebody signs in or out', () => {
    expect(operations.filter(({ open, name }) => open !== / \/auth\//.test(name)).map(({ name }) => name)).toEqual([])
  })

  test.each([
    { why: 'no credential', headers: {} },
    { why: 'a bearer that is none', headers: { authorization: 'Bearer nothing' } },
    { why: 'a basic credential', headers: { authorization: 'Basic YTpi' } },
    { why: 'a key with a wrong checksum', headers: { authorization: `Bearer mst_abcdefgh_${'A'.repeat(32)}_000000` } },
    {
      why: 'a cookie of the directory',
      headers: { cookie: `muster_directory_session=mss_abcdefgh_${'A'.repeat(32)}_000000` },
    },
  ])('answers 401 to $why, and says how to come in', async ({ headers }) => {
    for (const { name, ask } of guarded()) {
      const caller: TestCaller = (url, call) => portal.anyone(url, { ...call, headers })
      const answer = await ask(caller)
      expect({ name, status: answer.status }).toEqual({ name, status: 401 })
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/)
    }
  })

  test.each(BASIC_ROLES)('gives the role %s exactly what it holds', async (role) => {
    const caller = await keyOf({ type: 'BASIC', role })
    expect(await wronglyAnswered(caller, new Set(permissionsOfBasicRole(role)))).toEqual([])
  })

  test.each(PERMISSIONS.map(({ name }) => name))('gives the single permission "%s" nothing else', async (name) => {
    expect(await wronglyAnswered(await keyWith(name, [name]), new Set([name]))).toEqual([])
  })
})

describe('two workspaces', () => {
  test('never see what belongs to the other, by any id of a path', async () => {
    const other = portal.withBearer((await portal.newWorkspace('Other')).adminApiKey)
    const person = (await admin('/api/v1/users', { body: { email: 'p@acme.example', name: 'P' } })).json.id
    const team = (
      await admin('/api/v1/teams', { body: { teamTag: 'crew', type: 'CORTEX', metadata: { name: 'Crew' } } })
    ).json.id
    const key = (await admin('/api/v1/auth/key', { body: { name: 'mine', roles: [{ type: 'BASIC', role: 'USER' }] } }))
      .json.cid
    await admin('/api/v1/roles', { body: { name: 'Mine', tag: 'mine', permissions: [] } })
    for (const url of [
      ...['', '/roles', '/permissions', '/deprovisionings'].map((part) => `/api/v1/users/${person}${part}`),
      ...['', '/roles'].map((part) => `/api/v1/teams/${team}${part}`),
      `/api/v1/auth/key/${key}`,
      '/api/v1/roles/mine',
      `/scim/v2/Users/${person}`,
    ]) {
      expect({ url, status: (await admin(url)).status }).toEqual({ url, status: 200 })
      expect({ url, status: (await other(url)).status }).toEqual({ url, status: 404 })
    }
    for (const url of [
      `/api/v1/users/${person}`,
      `/api/v1/teams/${team}`,
      `/api/v1/auth/key/${key}`,
      '/api/v1/roles/mine',
    ]) {
      expect({ url, status: (await other(url, { method: 'DELETE' })).status }).toEqual({ url, status: 404 })
      expect({ url, status: (await admin(url)).status }).toEqual({ url, status: 200 })
    }
  })
})
