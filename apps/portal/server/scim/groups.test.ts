import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestPortal } from '../portal-for-tests.ts'
import { entraUser, GROUP_SCHEMA, PATCH, scimForTests } from './scim-for-tests.ts'

type Scim = Awaited<ReturnType<typeof scimForTests>>
let scim: Scim['scim']
let api: Scim['api']
let portal: TestPortal
let count = 0

beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim, api, portal } = await scimForTests(database))
})

async function person(more: object = {}): Promise<string> {
  return (await scim('/Users', { body: entraUser(`member${++count}@example.com`, more) })).json.id
}

/** As Entra makes one: with a URN that no schema names, and without members. */
async function group(members: readonly string[] = []): Promise<string> {
  const body = {
    schemas: [GROUP_SCHEMA, 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group'],
    externalId: `object-${++count}`,
    displayName: `Group ${count}`,
    meta: { resourceType: 'Group' },
    ...(members.length > 0 ? { members: members.map((value) => ({ value })) } : {}),
  }
  const answer = await scim('/Groups', { body })
  expect(answer.status).toBe(201)
  return answer.json.id
}

const patch = (id: string, ...operations: unknown[]) =>
  scim(`/Groups/${id}`, { method: 'PATCH', body: PATCH(...operations) })
const setActive = (id: string, active: boolean) =>
  scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'active', value: active }) })

async function membersOf(id: string): Promise<string[]> {
  return ((await scim(`/Groups/${id}`)).json.members ?? []).map(({ value }: { value: string }) => value).sort()
}

async function versionOf(table: 'teams' | 'users', id: string): Promise<number> {
  const [row] = await run<{ version: string }>(
    portal.deps.database,
    `select version from portal.${table} where id = $1`,
    [id],
  )
  return Number(row?.version)
}

describe('a Group', () => {
  test('is a team of type IDP, with a tag of its own', async () => {
    const answer = await scim('/Groups', {
      body: { schemas: [GROUP_SCHEMA], displayName: 'Zahlungs-Team Süd', externalId: 'x' },
    })
    expect(answer.headers.location).toBe(`http://portal.test/scim/v2/Groups/${answer.json.id}`)
    const team = (await api(`/api/v1/teams/${answer.json.id}`)).json
    expect(team).toMatchObject({
      teamTag: 'zahlungs-team-sud',
      type: 'IDP',
      metadata: { name: 'Zahlungs-Team Süd' },
      idpGroup: { provider: 'SCIM' },
    })
    await api('/api/v1/teams', { body: { teamTag: 'taken', type: 'CORTEX', metadata: { name: 'Taken' } } })
    const clash = await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Taken' } })
    expect((await api(`/api/v1/teams/${clash.json.id}`)).json.teamTag).toMatch(/^taken-[a-z0-9]{4}$/)
  })

  test('has a displayName that no other has, in any letter case', async () => {
    const [one, other] = [await group(), await group()]
    const { displayName } = (await scim(`/Groups/${one}`)).json
    const created = await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: displayName.toUpperCase() } })
    expect([created.status, created.json.scimType, created.json.detail.includes(one)]).toEqual([
      409,
      'uniqueness',
      true,
    ])
    const renamed = await patch(other, { op: 'Replace', path: 'displayName', value: displayName })
    expect([renamed.status, renamed.json.scimType]).toEqual([409, 'uniqueness'])
  })

  test.each([
    { why: 'legacy', operation: { op: 'Replace', path: 'displayName', value: 'Renamed 1' }, name: 'Renamed 1' },
    { why: 'flag', operation: { op: 'replace', value: { displayName: 'Renamed 2' } }, name: 'Renamed 2' },
  ])('is renamed with 204 ($why)', async ({ operation, name }) => {
    const id = await group()
    const answer = await patch(id, operation)
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect((await scim(`/Groups/${id}`)).json.displayName).toBe(name)
    const body = PATCH({ op: 'replace', path: 'externalId', value: 'y' })
    const shown = await scim(`/Groups/${id}?attributes=displayName`, { method: 'PATCH', body })
    expect([shown.status, shown.json.displayName]).toEqual([200, name])
  })

  test('is gone with 204, then 404, its name free; its members are in it no more', async () => {
    const ann = await person()
    const id = await group([ann])
    const { displayName } = (await scim(`/Groups/${id}`)).json
    expect((await scim(`/Groups/${id}`, { method: 'DELETE' })).status).toBe(204)
    for (const method of ['GET', 'DELETE'] as const) expect((await scim(`/Groups/${id}`, { method })).status).toBe(404)
    expect((await patch(id, { op: 'add', path: 'members', value: [{ value: ann }] })).status).toBe(404)
    expect((await scim(`/Users/${ann}`)).json.groups).toBeUndefined()
    expect((await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName } })).status).toBe(201)
  })

  test('PUT replaces name and members, and refuses a body without name', async () => {
    const [ann, bo, cy] = [await person(), await person(), await person()]
    const id = await group([ann, bo])
    const body = { schemas: [GROUP_SCHEMA], displayName: `Put ${id}`, members: [{ value: bo }, { value: cy }] }
    const answer = await scim(`/Groups/${id}`, { method: 'PUT', body })
    expect([answer.status, answer.json.displayName]).toEqual([200, body.displayName])
    expect(await membersOf(id)).toEqual([bo, cy].sort())
    const version = await versionOf('teams', id)
    await scim(`/Groups/${id}`, { method: 'PUT', body })
    expect(await versionOf('teams', id)).toBe(version)
    expect((await scim(`/Groups/${id}`, { method: 'PUT', body: { schemas: [GROUP_SCHEMA] } })).status).toBe(400)
  })
})

