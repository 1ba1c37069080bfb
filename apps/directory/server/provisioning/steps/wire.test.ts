import { describe, expect, test } from 'vitest'
import { defaultSchema } from '../schema/default-schema.ts'
import { patchFormOf } from './choose-patch-form.ts'
import { createBody } from './create-body.ts'
import { findDifferences } from './difference.ts'
import { FLAG_FORM } from './flag-patch.ts'
import { LEGACY_FORM } from './legacy-patch.ts'
import { type CompiledMapping, compileMapping, mapAttributes, matchValues } from './mapping.ts'
import { type SourceGroup, type SourceUser, sourceAttributes } from './source-object.ts'

const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const schema = defaultSchema('scim.test')
const users = compileMapping(schema, 'User') as CompiledMapping
const groups = compileMapping(schema, 'Group') as CompiledMapping

const priya: SourceUser = {
  type: 'User',
  id: '0190a1b2-0000-7000-8000-000000000001',
  displayName: 'Priya Raman',
  userPrincipalName: 'priya.raman@example.com',
  accountEnabled: true,
  isDeleted: false,
  properties: {
    jobTitle: 'Platform Engineer',
    mail: 'priya.raman@example.com',
    preferredLanguage: 'en-GB',
    givenName: 'Priya',
    surname: 'Raman',
    officeLocation: 'Leeds 2',
    streetAddress: '1 High Street',
    city: 'Leeds',
    state: 'Yorkshire',
    postalCode: 'LS1 1AA',
    country: 'GB',
    businessPhones: ['+44 113 555 0100'],
    mobilePhone: '+44 7700 900100',
    faxNumber: '+44 113 555 0101',
    mailNickname: 'priya.raman',
    employeeId: '40117',
    department: 'Platform',
  },
}
const squad: SourceGroup = {
  type: 'Group',
  id: '0190a1b2-0000-7000-8000-00000000000a',
  displayName: 'Payments Squad',
  isDeleted: false,
  properties: {},
}

describe('the default mappings (facts §2)', () => {
  test('are 22 of a user and 3 of a group', () => {
    const [user, group] = schema.synchronizationRules[0]?.objectMappings ?? []
    expect([user?.attributeMappings.length, group?.attributeMappings.length]).toEqual([22, 3])
  })

  test('show a function as a tree, with its text', () => {
    const active = schema.synchronizationRules[0]?.objectMappings[0]?.attributeMappings[1]
    expect(active?.source).toMatchObject({
      expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
      name: 'Switch',
      type: 'Function',
      parameters: [
        { key: 'source', value: { name: 'IsSoftDeleted', type: 'Attribute' } },
        { key: 'defaultValue' },
        { key: 'key1', value: { name: 'False', type: 'Constant' } },
        { key: 'value1', value: { name: 'True' } },
        { key: 'key2' },
        { key: 'value2' },
      ],
    })
  })

  test('match by userName and displayName', () => {
    expect(matchValues(users, sourceAttributes(priya, false))).toEqual([
      { attribute: 'userName', value: 'priya.raman@example.com' },
    ])
    expect(matchValues(groups, sourceAttributes(squad, false))).toEqual([
      { attribute: 'displayName', value: 'Payments Squad' },
    ])
  })
})

