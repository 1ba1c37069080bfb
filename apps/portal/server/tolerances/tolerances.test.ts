import { TOLERANCES, type ToleranceName } from '@muster/scim'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests, type TestAnswer, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import {
  ENTERPRISE,
  entraUser,
  GROUP_SCHEMA,
  PATCH,
  scimCaller,
  scimForTests,
  USER_SCHEMA,
} from '../scim/scim-for-tests.ts'
import { personForTests } from '../users/person-for-tests.ts'

const { database } = await freshDatabase()
let portal: TestPortal
let api: TestCaller
let scim: TestCaller
let workspace: { readonly workspaceId: string; readonly adminApiKey: string }
let user: string
let group: string
let manager: string
let made = 0

const NOBODY = '00000000-0000-7000-8000-000000000000'

beforeAll(async () => {
  ;({ portal, api, scim, workspace } = await scimForTests(database))
  manager = (await scim('/Users', { body: entraUser('boss@acme.example') })).json.id
  group = (await scim('/Groups', { body: { schemas: [GROUP_SCHEMA], displayName: 'Crew' } })).json.id
})

const put = (body: object) => api('/api/v1/scim/quirks', { method: 'PUT', body })
const newcomer = (more: object = {}) => ({ schemas: [USER_SCHEMA], userName: `one${++made}@acme.example`, ...more })
const create = (more: object) => scim('/Users', { body: newcomer(more) })
const change = (...operations: object[]) => scim(`/Users/${user}`, { method: 'PATCH', body: PATCH(...operations) })
const changeGroup = (operation: object) => scim(`/Groups/${group}`, { method: 'PATCH', body: PATCH(operation) })
const search = (filter: string) => scim(`/Users?filter=${encodeURIComponent(filter)}`)

/** One request for each tolerance that passes by it alone, and what the standard says without it. */
const CASES: readonly {
  readonly name: ToleranceName
  readonly ask: () => Promise<TestAnswer>
  /** Its `scimType`; empty where the value then stands as it is. */
  readonly refused: string
  /** Another that would let it pass, and is off too. */
  readonly with?: ToleranceName
}[] = [
  {
    name: 'capitalised-operation',
    ask: () => change({ op: 'Replace', path: 'title', value: 'A' }),
    refused: 'invalidSyntax',
  },
  {
    name: 'boolean-as-string',
    ask: () => change({ op: 'replace', path: 'active', value: 'True' }),
    refused: 'invalidValue',
  },
  {
    name: 'remove-with-value',
    ask: () => changeGroup({ op: 'remove', path: 'members', value: [{ value: user }] }),
    refused: 'invalidValue',
  },
  {
    name: 'value-path-creates',
    ask: () => change({ op: 'replace', path: 'phoneNumbers[type eq "fax"].value', value: '+44 113 555 0100' }),
    refused: 'noTarget',
  },
  {
    name: 'dotted-key',
    ask: () => change({ op: 'replace', value: { 'name.givenName': 'Bo' } }),
    refused: 'invalidPath',
  },
  {
    name: 'urn-key',
    ask: () => change({ op: 'replace', value: { [`${ENTERPRISE}:department`]: 'X' } }),
    refused: 'invalidPath',
  },
  {
    name: 'unprefixed-extension-attribute',
    with: 'unknown-attribute',
    ask: () => change({ op: 'replace', path: 'department', value: 'Y' }),
    refused: 'invalidPath',
  },
  {
    name: 'manager-as-string',
    ask: () => change({ op: 'replace', path: `${ENTERPRISE}:manager`, value: manager }),
    refused: 'invalidValue',
  },
  {
    name: 'manager-as-array',
    ask: () => change({ op: 'replace', path: `${ENTERPRISE}:manager`, value: [{ value: manager }] }),
    refused: 'invalidValue',
  },
  {
    name: 'element-as-string',
    ask: () => changeGroup({ op: 'add', path: 'members', value: [user] }),
    refused: 'invalidValue',
  },
  {
    name: 'value-not-in-list',
    ask: () => create({ emails: { value: 'x@acme.example' } }),
    refused: 'invalidValue',
  },
  {
    name: 'several-primaries',
    ask: () =>
      create({
        emails: [
          { value: 'x@acme.example', primary: true },
          { value: 'y@acme.example', primary: true },
        ],
      }),
    refused: 'invalidValue',
  },
  {
    name: 'role-as-json-text',
    ask: () => create({ roles: [{ value: '{"id":"1","value":"Lead","displayName":"Lead"}' }] }),
    refused: '',
  },
  { name: 'empty-string-clears', ask: () => change({ op: 'replace', path: 'title', value: '' }), refused: '' },
  {
    name: 'ref-null',
    ask: () => changeGroup({ op: 'add', path: 'members', value: [{ value: user, $ref: null }] }),
    refused: 'invalidValue',
  },
  {
    name: 'read-only-in-value',
    ask: () => change({ op: 'replace', value: { id: 'mine', title: 'B' } }),
    refused: 'mutability',
  },
  { name: 'unknown-attribute', ask: () => create({ shoeSize: 43 }), refused: 'invalidValue' },
  {
    name: 'unknown-schema',
    ask: () => create({ schemas: [USER_SCHEMA, 'urn:example:unheard'] }),
    refused: 'invalidValue',
  },
  {
    name: 'undeclared-extension',
    ask: () => create({ [ENTERPRISE]: { department: 'Z' } }),
    refused: 'invalidValue',
  },
  { name: 'missing-schemas', ask: () => create({ schemas: undefined }), refused: 'invalidSyntax' },
  { name: 'empty-operations', ask: () => change(), refused: 'invalidSyntax' },
  { name: 'unquoted-literal', ask: () => search('userName eq somebody'), refused: 'invalidFilter' },
  {
    name: 'filter-after-value-path',
    ask: () => search('emails[type eq "work"].value eq "x"'),
    refused: 'invalidFilter',
  },
  { name: 'reference-as-text', ask: () => create({ profileUrl: 'no address at all' }), refused: 'invalidValue' },
  {
    name: 'binary-as-text',
    ask: () => create({ x509Certificates: [{ value: 'not base64!' }] }),
    refused: 'invalidValue',
  },
  {
    name: 'unknown-member',
    ask: () => changeGroup({ op: 'add', path: 'members', value: [{ value: NOBODY }] }),
    refused: 'invalidValue',
  },
]

