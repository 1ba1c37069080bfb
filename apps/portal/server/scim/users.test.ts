import { run } from '@muster/service-kit/database.ts'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestPortal } from '../portal-for-tests.ts'
import { ENTERPRISE, entraUser, PATCH, scimForTests, USER_SCHEMA } from './scim-for-tests.ts'

let scim: Awaited<ReturnType<typeof scimForTests>>['scim']
let portal: TestPortal
let count = 0

beforeAll(async () => {
  const { database } = await freshDatabase()
  ;({ scim, portal } = await scimForTests(database))
})

const fresh = () => `person${++count}@example.com`

async function made(more: object = {}) {
  const answer = await scim('/Users', { body: entraUser(fresh(), more) })
  expect(answer.status).toBe(201)
  return answer.json
}

describe('POST /Users (RFC 7644 §3.3)', () => {
  test('answers 201 with the resource, at the address that Location, meta and GET agree on', async () => {
    const answer = await scim('/Users', {
      body: entraUser('Priya.Raman@example.com', { id: 'mine', groups: [{ value: 'x' }] }),
    })
    const { id, meta } = answer.json
    expect(answer.status).toBe(201)
    expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
    expect(answer.headers.location).toBe(`http://portal.test/scim/v2/Users/${id}`)
    expect(meta).toMatchObject({ resourceType: 'User', location: answer.headers.location })
    expect(meta.created).toBe(meta.lastModified)
    const { meta: _, roles: __, ...sent } = entraUser('Priya.Raman@example.com')
    expect(answer.json).toMatchObject(sent)
    expect(answer.json.groups).toBeUndefined()
    expect(id).not.toBe('mine')
    expect((await scim(`/Users/${id}`)).json).toEqual(answer.json)
  })

  test('refuses a userName that is taken, in any letter case, and names the holder', async () => {
    const { id, userName } = await made()
    const again = await scim('/Users', { body: entraUser(userName.toUpperCase()) })
    expect(again.status).toBe(409)
    expect(again.json).toMatchObject({ status: '409', scimType: 'uniqueness' })
    expect(again.json.detail).toContain(id)
  })

  test('refuses somebody deprovisioned who is posted again, and names their id', async () => {
    const { id, userName } = await made()
    await scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'active', value: false }) })
    const again = await scim('/Users', { body: entraUser(userName) })
    expect([again.status, again.json.detail.includes(id)]).toEqual([409, true])
  })

  test('never stores or answers a password', async () => {
    const { id, ...resource } = await made({ password: 'hunter2' })
    expect(resource.password).toBeUndefined()
    expect((await scim(`/Users/${id}?attributes=password`)).json.password).toBeUndefined()
    const rows = await run(
      portal.deps.database,
      `select attributes::text || keys::text like '%hunter2%' as found from portal.users where id = $1`,
      [id],
    )
    expect(rows).toEqual([{ found: false }])
  })

  test('lets two people share externalId and e-mail: only userName is unique', async () => {
    const first = await made({ externalId: 'shared', emails: [{ type: 'work', value: 'team@example.com' }] })
    const second = await made({ externalId: 'shared', emails: [{ type: 'work', value: 'team@example.com' }] })
    expect(second.id).not.toBe(first.id)
    const found = await scim('/Users?filter=externalId eq "shared"')
    expect(found.json.totalResults).toBe(2)
  })

  test.each([
    { why: 'no body', body: undefined, scimType: 'invalidSyntax' },
    { why: 'not JSON', body: '{"userName":', scimType: 'invalidSyntax' },
    { why: 'no object', body: [], scimType: 'invalidSyntax' },
    { why: 'another message', body: PATCH(), scimType: undefined },
    { why: 'no userName', body: { schemas: [USER_SCHEMA], displayName: 'X' }, scimType: 'invalidValue' },
    { why: 'userName of a wrong type', body: { schemas: [USER_SCHEMA], userName: 7 }, scimType: 'invalidValue' },
    { why: 'NUL in a text', body: { schemas: [USER_SCHEMA], userName: 'a\0b' }, scimType: 'invalidValue' },
    {
      why: 'active of a wrong type',
      body: { schemas: [USER_SCHEMA], userName: 'z', active: 'maybe' },
      scimType: 'invalidValue',
    },
  ])('refuses $why with 400, and writes nothing', async ({ body, scimType }) => {
    const before = (await scim('/Users?count=0')).json.totalResults
    const answer = await scim('/Users', { method: 'POST', ...(body === undefined ? {} : { body }) })
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^application\/scim\+json/)
    expect(answer.json.schemas).toEqual(['urn:ietf:params:scim:api:messages:2.0:Error'])
    if (scimType) expect(answer.json.scimType).toBe(scimType)
    expect((await scim('/Users?count=0')).json.totalResults).toBe(before)
  })
})