describe('a create (facts §1.5, §1.10)', () => {
  test('of a user: JSON booleans, work is primary, the extension beside, no manager', () => {
    expect(createBody('User', mapAttributes(users, sourceAttributes(priya, false), 'create'))).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', ENTERPRISE],
      externalId: 'priya.raman',
      userName: 'priya.raman@example.com',
      active: true,
      displayName: 'Priya Raman',
      title: 'Platform Engineer',
      preferredLanguage: 'en-GB',
      emails: [{ primary: true, type: 'work', value: 'priya.raman@example.com' }],
      addresses: [
        {
          primary: true,
          type: 'work',
          formatted: 'Leeds 2',
          streetAddress: '1 High Street',
          locality: 'Leeds',
          region: 'Yorkshire',
          postalCode: 'LS1 1AA',
          country: 'GB',
        },
      ],
      phoneNumbers: [
        { primary: true, type: 'work', value: '+44 113 555 0100' },
        { type: 'mobile', value: '+44 7700 900100' },
        { type: 'fax', value: '+44 113 555 0101' },
      ],
      name: { givenName: 'Priya', familyName: 'Raman', formatted: 'Priya Raman' },
      [ENTERPRISE]: { employeeNumber: '40117', department: 'Platform' },
      meta: { resourceType: 'User' },
    })
  })

  test('of a user with nothing but a name sends no nulls and no extension', () => {
    const bare: SourceUser = { ...priya, properties: { businessPhones: [], jobTitle: null, mail: '' } }
    expect(createBody('User', mapAttributes(users, sourceAttributes(bare, false), 'create'))).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      userName: 'priya.raman@example.com',
      active: true,
      displayName: 'Priya Raman',
      meta: { resourceType: 'User' },
    })
  })

  test('of a group: the object id as externalId, never members', () => {
    expect(createBody('Group', mapAttributes(groups, sourceAttributes(squad, false), 'create'))).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
      externalId: squad.id,
      displayName: 'Payments Squad',
      meta: { resourceType: 'Group' },
    })
  })
})

describe('an update (facts §1.7)', () => {
  const mapped = mapAttributes(users, sourceAttributes(priya, false), 'update')

  test('has one operation for each changed attribute: Replace what is there, Add what is missing', () => {
    const resource = {
      ...createBody('User', mapped),
      displayName: 'P. Raman',
      emails: [
        { type: 'home', value: 'p@home.example' },
        { type: 'Work', value: 'old@example.com' },
      ],
      phoneNumbers: [
        { type: 'work', value: '+44 113 555 0100' },
        { type: 'fax', value: '+44 113 555 0101' },
      ],
      [ENTERPRISE]: { employeeNumber: '40117' },
      active: 'False',
    }
    expect(LEGACY_FORM.attributes(findDifferences(mapped, resource))).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [
        { op: 'Replace', path: 'active', value: 'True' },
        { op: 'Replace', path: 'displayName', value: 'Priya Raman' },
        { op: 'Replace', path: 'emails[type eq "work"].value', value: 'priya.raman@example.com' },
        { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 7700 900100' },
        { op: 'Add', path: `${ENTERPRISE}:department`, value: 'Platform' },
      ],
    })
  })

  test('is none when the target answers booleans as text and names in another case', () => {
    const { userName, ...rest } = createBody('User', mapped)
    expect(findDifferences(mapped, { ...rest, active: 'True', username: userName ?? null })).toEqual([])
  })

  test('of someone who left is active alone, whatever else differs', () => {
    const left = mapAttributes(users, sourceAttributes({ ...priya, displayName: 'Changed' }, true), 'leave')
    expect(LEGACY_FORM.attributes(findDifferences(left, createBody('User', mapped))).Operations).toEqual([
      { op: 'Replace', path: 'active', value: 'False' },
    ])
  })
})

describe('references (facts §1.8, §1.10)', () => {
  test.each([
    {
      body: LEGACY_FORM.manager(`${ENTERPRISE}:manager`, { op: 'Add', targetId: 'm1' }),
      operation: { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm1' },
    },
    {
      body: LEGACY_FORM.manager(`${ENTERPRISE}:manager`, { op: 'Remove' }),
      operation: { op: 'Remove', path: `${ENTERPRISE}:manager` },
    },
    {
      body: LEGACY_FORM.members('members', 'Add', ['u1', 'u2']),
      operation: {
        op: 'Add',
        path: 'members',
        value: [
          { $ref: null, value: 'u1' },
          { $ref: null, value: 'u2' },
        ],
      },
    },
    {
      body: LEGACY_FORM.members('members', 'Remove', ['u1']),
      operation: { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
    },
  ])('$operation.op $operation.path', ({ body, operation }) => {
    expect(body).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] })
  })
})