const countOf = async (name: string): Promise<number> =>
  (await api('/api/v1/scim/quirks')).json.quirks.find((quirk: { name: string }) => quirk.name === name).count

describe.each(CASES)('$name', ({ name, ask, refused, with: also = name }) => {
  const switched = (enabled: boolean) => ({ quirks: [name, also].map((one) => ({ name: one, enabled })) })
  const askAnew = async () => {
    user = (await create({})).json.id
    return ask()
  }

  test('is tolerated and counted once a request; off by itself or by strict, the standard holds', async () => {
    const before = await countOf(name)
    const tolerated = await askAnew()
    expect(tolerated.status, tolerated.text).toBeLessThan(300)
    expect(await countOf(name)).toBe(before + 1)
    for (const [off, on] of [
      [switched(false), switched(true)],
      [{ strict: true }, { strict: false }],
    ] as const) {
      user = (await create({})).json.id
      expect((await put(off)).status).toBe(200)
      const { status, json, text } = await ask()
      expect((await put(on)).status).toBe(200)
      if (refused) expect({ status, scimType: json?.scimType }, text).toEqual({ status: 400, scimType: refused })
      else expect(status, text).toBeLessThan(300)
    }
    expect(await countOf(name)).toBe(before + 1)
  })
})

test('every tolerance that the library lists can be switched, and has its line above', async () => {
  const { strict, quirks } = (await api('/api/v1/scim/quirks')).json
  expect(strict).toBe(false)
  expect(quirks.map(({ name }: { name: string }) => name)).toEqual(TOLERANCES.map(({ name }) => name))
  expect(quirks.every(({ enabled }: { enabled: boolean }) => enabled)).toBe(true)
  const without = TOLERANCES.map(({ name }) => name).filter((name) => !CASES.some((one) => one.name === name))
  expect(without).toEqual([])
})

describe('an id that is nobody’s', () => {
  test.each([
    { what: 'in a new Group', ask: (id: string) => scim('/Groups', { body: groupOf(id) }) },
    {
      what: 'in a replaced Group',
      ask: (id: string) => scim(`/Groups/${group}`, { method: 'PUT', body: groupOf(id) }),
    },
    {
      what: 'taken out',
      ask: (id: string) => changeGroup({ op: 'remove', path: `members[value eq "${id}"]` }),
    },
  ])('$what is refused in strict mode, possible or not, and nothing is written', async ({ ask }) => {
    await put({ strict: true })
    const before = (await scim('/Groups')).text
    for (const id of [NOBODY, 'no-id-at-all'])
      expect(await ask(id)).toMatchObject({ status: 400, json: { scimType: 'invalidValue' } })
    expect((await scim('/Groups')).text).toBe(before)
    await put({ strict: false })
    expect((await ask(NOBODY)).status).toBeLessThan(300)
  })
})

const groupOf = (id: string) => ({
  schemas: [GROUP_SCHEMA],
  displayName: `Crew ${++made}`,
  members: [{ value: id }],
})

test('a switch holds from the next request on another node, is audited, and is this workspace’s alone', async () => {
  const node = await portalForTests(database)
  const there = scimCaller(node.withBearer(workspace.adminApiKey))
  const other = await scimForTests(database)
  await put({ quirks: [{ name: 'unknown-attribute', enabled: false }] })
  expect((await there('/Users', { body: newcomer({ shoeSize: 1 }) })).status).toBe(400)
  expect((await other.scim('/Users', { body: newcomer({ shoeSize: 1 }) })).status).toBe(201)
  await put({ quirks: [{ name: 'unknown-attribute', enabled: true }] })
  await put({ quirks: [{ name: 'unknown-attribute', enabled: true }] })
  expect((await there('/Users', { body: newcomer({ shoeSize: 1 }) })).status).toBe(201)
  const { logs } = (await api('/api/v1/audit-logs?objectTypes=SCIM_SETTINGS&pageSize=2')).json
  expect(logs.map(({ details }: { details: object }) => details)).toMatchObject([
    { before: { switchedOff: ['unknown-attribute'] }, after: { switchedOff: [] } },
    { before: { switchedOff: [] }, after: { switchedOff: ['unknown-attribute'] } },
  ])
})

test('two nodes count together', async () => {
  const node = await portalForTests(database)
  const there = node.withBearer(workspace.adminApiKey)
  const before = await countOf('unknown-attribute')
  await scimCaller(there)('/Users', { body: newcomer({ shoeSize: 1 }) })
  await there('/api/v1/scim/quirks')
  await create({ shoeSize: 2 })
  expect(await countOf('unknown-attribute')).toBe(before + 2)
})

test('who may not configure SCIM sees and switches nothing; a name that nobody knows is refused', async () => {
  const { token } = await personForTests(portal, workspace.workspaceId, scim, 'viewer@example.com')
  expect((await token('/api/v1/scim/quirks')).status).toBe(403)
  expect((await token('/api/v1/scim/quirks', { method: 'PUT', body: { strict: true } })).status).toBe(403)
  expect((await put({ quirks: [{ name: 'unheard', enabled: false }] })).status).toBe(400)
})