describe('members', () => {
  test('come and go in every form that clients send', async () => {
    const [ann, bo, cy] = [await person(), await person(), await person()]
    const id = await group()
    const steps: { operation: unknown; members: string[] }[] = [
      { operation: { op: 'Add', path: 'members', value: [{ $ref: null, value: ann }] }, members: [ann] },
      { operation: { op: 'Add', path: 'members', value: [{ value: ann }, { value: bo }] }, members: [ann, bo] },
      { operation: { op: 'add', value: { members: [{ value: cy }] } }, members: [ann, bo, cy] },
      { operation: { op: 'Remove', path: 'members', value: [{ $ref: null, value: ann }] }, members: [bo, cy] },
      { operation: { op: 'remove', path: `members[value eq "${bo}"]` }, members: [cy] },
      { operation: { op: 'remove', path: `members[value eq "${bo}"]` }, members: [cy] },
      { operation: { op: 'replace', path: 'members', value: [{ value: ann }, { value: bo }] }, members: [ann, bo] },
      { operation: { op: 'remove', path: 'members' }, members: [] },
    ]
    for (const { operation, members } of steps) {
      expect([operation, (await patch(id, operation)).status]).toEqual([operation, 204])
      expect([operation, await membersOf(id)]).toEqual([operation, members.sort()])
    }
  })

  test('move the Group’s version and never the User’s; what changes nothing moves none', async () => {
    const ann = await person()
    const id = await group()
    const user = await versionOf('users', ann)
    const add = { op: 'Add', path: 'members', value: [{ value: ann }] }
    await patch(id, add)
    expect(await versionOf('teams', id)).toBe(2)
    await patch(id, add)
    await patch(id, add, { op: 'remove', path: `members[value eq "${await person()}"]` })
    expect([await versionOf('teams', id), await versionOf('users', ann)]).toEqual([2, user])
    expect((await scim(`/Users/${ann}`)).json.groups).toMatchObject([{ value: id, type: 'direct' }])
  })

  test('who are nobody, another Group, or the local first admin are skipped', async () => {
    const ann = await person()
    const id = await group()
    const [admin] = await run<{ id: string }>(portal.deps.database, 'select id from portal.users where local_admin', [])
    const strangers = [admin?.id, await group(), 'not-an-id', '01a20cc8-8e80-7182-8e8a-2370d436e615']
    const value = [ann, ...strangers].map((member) => ({ value: member }))
    expect((await patch(id, { op: 'Add', path: 'members', value })).status).toBe(204)
    expect(await membersOf(id)).toEqual([ann])
  })

  test('are all undone when an operation beside them fails', async () => {
    const ann = await person()
    const id = await group()
    const operations = [
      { op: 'add', path: 'members', value: [{ value: ann }] },
      { op: 'replace', path: 'displayName', value: 7 },
    ]
    expect((await patch(id, ...operations)).status).toBe(400)
    expect(await membersOf(id)).toEqual([])
  })

  test('are not lost when 20 PATCHes come at once', async () => {
    const id = await group()
    const people = await Promise.all(Array.from({ length: 20 }, () => person()))
    const leavers = people.slice(0, 5)
    await patch(id, { op: 'add', path: 'members', value: leavers.map((value) => ({ value })) })
    const answers = await Promise.all([
      ...people.slice(5).map((value) => patch(id, { op: 'Add', path: 'members', value: [{ value }] })),
      ...leavers.map((value) => patch(id, { op: 'Remove', path: 'members', value: [{ value }] })),
    ])
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 204))
    expect(await membersOf(id)).toEqual(people.slice(5).sort())
    expect(await versionOf('teams', id)).toBe(22)
  })

  test('of a large group are changed without reading them', async () => {
    const ann = await person()
    const id = await group()
    await run(
      portal.deps.database,
      `with u as (
         insert into portal.users (workspace_id, id, user_name_key, user_name, display_name, display_name_key, email, email_key,
           active, source, attributes, keys, created_at, last_modified_at)
         select w.workspace_id, gen_random_uuid(), 'bulk' || n, 'bulk' || n, 'b', 'b', 'b', 'b', true, 'SCIM', '{}', '{}', $2, $2
         from portal.workspaces w, generate_series(1, 10000) n returning workspace_id, id
       ) insert into portal.team_members select workspace_id, $1, id, 'SCIM', $2 from u`,
      [id, portal.clock.now()],
    )
    const began = performance.now()
    for (let round = 0; round < 10; round += 1) {
      await patch(id, { op: 'Add', path: 'members', value: [{ value: ann }] })
      await patch(id, { op: 'Remove', path: 'members', value: [{ value: ann }] })
      await scim(`/Groups/${id}?excludedAttributes=members`)
    }
    // 30 requests; reading 10,000 members takes more than that alone.
    expect(performance.now() - began).toBeLessThan(3_000)
  })
})