describe('the form of aadOptscim062020 (facts §1.7–1.11)', () => {
  const mapped = mapAttributes(users, sourceAttributes(priya, false), 'update')
  const whole = createBody('User', mapped)
  const operations = (resource: typeof whole) => FLAG_FORM.attributes(findDifferences(mapped, resource)).Operations

  test('is asked for by the Tenant URL, with any value, among other parameters, in any letter case', () => {
    for (const query of [
      '?aadOptscim062020',
      '?tenant=a&aadOptscim062020=1',
      '?AADOPTSCIM062020&x=y',
      ' ?aadOpt scim062020',
    ])
      expect(patchFormOf(`https://portal.example.com/scim${query}`)).toBe(FLAG_FORM)
    for (const address of ['', '/aadOptscim062020', '?x=aadOptscim062020', '?aadOptscim0620201'])
      expect(patchFormOf(`https://portal.example.com/scim${address}`)).toBe(LEGACY_FORM)
  })

  test('keeps paths of elements, and packs the others under dotted and URN keys, a verb at a time', () => {
    const { title: _, ...rest } = whole
    const resource = {
      ...rest,
      displayName: 'P. Raman',
      active: false,
      name: { givenName: 'Priya', familyName: 'R.', formatted: 'Priya Raman' },
      emails: [{ type: 'work', value: 'old@example.com' }],
      phoneNumbers: [
        { type: 'work', value: '+44 113 555 0100' },
        { type: 'fax', value: '+44 113 555 0101' },
      ],
      [ENTERPRISE]: { employeeNumber: '40116' },
    }
    expect(operations(resource)).toEqual([
      { op: 'replace', path: 'emails[type eq "work"].value', value: 'priya.raman@example.com' },
      { op: 'add', path: 'phoneNumbers[type eq "mobile"].value', value: '+44 7700 900100' },
      {
        op: 'replace',
        value: {
          active: true,
          displayName: 'Priya Raman',
          'name.familyName': 'Raman',
          [`${ENTERPRISE}:employeeNumber`]: '40117',
        },
      },
      { op: 'add', value: { title: 'Platform Engineer', [`${ENTERPRISE}:department`]: 'Platform' } },
    ])
  })

  test.each([
    { why: 'active alone', change: { active: false }, is: { op: 'replace', path: 'active', value: true } },
    { why: 'one that is added', change: { title: '' }, is: { op: 'add', path: 'title', value: 'Platform Engineer' } },
    {
      why: 'one that is replaced',
      change: { title: 'x' },
      is: { op: 'replace', value: { title: 'Platform Engineer' } },
    },
  ])('$why', ({ change, is }) => {
    expect(operations({ ...whole, ...change })).toEqual([is])
  })

  test('writes references in lower case, and removes members by filter', () => {
    const manager = `${ENTERPRISE}:manager`
    expect(FLAG_FORM.manager(manager, { op: 'Replace', targetId: 'm1' }).Operations).toEqual([
      { op: 'replace', path: manager, value: 'm1' },
    ])
    expect(FLAG_FORM.manager(manager, { op: 'Remove' }).Operations).toEqual([{ op: 'remove', path: manager }])
    expect(FLAG_FORM.members('members', 'Add', ['a', 'b']).Operations).toEqual([
      {
        op: 'add',
        path: 'members',
        value: [
          { $ref: null, value: 'a' },
          { $ref: null, value: 'b' },
        ],
      },
    ])
    expect(FLAG_FORM.members('members', 'Remove', ['a', 'b']).Operations).toEqual([
      { op: 'remove', path: 'members[value eq "a"]' },
      { op: 'remove', path: 'members[value eq "b"]' },
    ])
  })
})
