import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser, PATCH, scimForTests } from '../scim/scim-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let api: TestCaller
let scim: TestCaller

beforeAll(async () => {
  const made = await scimForTests(database)
  ;({ portal, api, scim } = made)
})

const MANAGER = { type: 'BASIC', role: 'MANAGER' }
const map = (idpValue: string, role: object = MANAGER, caller = api) =>
  caller('/api/v1/scim/role-mappings', { body: { idpValue, role } })
const unmap = (id: string) => api(`/api/v1/scim/role-mappings/${id}`, { method: 'DELETE' })

/** Somebody whose provider sends these role values. */
const provision = async (userName: string, ...values: string[]): Promise<string> =>
  (await scim('/Users', { body: entraUser(userName, { roles: values.map((value) => ({ value })) }) })).json.id

/** A key that holds these permissions by a role of that tag. */
async function keyWith(tag: string, ...permissions: string[]): Promise<TestCaller> {
  await api('/api/v1/roles', { body: { name: tag, tag, permissions } })
  const body = { name: tag, roles: [{ type: 'CUSTOM', tag }] }
  return portal.withBearer((await api('/api/v1/auth/key', { body })).json.apiKey)
}

/** Each role that somebody holds, with its sources. */
async function held(id: string): Promise<string[]> {
  const { permissions } = (await api(`/api/v1/users/${id}/permissions`)).json
  const via = permissions.flatMap(({ via }: { via: unknown[] }) => via) as {
    role: { role?: string; tag?: string }
    source: string
  }[]
  return [...new Set(via.map(({ role, source }) => `${role.role ?? role.tag} ${source}`))].sort()
}

