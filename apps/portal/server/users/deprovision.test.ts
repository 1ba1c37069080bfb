import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from '../scim/scim-for-tests.ts'
import { hasDeparted, marksOf } from './departed.ts'
import { personForTests, signIn } from './person-for-tests.ts'
import { foldPopulations, readPopulation } from './population.ts'

let scim: TestCaller
let api: TestCaller
let portal: TestPortal
let workspaceId: string
let count = 0

beforeAll(async () => {
  const { database } = await freshDatabase()
  const made = await scimForTests(database)
  ;({ scim, api, portal } = made)
  workspaceId = made.workspace.workspaceId
})

const setActive = (id: string, active: boolean) =>
  scim(`/Users/${id}`, {
    method: 'PATCH',
    body: PATCH({ op: 'Replace', path: 'active', value: active ? 'True' : 'False' }),
  })

/** Somebody with a session, a token, a role by hand, and a place in a team of each kind. */
async function settled() {
  const email = `leaver${++count}@example.com`
  const person = await personForTests(portal, workspaceId, scim, email)
  await api(`/api/v1/users/${person.id}/roles`, {
    method: 'PUT',
    body: { roles: [{ type: 'BASIC', role: 'MANAGER' }] },
  })
  const group = await scim('/Groups', {
    body: { schemas: [GROUP_SCHEMA], displayName: `Group ${count}`, members: [{ value: person.id }] },
  })
  const team = await api('/api/v1/teams', {
    body: {
      teamTag: `team-${count}`,
      type: 'CORTEX',
      metadata: { name: `Team ${count}` },
      cortexTeam: { members: [{ email }] },
    },
  })
  return { ...person, group: group.json.id as string, team: team.json.id as string, tag: `team-${count}` }
}

const HELD = `select (select count(*) from portal.user_roles where user_id = $1)::int as roles,
  (select count(*) from portal.team_members where user_id = $1)::int as places,
  (select count(*) from portal.access_tokens where user_id = $1)::int as tokens,
  (select count(*) from portal.sessions where user_id = $1)::int as sessions`
const held = async (id: string) => (await run(portal.deps.database, HELD, [id]))[0]

describe('deprovisioning', () => {
  test.each([
    { way: 'SCIM PATCH', leave: (id: string) => setActive(id, false) },
    {
      way: 'SCIM PUT',
      leave: (id: string, email: string) =>
        scim(`/Users/${id}`, { method: 'PUT', body: { ...entraUser(email), active: false } }),
    },
    { way: 'SCIM DELETE', leave: (id: string) => scim(`/Users/${id}`, { method: 'DELETE' }) },
    { way: 'the REST API', leave: (id: string) => api(`/api/v1/users/${id}`, { method: 'DELETE' }) },
  ])('by $way takes roles, teams, tokens and sessions, and tells of it in one entry', async ({ way, leave }) => {
    const person = await settled()
    expect(await held(person.id)).toEqual({ roles: 1, places: 2, tokens: 1, sessions: 1 })
    expect((await person.browser('/api/v1/me')).status).toBe(200)
    expect((await person.token('/api/v1/me')).status).toBe(200)

    expect((await leave(person.id, person.email)).status).toBeLessThan(300)

    expect((await person.browser('/api/v1/me')).status).toBe(401)
    expect((await person.token('/api/v1/me')).status).toBe(401)
    expect(await held(person.id)).toEqual({ roles: 0, places: 0, tokens: 0, sessions: 0 })
    expect((await scim(`/Groups/${person.group}`)).json.members).toBeUndefined()
    const listed = (await api(`/api/v1/users?search=${person.email}`)).json
    expect(listed.total).toBe(0)
    const { logs } = (await api(`/api/v1/audit-logs?objectIdentifiers=${person.email}&objectTypes=USER`)).json
    const entries = logs.filter(({ details }: { details: { event: string } }) => details.event === 'user.deprovisioned')
    expect(entries).toMatchObject([
      {
        action: way === 'SCIM DELETE' ? 'DELETE' : 'UPDATE',
        objectId: person.id,
        details: {
          removed: {
            roles: [{ type: 'BASIC', role: 'MANAGER' }],
            accessTokens: [`token of ${person.email}`],
            sessions: 1,
          },
        },
      },
    ])
    const teams = entries[0].details.removed.teams.map(({ id }: { id: string }) => id).sort()
    expect(teams).toEqual([person.group, person.team].sort())
  })

  test('leaves somebody readable: inactive over SCIM, deactivated over REST, with nothing left', async () => {
    const { id, email } = await settled()
    await setActive(id, false)
    expect((await scim(`/Users/${id}`)).json).toMatchObject({ id, active: false, userName: email })
    expect((await scim(`/Users?filter=userName eq "${email}"`)).json.totalResults).toBe(1)
    const detail = (await api(`/api/v1/users/${id}`)).json
    expect(detail).toMatchObject({ status: 'DEACTIVATED', roles: [], teams: [], accessTokens: [], sessions: [] })
    expect((await api(`/api/v1/users?status=DEACTIVATED&search=${email}`)).json.total).toBe(1)
    expect((await api(`/api/v1/users?status=ALL&search=${email}`)).json.total).toBe(1)
    const { deprovisionings } = (await api(`/api/v1/users/${id}/deprovisionings`)).json
    expect(deprovisionings).toMatchObject([
      { actorType: 'API_KEY', removed: { sessions: 1, roles: [{ role: 'MANAGER', name: 'Manager' }] } },
    ])
  })

  test('after SCIM DELETE is 404 over REST too, the audit stays', async () => {
    const { id, email } = await settled()
    await scim(`/Users/${id}`, { method: 'DELETE' })
    expect((await api(`/api/v1/users/${id}`)).status).toBe(404)
    expect((await api(`/api/v1/audit-logs?objectIdentifiers=${email}&objectTypes=USER`)).json.total).toBe(2)
  })

  test('binds to no SCIM switch when it is done by hand', async () => {
    const { id } = await settled()
    await api('/api/v1/settings/scim', { method: 'PATCH', body: { automaticDeprovisioning: false } })
    expect((await api(`/api/v1/users/${id}`, { method: 'DELETE' })).status).toBe(200)
    await api('/api/v1/settings/scim', { method: 'PATCH', body: { automaticDeprovisioning: true } })
    expect((await scim(`/Users/${id}`)).json.active).toBe(false)
  })
})

