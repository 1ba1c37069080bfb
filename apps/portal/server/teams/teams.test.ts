import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, scimForTests } from '../scim/scim-for-tests.ts'
import { personForTests } from '../users/person-for-tests.ts'

let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let workspaceId: string

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  workspaceId = made.workspace.workspaceId
  for (const name of ['ann', 'bo', 'cy']) await scim('/Users', { body: entraUser(`${name}@example.com`) })
})

const newTeam = (teamTag: string, more: object = {}) =>
  api('/api/v1/teams', { body: { teamTag, type: 'CORTEX', metadata: { name: `Team ${teamTag}` }, ...more } })
const people = (team: { cortexTeam?: { members: { email: string }[] } }) =>
  team.cortexTeam?.members
    .map(({ email }) => email.split('@')[0])
    .sort()
    .join(' ')
const emails = (...names: string[]) => names.map((name) => ({ email: `${name}@example.com` }))

describe('a team kept by hand', () => {
  test('is made, read by tag or id, changed, archived, listed and deleted', async () => {
    const made = await newTeam('pay', {
      metadata: { name: 'Payments', summary: 'Money' },
      links: [{ name: 'Wiki', type: 'DOC', url: 'https://wiki' }],
    })
    expect([made.status, made.json]).toMatchObject([
      200,
      {
        teamTag: 'pay',
        type: 'CORTEX',
        isArchived: false,
        metadata: { name: 'Payments', summary: 'Money' },
        cortexTeam: { members: [] },
      },
    ])
    const { id } = made.json
    expect((await api('/api/v1/teams/pay')).json).toEqual(made.json)
    expect((await api(`/api/v1/teams/${id}`)).json).toEqual(made.json)
    const changed = await api('/api/v1/teams/pay', { method: 'PUT', body: { metadata: { name: 'Pay' } } })
    expect(changed.json).toMatchObject({ metadata: { name: 'Pay' }, links: [{ name: 'Wiki' }] })
    expect((await api('/api/v1/teams/pay/archive', { method: 'PUT' })).json.isArchived).toBe(true)
    expect((await api(`/api/v1/teams/${id}/unarchive`, { method: 'PUT' })).json.isArchived).toBe(false)
    expect((await api('/api/v1/teams?teamTag=pay')).json.teams).toHaveLength(1)
    expect((await api('/api/v1/teams?teamTag=pay&includeTeamsWithoutMembers=false')).json.teams).toEqual([])
    expect((await newTeam('pay')).json).toMatchObject({ type: 'CONFLICT' })
    const gone = await api('/api/v1/teams/pay', { method: 'DELETE' })
    expect([gone.status, gone.text]).toEqual([204, ''])
    expect((await api('/api/v1/teams/pay', { method: 'DELETE' })).status).toBe(404)
    await newTeam('pay-2')
    expect((await api('/api/v1/teams?teamTag=pay-2', { method: 'DELETE' })).status).toBe(204)
  })

  test('has members that are replaced, added and taken out, by address in any letter case', async () => {
    const { id } = (await newTeam('crew', { cortexTeam: { members: emails('ann') } })).json
    const put = await api('/api/v1/teams/crew/members', {
      method: 'PUT',
      body: { type: 'CORTEX', members: emails('BO', 'cy') },
    })
    expect(people(put.json)).toBe('bo cy')
    const added = await api(`/api/v1/teams/${id}/members`, { body: { email: 'Ann@Example.com' } })
    expect(people(added.json)).toBe('ann bo cy')
    const ann = added.json.cortexTeam.members.find(({ email }: { email: string }) => email.startsWith('ann'))
    expect((await api(`/api/v1/teams/crew/members/${ann.id}`, { method: 'DELETE' })).status).toBe(200)
    expect((await api(`/api/v1/teams/crew/members/${ann.id}`, { method: 'DELETE' })).status).toBe(200)
    expect(people((await api('/api/v1/teams/crew')).json)).toBe('bo cy')
    const [bo] = put.json.cortexTeam.members
    const tagsOf = async (memberId: string) =>
      (await api(`/api/v1/teams?memberId=${memberId}`)).json.teams.map(({ teamTag }: { teamTag: string }) => teamTag)
    expect([await tagsOf(bo.id), await tagsOf(ann.id), await tagsOf('nobody')]).toEqual([['crew'], [], []])
    const { logs } = (await api('/api/v1/audit-logs?objectTypes=TEAM_MEMBER&objectIdentifiers=Team crew')).json
    expect(logs.map(({ action }: { action: string }) => action)).toEqual(['DELETE', 'CREATE', 'UPDATE', 'CREATE'])
    expect(logs[0].details).toMatchObject({ teamTag: 'crew', removed: [{ email: 'ann@example.com' }] })
  })

  test('is joined by the local first admin too, whom no address stands for', async () => {
    await newTeam('rescue')
    const email = 'admin@acme.example'
    expect((await api('/api/v1/teams/rescue/members', { body: { email } })).status).toBe(400)
    const signedIn = await portal.anyone('/auth/local', {
      body: { email, password: 'correct horse battery', workspace: workspaceId },
    })
    const admin = portal.withCookie(String(signedIn.headers['set-cookie']).split(';')[0] ?? '')
    const fromHere = { origin: 'http://portal.test' }
    const joined = await admin('/api/v1/teams/rescue/members', { body: { email }, headers: fromHere })
    expect([joined.status, people(joined.json)]).toEqual([200, 'admin'])
    const other = await admin('/api/v1/teams/rescue/members', { body: { email: 'x@acme.example' }, headers: fromHere })
    expect(other.status).toBe(400)
  })

  test('keeps what is said of each member until something else is, and audits that alone', async () => {
    const leader = { notificationsEnabled: false, roleTags: ['team-leader', 'team-leader'], description: 'Since May' }
    const { json } = await newTeam('told', {
      cortexTeam: { members: [{ ...emails('ann')[0], name: 'No', ...leader }] },
    })
    const told = {
      name: 'Priya Raman',
      notificationsEnabled: false,
      roles: [{ type: 'TEAM_ROLE', tag: 'team-leader' }],
      description: 'Since May',
    }
    expect(json.cortexTeam.members).toMatchObject([told])
    await api('/api/v1/teams/told/members', { body: { email: 'bo@example.com' } })
    const both = (await api('/api/v1/teams/told')).json.cortexTeam.members
    expect(both).toMatchObject([told, { notificationsEnabled: true, roles: [] }])
    expect(both[1]).not.toHaveProperty('description')
    const put = (...members: object[]) => api('/api/v1/teams/told/members', { method: 'PUT', body: { members } })
    const [ann, bo] = emails('ann', 'bo')
    await put({ ...ann, ...leader }, { ...bo })
    await put({ ...ann, ...leader }, { ...bo, roleTags: ['on-call'] })
    expect((await put({ ...ann }, { ...bo, roleTags: ['on-call'] })).json.cortexTeam.members).toMatchObject([
      { notificationsEnabled: true, roles: [] },
      { roles: [{ tag: 'on-call' }] },
    ])
    const { logs } = (await api('/api/v1/audit-logs?objectTypes=TEAM_MEMBER&objectIdentifiers=Team told')).json
    expect(logs).toMatchObject([
      { action: 'UPDATE', details: { described: [{ email: 'ann@example.com' }], added: [] } },
      { action: 'UPDATE', details: { described: [{ email: 'bo@example.com' }], added: [] } },
      { action: 'CREATE', details: { added: [{ email: 'bo@example.com' }] } },
      { action: 'CREATE', details: { added: [{ email: 'ann@example.com' }] } },
    ])
    expect((await put({ ...ann, roleTags: [''] })).status).toBe(400)
  })

  test.each([
    {
      why: 'a type that a directory makes',
      call: { body: { teamTag: 'x1', type: 'IDP', metadata: { name: 'X' } } },
      status: 400,
    },
    { why: 'no name', call: { body: { teamTag: 'x1', type: 'CORTEX', metadata: {} } }, status: 400 },
    {
      why: 'a tag with a blank',
      call: { body: { teamTag: 'x 1', type: 'CORTEX', metadata: { name: 'X' } } },
      status: 400,
    },
    {
      why: 'a member who is nobody',
      call: {
        body: { teamTag: 'x1', type: 'CORTEX', metadata: { name: 'X' }, cortexTeam: { members: emails('nobody') } },
      },
      status: 400,
    },
  ])('is refused with $why, and nothing is made', async ({ call, status }) => {
    expect((await api('/api/v1/teams', call)).status).toBe(status)
    expect((await api('/api/v1/teams/x1')).status).toBe(404)
  })
})