describe('a role mapping', () => {
  test('is listed by value, made once, and names its role whole', async () => {
    const first = await map('list.b')
    expect(first).toMatchObject({
      status: 200,
      json: { id: expect.any(String), idpValue: 'list.b', role: { ...MANAGER, name: 'Manager' } },
    })
    expect((await map('LIST.B')).json).toEqual(first.json)
    await map('list.a', { role: 'USER' })
    const { json } = await api('/api/v1/scim/role-mappings?pageSize=1')
    expect(json).toMatchObject({ roleMappings: [{ idpValue: 'list.a' }], page: 0, total: 2, totalPages: 2 })
    expect((await map('list.a', { role: 'ADMIN' })).status).toBe(409)
  })

  test('is given when somebody is provisioned, follows what the provider sends, and leaves other roles', async () => {
    await map('follow')
    const id = await provision('follow@acme.example', 'FOLLOW', 'unmapped')
    expect(await held(id)).toEqual(['MANAGER MAPPING', 'VIEWER DEFAULT'])
    await api(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [{ type: 'BASIC', role: 'USER' }] } })
    expect(await held(id)).toEqual(['MANAGER MAPPING', 'USER ADMIN'])
    const send = (value: unknown) =>
      scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'roles', value }) })
    await send([{ value: 'other' }])
    expect(await held(id)).toEqual(['USER ADMIN'])
    // Entra's SingleAppRoleAssignment sends a JSON text as the value.
    await send([{ value: JSON.stringify({ id: 'x', value: 'follow', displayName: 'Follow' }) }])
    expect(await held(id)).toEqual(['MANAGER MAPPING', 'USER ADMIN'])
    await send([])
    expect(await held(id)).toEqual(['USER ADMIN'])
    const { logs } = (await api('/api/v1/audit-logs?objectTypes=ROLE_ASSIGNMENT&objectIdentifiers=follow@acme.example'))
      .json
    expect(logs.map(({ details }: { details: object }) => details)).toEqual([
      { source: 'MAPPING', added: [], removed: ['BASIC:MANAGER'] },
      { source: 'MAPPING', added: ['BASIC:MANAGER'], removed: [] },
      { source: 'MAPPING', added: [], removed: ['BASIC:MANAGER'] },
      { added: ['BASIC:USER'], removed: ['BASIC:VIEWER'] },
    ])
  })

  test('is given at once to whoever had the value before, and taken at once from them', async () => {
    const ids = [await provision('early1@acme.example', 'early'), await provision('early2@acme.example', 'Early', 'x')]
    const outside = await provision('late@acme.example', 'earlyish')
    const { id } = (await map('early')).json
    for (const one of ids) expect(await held(one)).toEqual(['MANAGER MAPPING', 'VIEWER DEFAULT'])
    expect(await held(outside)).toEqual(['VIEWER DEFAULT'])
    expect((await unmap(id)).status).toBe(200)
    for (const one of ids) expect(await held(one)).toEqual(['VIEWER DEFAULT'])
    expect((await unmap(id)).status).toBe(404)
    expect((await unmap('nothing')).status).toBe(404)
    const { logs } = (await api('/api/v1/audit-logs?objectTypes=ROLE_ASSIGNMENT&objectIdentifiers=early')).json
    expect(logs).toMatchObject([
      { action: 'DELETE', details: { role: 'BASIC:MANAGER', count: 2 } },
      {
        action: 'CREATE',
        details: { role: 'BASIC:MANAGER', count: 2, people: [{ email: 'early1@acme.example' }, {}] },
      },
    ])
  })

  test('that ends leaves a role which another value still gives', async () => {
    const { id } = (await map('twice.a')).json
    await map('twice.b')
    const person = await provision('twice@acme.example', 'twice.a', 'twice.b')
    await unmap(id)
    expect(await held(person)).toEqual(['MANAGER MAPPING', 'VIEWER DEFAULT'])
  })

  test('gives nothing to somebody deprovisioned, until they return', async () => {
    const id = await provision('leaver@acme.example', 'leave')
    const active = (value: boolean) =>
      scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'active', value }) })
    await active(false)
    await map('leave')
    expect(await held(id)).toEqual([])
    await active(true)
    expect(await held(id)).toEqual(['MANAGER MAPPING', 'VIEWER DEFAULT'])
    await active(false)
    expect(await held(id)).toEqual([])
  })

  test('can give nobody what its maker lacks, and names a role that exists', async () => {
    const role = { type: 'CUSTOM', tag: 'connector' }
    const connector = await keyWith(role.tag, 'Configure Open ID Connector & SCIM')
    const refused = await map('lacking', { type: 'BASIC', role: 'ADMIN' }, connector)
    expect(refused.status).toBe(403)
    expect(refused.json.message).toContain('"Edit Roles"')
    expect((await map('lacking', role, connector)).status).toBe(200)
    expect((await map('nowhere', { type: 'CUSTOM', tag: 'ghost' })).status).toBe(400)
    for (const body of [{}, { idpValue: ' ', role: MANAGER }, { idpValue: 'x', role: { role: 'KING' } }])
      expect((await api('/api/v1/scim/role-mappings', { body })).status).toBe(400)
  })

  test('keeps its role from being deleted, and from being widened by who lacks what is added', async () => {
    await api('/api/v1/roles', { body: { name: 'Mapped', tag: 'mapped', permissions: [] } })
    const { id } = (await map('widen', { tag: 'mapped' })).json
    const refused = await api('/api/v1/roles/mapped', { method: 'DELETE' })
    expect(refused).toMatchObject({ status: 409, json: { details: { mappings: 1 } } })
    expect(refused.json.message).toContain('1 role mapping')
    const editor = await keyWith('editor', 'Edit Roles')
    const body = { name: 'Mapped', permissions: ['View audit logs'] }
    expect((await editor('/api/v1/roles/mapped', { method: 'PUT', body })).status).toBe(403)
    await unmap(id)
    expect((await api('/api/v1/roles/mapped', { method: 'DELETE' })).status).toBe(200)
  })

  test('leaves nothing with anybody who is deprovisioned at the same moment', async () => {
    const names = Array.from({ length: 8 }, (_, n) => `leaving${n}@acme.example`)
    const ids = await Promise.all(names.map((name) => provision(name, 'leaving')))
    const leave = (id: string) =>
      scim(`/Users/${id}`, { method: 'PATCH', body: PATCH({ op: 'replace', path: 'active', value: false }) })
    const answers = await Promise.all([...ids.slice(0, 4).map(leave), map('leaving'), ...ids.slice(4).map(leave)])
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200))
    for (const id of ids) expect(await held(id)).toEqual([])
  })

  test('is another workspace’s matter', async () => {
    const other = portal.withBearer((await portal.newWorkspace('Other')).adminApiKey)
    const { id } = (await map('mine')).json
    expect((await other('/api/v1/scim/role-mappings')).json.total).toBe(0)
    expect((await other(`/api/v1/scim/role-mappings/${id}`, { method: 'DELETE' })).status).toBe(404)
  })

  test('meets everybody who is given the value at the same moment', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => provision(`race${n}@acme.example`)))
    const give = (id: string) =>
      scim(`/Users/${id}`, {
        method: 'PATCH',
        body: PATCH({ op: 'replace', path: 'roles', value: [{ value: 'race' }] }),
      })
    const answers = await Promise.all([...ids.slice(0, 4).map(give), map('race'), ...ids.slice(4).map(give)])
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200))
    for (const id of ids) expect(await held(id)).toEqual(['MANAGER MAPPING', 'VIEWER DEFAULT'])
  })
})
