import { run } from '@muster/service-kit/database.ts'
import { cookieOf, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA } from '../scim/scim-for-tests.ts'
import { personForTests } from '../users/person-for-tests.ts'

/** A workspace with one of everything, each named so that it is found wherever it turns up. */
export interface TestWorld {
  readonly workspaceId: string
  readonly admin: TestCaller
  /** By the name of the thing: ids and tags, as they stand in paths. */
  readonly ids: Readonly<Record<WorldPart, string>>
  /** Secrets of its own: key, token, session value. */
  readonly secrets: readonly string[]
  /** Texts that no answer to another workspace may hold. */
  readonly marks: readonly string[]
}

export type WorldPart = 'person' | 'team' | 'group' | 'role' | 'key' | 'token' | 'session' | 'mapping'

export async function worldForTests(portal: TestPortal, name: string): Promise<TestWorld> {
  const { workspaceId, adminApiKey, adminEmail, adminPassword } = await portal.newWorkspace(name)
  const admin = portal.withBearer(adminApiKey)
  const must = async (url: string, body: object, method?: 'PUT' | 'PATCH') => {
    const answer = await admin(url, { body, ...(method ? { method } : {}) })
    if (answer.status >= 300) throw new Error(`${url}: ${answer.text}`)
    return answer.json
  }
  await must('/api/v1/settings/scim', { automaticProvisioning: true, automaticDeprovisioning: true }, 'PATCH')
  const email = `pat@${name}.example`
  const scim: TestCaller = (path, call) => admin(`/scim/v2${path}`, call)
  const { id: person, browser } = await personForTests(portal, workspaceId, scim, email)
  const { id: token, token: tokenSecret } = (
    await browser('/api/v1/access-tokens', { body: { name: `${name} token` } })
  ).json
  const [session] = (await browser('/api/v1/sessions')).json.sessions
  const role = `${name}-role`
  await must('/api/v1/roles', { name: `${name} role`, tag: role, permissions: ['View Catalogs'] })
  const words = { metadata: { name: `${name} crew` }, cortexTeam: { members: [{ email }] } }
  const { id: team } = await must('/api/v1/teams', { teamTag: `${name}-crew`, type: 'CORTEX', ...words })
  await must(`/api/v1/teams/${team}/roles`, { roles: [{ type: 'CUSTOM', tag: role }] }, 'PUT')
  const members = [{ value: person }]
  const { id: group } = await must('/scim/v2/Groups', {
    schemas: [GROUP_SCHEMA],
    displayName: `${name} group`,
    members,
  })
  const edges = [{ parentTeamTag: `${name}-crew`, childTeamTag: `${name}-group` }]
  await must('/api/v1/teams/relationships?replace=true', { edges }, 'PUT')
  const { cid: key, apiKey } = await must('/api/v1/auth/key', {
    name: `${name} key`,
    roles: [{ type: 'CUSTOM', tag: role }],
  })
  const { id: mapping } = await must('/api/v1/scim/role-mappings', { idpValue: `${name} value`, role: { tag: role } })
  await must('/api/v1/ip-allowlist', { entries: [{ address: '127.0.0.0/8', description: `${name} office` }] }, 'PUT')
  const login = { email: adminEmail, password: adminPassword, workspace: workspaceId }
  const cookie = cookieOf(await portal.anyone('/auth/local', { body: login }), 'muster_session').split('=')[1] ?? ''
  const ids = { person, team, group, role, key, token, session: session.id, mapping }
  return {
    workspaceId,
    admin,
    ids,
    secrets: [apiKey, tokenSecret, cookie],
    marks: [...Object.values(ids), email, `${name} `, `${name}-`],
  }
}

/** A User and a Group as SCIM brings them, valid wherever they are sent. */
export const aUser = entraUser('somebody@elsewhere.example')
export const aGroup = { schemas: [GROUP_SCHEMA], displayName: 'Somebody', members: [] }

/**
 * Every row of a workspace, but for what comes later by itself: the numbers of entries and events, and dates of last use.
 */
export async function rowsOf({ deps: { database } }: TestPortal, workspaceId: string): Promise<string[]> {
  const tables = await run<{ name: string }>(
    database,
    `select table_name as name from information_schema.columns where table_schema = 'portal' and column_name = 'workspace_id'
     and table_name not in ('sequences', 'last_seen', 'population') order by 1`,
    [],
  )
  const rows: string[] = []
  for (const { name } of tables)
    for (const { row } of await run<{ row: string }>(
      database,
      `select (to_jsonb(t) - 'sequence')::text as row from portal."${name}" t where workspace_id = $1 order by 1`,
      [workspaceId],
    ))
      rows.push(`${name} ${row}`)
  return rows
}

/** What an answer tells, without what differs from request to request and without the ids that were asked for. */
export const toldBy = ({ status, text, json }: TestAnswer, asked: readonly string[]) => ({
  status,
  text: asked.reduce((left, id) => left.replaceAll(id, '…'), text.replaceAll(String(json?.requestId), '…')),
})
