import { describe, expect, test } from 'vitest'
import { defaultSchema } from '../schema/default-schema.ts'
import { createBody } from './create-body.ts'
import { findDifferences } from './difference.ts'
import { attributePatch, managerPatch, membersPatch } from './legacy-patch.ts'
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
    expect(attributePatch(findDifferences(mapped, resource))).toEqual({
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
    expect(attributePatch(findDifferences(left, createBody('User', mapped))).Operations).toEqual([
      { op: 'Replace', path: 'active', value: 'False' },
    ])
  })
})

describe('references (facts §1.8, §1.10)', () => {
  test.each([
    {
      body: managerPatch(`${ENTERPRISE}:manager`, { op: 'Add', targetId: 'm1' }),
      operation: { op: 'Add', path: `${ENTERPRISE}:manager`, value: 'm1' },
    },
    {
      body: managerPatch(`${ENTERPRISE}:manager`, { op: 'Remove' }),
      operation: { op: 'Remove', path: `${ENTERPRISE}:manager` },
    },
    {
      body: membersPatch('members', 'Add', ['u1', 'u2']),
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
      body: membersPatch('members', 'Remove', ['u1']),
      operation: { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'u1' }] },
    },
  ])('$operation.op $operation.path', ({ body, operation }) => {
    expect(body).toEqual({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] })
  })
})