describe('a return', () => {
  test('gives the default role and the provider’s teams; not what was given by hand, and no old session', async () => {
    const person = await settled()
    await run(portal.deps.database, `insert into portal.identities values ($1, 'https://issuer', $2, $3, $4)`, [
      workspaceId,
      person.id,
      person.id,
      portal.clock.now(),
    ])
    await setActive(person.id, false)
    await setActive(person.id, true)
    const detail = (await api(`/api/v1/users/${person.id}`)).json
    expect(detail).toMatchObject({
      status: 'ACTIVE',
      roles: [{ role: 'VIEWER' }],
      teams: [{ id: person.group }],
      sessions: [],
      accessTokens: [],
    })
    expect(detail.teams).toHaveLength(1)
    expect((await person.token('/api/v1/me')).status).toBe(401)
    expect(await run(portal.deps.database, 'select 1 from portal.identities where user_id = $1', [person.id])).toEqual(
      [],
    )
    const events = await run<{ type: string; object_version: string }>(
      portal.deps.database,
      'select type, object_version from portal.events where object_id = $1 order by id',
      [person.id],
    )
    expect(events.map(({ type, object_version }) => `${type} ${object_version}`)).toEqual([
      'user.created 1',
      'user.deprovisioned 2',
      'user.returned 3',
    ])
  })

  test('refuses a sign-in and a role by hand to somebody deprovisioned', async () => {
    const { id, email } = await settled()
    await setActive(id, false)
    await expect(signIn(portal, workspaceId, { id, email })).rejects.toThrow('deprovisioned')
    const given = await api(`/api/v1/users/${id}/roles`, {
      method: 'PUT',
      body: { roles: [{ type: 'BASIC', role: 'ADMIN' }] },
    })
    expect(given.status).toBe(409)
    const joined = await api(`/api/v1/teams/team-${count}/members`, { body: { email } })
    expect(joined.status).toBe(409)
    expect(await held(id)).toEqual({ roles: 0, places: 0, tokens: 0, sessions: 0 })
  })

  test('by POST users brings back somebody deprovisioned, and makes somebody new', async () => {
    const { id, email } = await settled()
    expect((await api('/api/v1/users', { body: { email, name: 'X' } })).status).toBe(409)
    await setActive(id, false)
    const back = await api('/api/v1/users', { body: { email: email.toUpperCase(), name: 'X' } })
    expect([back.status, back.json.id, back.json.status]).toEqual([200, id, 'ACTIVE'])
    const made = await api('/api/v1/users', { body: { email: `new-${email}`, name: 'New One' } })
    expect(made.json).toMatchObject({
      email: `new-${email}`,
      name: 'New One',
      source: 'MANUAL',
      roles: [{ role: 'VIEWER' }],
    })
    expect((await scim(`/Users/${made.json.id}`)).json).toMatchObject({
      userName: `new-${email}`,
      displayName: 'New One',
      active: true,
    })
  })
})

describe('somebody removed by SCIM DELETE', () => {
  test('is remembered by keyed marks until they are made again', async () => {
    const person = await settled()
    const { database, secrets } = portal.deps
    const identity = { issuer: 'https://issuer', subject: `sub-${person.id}` }
    await run(database, 'insert into portal.identities values ($1, $2, $3, $4, $5)', [
      workspaceId,
      identity.issuer,
      identity.subject,
      person.id,
      portal.clock.now(),
    ])
    const [bySub, byEmail] = [{ identities: [identity] }, { emails: [person.email.toUpperCase()] }].map((known) =>
      marksOf(secrets, workspaceId, known),
    )
    const departed = async () => [
      await hasDeparted(database, workspaceId, bySub ?? []),
      await hasDeparted(database, workspaceId, byEmail ?? []),
    ]
    expect(await departed()).toEqual([false, false])
    await scim(`/Users/${person.id}`, { method: 'DELETE' })
    expect(await departed()).toEqual([true, true])
    await scim('/Users', { body: entraUser(person.email) })
    expect(await departed()).toEqual([false, false])
  })
})

describe('the number of people', () => {
  test('follows every change, folded or not', async () => {
    const { database } = portal.deps
    const counted = async () => {
      const [row] = await run<{ people: number; active: number }>(
        database,
        'select count(*)::int as people, count(*) filter (where active)::int as active from portal.users where workspace_id = $1 and not local_admin',
        [workspaceId],
      )
      return row
    }
    expect(await readPopulation(database, workspaceId)).toEqual(await counted())
    for (let round = 0; round < 60; round += 1) {
      const { json } = await scim('/Users', { body: entraUser(`fold${round}@example.com`, { active: round % 3 > 0 }) })
      if (round % 2 > 0) await scim(`/Users/${json.id}`, { method: 'DELETE' })
    }
    await Promise.all([foldPopulations(database), foldPopulations(database)])
    expect(await readPopulation(database, workspaceId)).toEqual(await counted())
    const rows = await run(database, 'select 1 from portal.population where workspace_id = $1', [workspaceId])
    expect(rows.length).toBeLessThan(3)
    expect((await scim('/Users?count=1')).json.totalResults).toBe((await counted())?.people)
  })
})