describe('PATCH /Users/{id}: what clients send', () => {
  const urn = (name: string) => `${ENTERPRISE}:${name}`
  test.each([
    {
      why: 'legacy: capital Replace of a scalar',
      operations: [{ op: 'Replace', path: 'displayName', value: 'P. R.' }],
      now: { displayName: 'P. R.' },
    },
    {
      why: 'legacy: "False" as text',
      operations: [{ op: 'Replace', path: 'active', value: 'False' }],
      now: { active: false },
    },
    {
      why: '"false" in lower case',
      operations: [{ op: 'replace', path: 'active', value: 'false' }],
      now: { active: false },
    },
    {
      why: 'flag: boolean false',
      operations: [{ op: 'replace', path: 'active', value: false }],
      now: { active: false },
    },
    { why: 'without path', operations: [{ op: 'replace', value: { active: false } }], now: { active: false } },
    {
      why: 'legacy: a filtered path that is there',
      operations: [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'new@example.com' }],
      now: { emails: [{ primary: true, type: 'work', value: 'new@example.com' }] },
    },
    {
      why: 'legacy: a filtered path that is not there is made, and reused',
      operations: [
        { op: 'Add', path: 'addresses[type eq "home"].locality', value: 'York' },
        { op: 'Add', path: 'addresses[type eq "home"].country', value: 'GB' },
      ],
      now: {
        addresses: [
          { primary: true, type: 'work', locality: 'Leeds', country: 'GB' },
          { type: 'home', locality: 'York', country: 'GB' },
        ],
      },
    },
    {
      why: 'legacy: Replace of a missing filtered element',
      operations: [{ op: 'Replace', path: 'emails[type eq "home"].value', value: 'h@example.com' }],
      now: {},
    },
    {
      why: 'legacy: an extension attribute by its URN',
      operations: [{ op: 'Add', path: urn('department'), value: 'Payments' }],
      now: { [ENTERPRISE]: { department: 'Payments', employeeNumber: '40117' } },
    },
    {
      why: 'flag: dotted and URN keys without path',
      operations: [
        {
          op: 'replace',
          value: { displayName: 'P', 'name.familyName': 'Raman-Holt', [urn('employeeNumber')]: '40118' },
        },
      ],
      now: {
        displayName: 'P',
        name: { formatted: 'Priya Raman', familyName: 'Raman-Holt', givenName: 'Priya' },
        [ENTERPRISE]: { department: 'Platform', employeeNumber: '40118' },
      },
    },
    {
      why: 'manager as a bare text',
      operations: [{ op: 'Add', path: urn('manager'), value: 'boss' }],
      now: { [ENTERPRISE]: { department: 'Platform', employeeNumber: '40117', manager: { value: 'boss' } } },
    },
    {
      why: 'manager as a list, by its short name',
      operations: [{ op: 'Add', path: 'manager', value: [{ $ref: 'http://x/Users/boss', value: 'boss' }] }],
      now: {},
    },
    {
      why: 'manager as an object',
      operations: [{ op: 'replace', path: urn('manager'), value: { value: 'boss' } }],
      now: {},
    },
    {
      why: 'roles as JSON text',
      operations: [
        { op: 'Add', path: 'roles', value: [{ value: '{"id":"1","value":"Editor","displayName":"Editor"}' }] },
      ],
      now: {},
    },
    {
      why: 'an unknown attribute beside a known one',
      operations: [
        { op: 'Replace', path: 'title', value: 'Lead' },
        { op: 'Add', value: { shoeSize: '43' } },
      ],
      now: { title: 'Lead' },
    },
    { why: 'no operations', operations: [], now: {} },
    { why: 'remove', operations: [{ op: 'Remove', path: 'title' }], now: { title: undefined } },
    {
      why: 'name as an object keeps what it does not name',
      operations: [{ op: 'Replace', path: 'name', value: { givenName: 'P' } }],
      now: { name: { formatted: 'Priya Raman', familyName: 'Raman', givenName: 'P' } },
    },
  ])('$why', async ({ operations, now }) => {
    const { id } = await made()
    const answer = await scim(`/Users/${id}`, { method: 'PATCH', body: PATCH(...operations) })
    expect([answer.status, answer.json.detail]).toEqual([200, undefined])
    const read = (await scim(`/Users/${id}`)).json
    expect(read).toEqual(answer.json)
    for (const [name, value] of Object.entries(now)) expect(read[name]).toEqual(value)
  })

  test('what changes nothing moves neither version nor lastModified, and leaves no trace', async () => {
    const { id, meta } = await made()
    const before = await traces(id)
    portal.clock.advance(60_000)
    for (const operation of [
      { op: 'Replace', path: 'displayName', value: 'Priya Raman' },
      { op: 'Replace', path: 'active', value: 'True' },
      { op: 'add', path: 'emails', value: [] },
    ]) {
      const answer = await scim(`/Users/${id}`, { method: 'PATCH', body: PATCH(operation) })
      expect([answer.status, answer.json.meta]).toEqual([200, meta])
    }
    expect(await traces(id)).toEqual(before)
  })

  test.each([
    { why: 'remove without path', operations: [{ op: 'remove' }], scimType: 'noTarget' },
    { why: 'a path that is none', operations: [{ op: 'replace', path: 'emails[', value: 'x' }], scimType: undefined },
    { why: 'a read-only attribute', operations: [{ op: 'replace', path: 'id', value: 'x' }], scimType: 'mutability' },
    { why: 'an unknown operation', operations: [{ op: 'move', path: 'title', value: 'x' }], scimType: undefined },
    { why: 'a required attribute removed', operations: [{ op: 'remove', path: 'userName' }], scimType: undefined },
  ])('refuses $why, and undoes what went before', async ({ operations, scimType }) => {
    const { id, title } = await made()
    const answer = await scim(`/Users/${id}`, {
      method: 'PATCH',
      body: PATCH({ op: 'replace', path: 'title', value: 'Undone' }, ...operations),
    })
    expect(answer.status).toBe(400)
    if (scimType) expect(answer.json.scimType).toBe(scimType)
    expect((await scim(`/Users/${id}`)).json.title).toBe(title)
  })

  test('refuses a userName that is somebody else’s', async () => {
    const [one, other] = [await made(), await made()]
    const answer = await scim(`/Users/${one.id}`, {
      method: 'PATCH',
      body: PATCH({ op: 'replace', path: 'userName', value: other.userName.toUpperCase() }),
    })
    expect([answer.status, answer.json.scimType]).toEqual([409, 'uniqueness'])
  })

  test('takes a new userName, which then frees the old one', async () => {
    const { id, userName } = await made()
    const renamed = fresh()
    await scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', value: { userName: renamed } }) })
    expect((await scim(`/Users?filter=userName eq "${renamed}"`)).json.Resources[0].id).toBe(id)
    expect((await scim('/Users', { body: entraUser(userName) })).status).toBe(201)
  })
})