describe('standing membership', () => {
  test('a leaver is in no group, and is in the provider’s again when they return', async () => {
    const [ann, bo] = [await person(), await person()]
    const [stays, leaves] = [await group([ann, bo]), await group([ann])]
    await api('/api/v1/teams', {
      body: {
        teamTag: `hand-${count}`,
        type: 'CORTEX',
        metadata: { name: 'By hand' },
        cortexTeam: { members: [{ email: `member${count - 3}@example.com` }] },
      },
    })
    const before = await versionOf('teams', stays)
    await setActive(ann, false)
    expect([await membersOf(stays), await membersOf(leaves)]).toEqual([[bo], []])
    expect(await versionOf('teams', stays)).toBe(before + 1)
    expect((await scim(`/Groups?filter=members.value eq "${ann}"`)).json.totalResults).toBe(0)
    await patch(leaves, { op: 'Remove', path: 'members', value: [{ value: ann }] })
    await setActive(ann, true)
    expect([await membersOf(stays), await membersOf(leaves)]).toEqual([[ann, bo].sort(), []])
    const { teams } = (await api(`/api/v1/users/${ann}`)).json
    expect(teams.map(({ id }: { id: string }) => id)).toEqual([stays])
    const [entry] = (await api('/api/v1/audit-logs?objectTypes=USER&pageSize=1')).json.logs
    expect(entry.details).toMatchObject({
      event: 'user.returned',
      given: { roles: [{ role: 'VIEWER' }], teams: [{ id: stays }] },
    })
  })

  test('somebody inactive who is added is kept in mind; remove, replace and a deleted group forget', async () => {
    const ann = await person({ active: false })
    const [added, removed, replaced, deleted] = [
      await group([ann]),
      await group([ann]),
      await group([ann]),
      await group([ann]),
    ]
    expect((await patch(added, { op: 'Add', path: 'members', value: [{ value: ann }] })).status).toBe(204)
    expect([await membersOf(added), await versionOf('teams', added)]).toEqual([[], 1])
    await patch(removed, { op: 'remove', path: `members[value eq "${ann}"]` })
    await patch(replaced, { op: 'replace', path: 'members', value: [] })
    await scim(`/Groups/${deleted}`, { method: 'DELETE' })
    await setActive(ann, true)
    expect((await scim(`/Users/${ann}`)).json.groups).toMatchObject([{ value: added }])
    expect([await membersOf(removed), await membersOf(replaced)]).toEqual([[], []])
  })
})