describe('a team that a directory owns', () => {
  test('is shown beside the others; its members, name and existence are not changed by hand', async () => {
    const group = await scim('/Groups', {
      body: { schemas: [GROUP_SCHEMA], displayName: 'Owned', externalId: 'object-1' },
    })
    const path = `/api/v1/teams/${group.json.id}`
    expect((await api(path)).json).toMatchObject({
      type: 'IDP',
      idpGroup: { group: 'object-1', provider: 'SCIM', members: [] },
    })
    for (const answer of [
      await api(`${path}/members`, { body: { email: 'ann@example.com' } }),
      await api(`${path}/members`, { method: 'PUT', body: { members: [] } }),
      await api(path, { method: 'PUT', body: { metadata: { name: 'Mine' } } }),
      await api(path, { method: 'DELETE' }),
    ]) {
      expect([answer.status, answer.json.type]).toEqual([409, 'CONFLICT'])
      expect(answer.json.message).toMatch(/^Your directory owns this team\./)
    }
    expect(
      (await api(path, { method: 'PUT', body: { metadata: { name: 'Owned', description: 'Ours' } } })).json.metadata
        .description,
    ).toBe('Ours')
  })
})

describe('roles of a team', () => {
  test('reach its members, and leave with them', async () => {
    const person = await personForTests(portal, workspaceId, scim, 'joiner@example.com')
    await newTeam('admins')
    expect(
      (await api('/api/v1/teams/admins/roles', { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] } }))
        .json.roles,
    ).toMatchObject([{ role: 'ADMIN', name: 'Admin' }])
    expect((await person.token('/api/v1/audit-logs')).status).toBe(403)
    await api('/api/v1/teams/admins/members', { body: { email: person.email } })
    expect((await person.token('/api/v1/audit-logs')).status).toBe(200)
    const { permissions } = (await api(`/api/v1/users/${person.id}/permissions`)).json
    const why = permissions.find(({ name }: { name: string }) => name === 'View audit logs').via
    expect(why).toEqual([
      {
        role: { type: 'BASIC', role: 'ADMIN', name: 'Admin' },
        team: expect.objectContaining({ teamTag: 'admins' }),
        source: 'MANUAL',
      },
    ])
    await api(`/api/v1/teams/admins/members/${person.id}`, { method: 'DELETE' })
    expect((await person.token('/api/v1/audit-logs')).status).toBe(403)
  })

  test('can be given, by role or by a place in the team, only by who holds what they allow', async () => {
    const person = await personForTests(portal, workspaceId, scim, 'lead@example.com')
    await api('/api/v1/roles', {
      body: { name: 'Lead', tag: 'lead', permissions: ['Edit Entities', 'Edit Roles', 'View Roles'] },
    })
    await api(`/api/v1/users/${person.id}/roles`, { method: 'PUT', body: { roles: [{ type: 'CUSTOM', tag: 'lead' }] } })
    await newTeam('plain')
    await newTeam('mighty')
    await api('/api/v1/teams/mighty/roles', { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] } })
    expect((await person.token('/api/v1/teams/plain/members', { body: { email: 'ann@example.com' } })).status).toBe(200)
    const attempts = [
      await person.token('/api/v1/teams/plain/roles', {
        method: 'PUT',
        body: { roles: [{ type: 'BASIC', role: 'MANAGER' }] },
      }),
      await person.token('/api/v1/teams/mighty/members', { body: { email: person.email } }),
      await person.token('/api/v1/teams/mighty/members', { method: 'PUT', body: { members: emails('ann') } }),
    ]
    for (const { status, json } of attempts) {
      expect([status, json.type]).toEqual([403, 'FORBIDDEN'])
      expect(json.message).toMatch(/Edit Catalogs|Configure/)
    }
    expect(
      (
        await person.token('/api/v1/teams/plain/roles', {
          method: 'PUT',
          body: { roles: [{ type: 'CUSTOM', tag: 'lead' }] },
        })
      ).status,
    ).toBe(200)
    expect(people((await api('/api/v1/teams/mighty')).json)).toBe('')
  })

  test('need Edit Roles, and a team Edit Entities', async () => {
    const { token } = await personForTests(portal, workspaceId, scim, 'viewer@example.com')
    await newTeam('kept')
    for (const [path, method, body] of [
      ['/api/v1/teams', 'POST', { teamTag: 'no', type: 'CORTEX', metadata: { name: 'No' } }],
      ['/api/v1/teams/kept', 'DELETE', undefined],
      ['/api/v1/teams/kept/members', 'POST', { email: 'ann@example.com' }],
    ] as const)
      expect((await token(path, { method, ...(body ? { body } : {}) })).json.message).toContain('Edit Entities')
    const given = await token('/api/v1/teams/kept/roles', { method: 'PUT', body: { roles: [] } })
    expect(given.json.message).toContain('Edit Roles')
    expect((await token('/api/v1/teams/kept')).status).toBe(200)
  })
})