describe('PUT /Users/{id} (RFC 7644 §3.5.1)', () => {
  test('replaces what is given, clears what is not, and keeps created', async () => {
    const { id, userName, meta } = await made()
    portal.clock.advance(1000)
    const answer = await scim(`/Users/${id}`, {
      method: 'PUT',
      body: { schemas: [USER_SCHEMA], userName, displayName: 'New' },
    })
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ id, userName, displayName: 'New', active: true })
    expect(answer.json.title).toBeUndefined()
    expect(answer.json.meta.created).toBe(meta.created)
    expect(answer.json.meta.lastModified > meta.lastModified).toBe(true)
    const again = await scim(`/Users/${id}`, {
      method: 'PUT',
      body: { schemas: [USER_SCHEMA], userName, displayName: 'New' },
    })
    expect(again.json.meta).toEqual(answer.json.meta)
  })

  test('deprovisions with active false, and does not bring somebody back by leaving active out', async () => {
    const { id, userName } = await made()
    const body = { schemas: [USER_SCHEMA], userName, active: false }
    expect((await scim(`/Users/${id}`, { method: 'PUT', body })).json.active).toBe(false)
    const { active: _, ...silent } = { ...body, title: 'Still gone' }
    expect((await scim(`/Users/${id}`, { method: 'PUT', body: silent })).json).toMatchObject({
      active: false,
      title: 'Still gone',
    })
    expect((await scim(`/Users/${id}`, { method: 'PUT', body: { ...body, active: true } })).json.active).toBe(true)
  })

  test('refuses a body without userName', async () => {
    const { id } = await made()
    const answer = await scim(`/Users/${id}`, { method: 'PUT', body: { schemas: [USER_SCHEMA] } })
    expect([answer.status, answer.json.scimType]).toEqual([400, 'invalidValue'])
  })
})

