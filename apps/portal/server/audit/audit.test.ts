import { run } from '@muster/service-kit/database.ts'
import { numberRows } from '@muster/service-kit/numbering.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { EVENTS } from '../events/record.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from '../scim/scim-for-tests.ts'
import { personForTests } from '../users/person-for-tests.ts'
import { AUDIT_ENTRIES } from './record.ts'

let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let workspaceId: string
let cid: string

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  workspaceId = made.workspace.workspaceId
  cid = (await api('/api/v1/auth/key')).json.apiKeys[0].cid
  portal.clock.advance(60_000)
  await personForTests(portal, workspaceId, scim, 'ann@example.com')
  portal.clock.advance(60_000)
  await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Squad' } })
})

describe('GET /audit-logs', () => {
  test.each([
    { query: 'objectTypes=TEAM', found: ['CREATE TEAM Squad'] },
    {
      query: 'objectTypes=TEAM,PERSONAL_API_KEY',
      found: ['CREATE TEAM Squad', 'CREATE PERSONAL_API_KEY token of ann@example.com'],
    },
    { query: 'objectTypes=TEAM&objectTypes=SESSION', found: ['CREATE TEAM Squad', 'CREATE SESSION ann@example.com'] },
    { query: 'objectTypes=USER&actorTypes=API_KEY', found: ['CREATE USER ann@example.com'] },
    {
      query: 'actorEmails=ann@example.com',
      found: ['CREATE PERSONAL_API_KEY token of ann@example.com', 'CREATE SESSION ann@example.com'],
    },
    { query: 'objectIdentifiers=Squad,Nothing&actions=CREATE', found: ['CREATE TEAM Squad'] },
    { query: 'objectIdentifiers=Squad&actions=DELETE', found: [] },
    { query: 'startTime=2026-11-24T09:02:00Z', found: ['CREATE TEAM Squad'] },
    {
      query: 'startTime=2026-11-24T10:01:00%2B01:00&endTime=2026-11-24T09:01:30Z&objectTypes=USER',
      found: ['CREATE USER ann@example.com'],
    },
    {
      query: 'actorApiKeyIdentifiers={cid}&objectTypes=USER,TEAM',
      found: ['CREATE TEAM Squad', 'CREATE USER ann@example.com'],
    },
    { query: 'actorIpAddresses=10.0.0.1', found: [] },
    { query: 'actorIpAddresses=127.0.0.1&objectTypes=TEAM', found: ['CREATE TEAM Squad'] },
    { query: 'actorRequestTypes=SLACK_COMMAND', found: [] },
    { query: 'pageSize=1&page=1', found: ['CREATE PERSONAL_API_KEY token of ann@example.com'] },
    { query: 'pageSize=1', found: ['CREATE TEAM Squad'] },
  ])('?$query, newest first', async ({ query, found }) => {
    const { status, json } = await api(`/api/v1/audit-logs?${query.replace('{cid}', cid)}`)
    expect(status).toBe(200)
    const told = json.logs.map(
      ({ action, objectType, objectIdentifier }: Record<string, string>) =>
        `${action} ${objectType} ${objectIdentifier}`,
    )
    expect(told).toEqual(found)
  })

  test('refuses what it does not know, and who may not look', async () => {
    for (const query of [
      'actions=EAT',
      'objectTypes=CAT',
      'startTime=yesterday',
      'pageSize=0',
      'pageSize=1001',
      'page=-1',
      'actorTypes=CAT',
    ])
      expect((await api(`/api/v1/audit-logs?${query}`)).status).toBe(400)
    const { token } = await personForTests(portal, workspaceId, scim, 'viewer@example.com')
    expect((await token('/api/v1/audit-logs')).json.message).toContain('View audit logs')
  })
})

describe('sequence', () => {
  test('is gap-free from 1 after many writers at once, and follows each object’s version', async () => {
    const { database } = portal.deps
    const ids = await Promise.all(
      Array.from(
        { length: 8 },
        async (_, n) => (await scim('/Users', { body: entraUser(`many${n}@example.com`) })).json.id as string,
      ),
    )
    await Promise.all(
      ids.flatMap((id) =>
        Array.from({ length: 5 }, (_, n) =>
          scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'title', value: `${n}` }) }),
        ),
      ),
    )
    for (const table of [AUDIT_ENTRIES, EVENTS]) {
      const last = await numberRows(database, table, workspaceId)
      const rows = await run<{ sequence: string }>(
        database,
        `select sequence from portal.${table.table} where workspace_id = $1 order by sequence`,
        [workspaceId],
      )
      expect(rows.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: last }, (_, n) => n + 1))
    }
    for (const id of ids) {
      const rows = await run<{ version: string }>(
        database,
        'select object_version as version from portal.events where workspace_id = $1 and object_id = $2 order by sequence',
        [workspaceId, id],
      )
      expect(rows.map(({ version }) => Number(version))).toEqual([1, 2, 3, 4, 5, 6])
    }
  })
})