describe('DELETE /Users/{id} (RFC 7644 §3.6)', () => {
  test('is 404 ever after, and frees the name for a new id', async () => {
    const { id, userName } = await made()
    const answer = await scim(`/Users/${id}`, { method: 'DELETE' })
    expect([answer.status, answer.text]).toEqual([204, ''])
    for (const [method, body] of [
      ['GET'],
      ['DELETE'],
      ['PUT', entraUser(userName)],
      ['PATCH', PATCH({ op: 'replace', path: 'title', value: 'x' })],
    ] as const) {
      const gone = await scim(`/Users/${id}`, { method, ...(body ? { body } : {}) })
      expect([method, gone.status, gone.json.status]).toEqual([method, 404, '404'])
    }
    expect((await scim(`/Users?filter=userName eq "${userName}"`)).json.totalResults).toBe(0)
    const again = await scim('/Users', { body: entraUser(userName) })
    expect([again.status, again.json.id === id]).toEqual([201, false])
  })
})

describe('what is shown', () => {
  test.each([
    { query: 'attributes=userName', has: ['id', 'schemas', 'userName'], not: ['displayName', 'meta', 'emails'] },
    { query: 'attributes=name.givenName', has: ['name'], not: ['userName'] },
    { query: 'excludedAttributes=emails,meta', has: ['userName', 'displayName'], not: ['emails', 'meta'] },
    { query: 'excludedAttributes=id', has: ['id'], not: [] },
  ])('$query', async ({ query, has, not }) => {
    const { id } = await made()
    const read = (await scim(`/Users/${id}?${query}`)).json
    expect(Object.keys(read)).toEqual(expect.arrayContaining(has))
    for (const name of not) expect(read).not.toHaveProperty(name)
    const patched = await scim(`/Users/${id}?${query}`, {
      method: 'PATCH',
      body: PATCH({ op: 'replace', path: 'nickName', value: 'Pri' }),
    })
    for (const name of not) expect(patched.json).not.toHaveProperty(name)
  })

  test('an id that can not be one is 404, not a fault', async () => {
    for (const id of ['x', '00000000-0000-0000-0000-000000000000', 'a'.repeat(300), '%00'])
      expect((await scim(`/Users/${id}`)).status).toBeGreaterThanOrEqual(400)
    const { id } = await made()
    expect((await scim(`/Users/${id.toUpperCase()}`)).status).toBe(404)
  })
})

/** What a change would leave behind: version, audit entries, events. */
async function traces(id: string) {
  return run(
    portal.deps.database,
    `select (select version from portal.users where id = $1) as version,
       (select count(*) from portal.audit_entries where object_id = $1::text) as audited,
       (select count(*) from portal.events where object_id = $1::text) as told`,
    [id],
  )
}
