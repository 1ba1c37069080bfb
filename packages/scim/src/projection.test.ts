import { describe, expect, test } from 'vitest'
import type { JsonObject } from './json.ts'
import { project, readProjection, wantsAttribute } from './projection.ts'
import { attribute, type ResourceType } from './schema/attribute.ts'
import { GROUP, USER } from './schema/resource-types.ts'
import { refusal } from './testing.ts'
import { ENTERPRISE_USER_URN, USER_URN } from './urns.ts'

const schemas = [USER_URN, ENTERPRISE_USER_URN]
const user: JsonObject = {
  schemas,
  id: 'u1',
  userName: 'p',
  nickName: 'Pri',
  password: 'secret',
  name: { givenName: 'Priya', familyName: 'Raman' },
  emails: [{ type: 'work', value: 'p@example.com' }],
  [ENTERPRISE_USER_URN]: { department: 'D', manager: { value: 'm1', displayName: 'Mo' } },
}

describe('readProjection', () => {
  test.each([
    { why: 'nothing asked', query: '', projection: {} },
    {
      why: 'a list with blanks',
      query: 'attributes=userName,%20name.givenName,',
      projection: { attributes: ['userName', 'name.givenName'] },
    },
    {
      why: 'an empty list asks for nothing',
      query: 'attributes=&excludedAttributes=members',
      projection: { excludedAttributes: ['members'] },
    },
    { why: 'a repeated parameter', query: 'attributes=a&attributes=b', projection: { attributes: ['a', 'b'] } },
  ])('$why', ({ query, projection }) => {
    expect(readProjection(new URLSearchParams(query))).toEqual(projection)
  })

  test('reads what a framework hands over, and a search body', () => {
    expect(readProjection({ attributes: 'a,b', excludedAttributes: undefined })).toEqual({ attributes: ['a', 'b'] })
    expect(readProjection({ excludedAttributes: ['a', 'b'] })).toEqual({ excludedAttributes: ['a', 'b'] })
  })

  test('refuses both at once', () => {
    expect(refusal(() => readProjection({ attributes: 'a', excludedAttributes: 'b' }))).toBe('invalidValue')
  })
})

describe('project (RFC 7644 §3.9)', () => {
  const { password: _, ...visible } = user
  test.each<{ why: string; attributes?: string[]; excludedAttributes?: string[]; shown: JsonObject }>([
    { why: 'by default everything but what is never returned', shown: visible },
    {
      why: 'what is named, and what is always returned',
      attributes: ['nickName'],
      shown: { schemas, id: 'u1', nickName: 'Pri' },
    },
    {
      why: 'a sub-attribute without its neighbours',
      attributes: ['NAME.GIVENNAME'],
      shown: { schemas, id: 'u1', name: { givenName: 'Priya' } },
    },
    {
      why: 'a sub-attribute of each value',
      attributes: ['emails.value'],
      shown: { schemas, id: 'u1', emails: [{ value: 'p@example.com' }] },
    },
    {
      why: 'a whole attribute and one of its parts',
      attributes: ['name.givenName', 'name'],
      shown: { schemas, id: 'u1', name: visible.name as JsonObject },
    },
    {
      why: 'an attribute by its base URN',
      attributes: [`${USER_URN}:nickName`],
      shown: { schemas, id: 'u1', nickName: 'Pri' },
    },
    {
      why: 'an extension by its URN',
      attributes: [ENTERPRISE_USER_URN],
      shown: { schemas, id: 'u1', [ENTERPRISE_USER_URN]: user[ENTERPRISE_USER_URN] as JsonObject },
    },
    {
      why: 'one attribute of an extension',
      attributes: [`${ENTERPRISE_USER_URN}:department`],
      shown: { schemas, id: 'u1', [ENTERPRISE_USER_URN]: { department: 'D' } },
    },
    {
      why: 'a sub-attribute in an extension',
      attributes: [`${ENTERPRISE_USER_URN.toUpperCase()}:MANAGER.value`],
      shown: { schemas, id: 'u1', [ENTERPRISE_USER_URN]: { manager: { value: 'm1' } } },
    },
    { why: 'a password stays hidden when named', attributes: ['password'], shown: { schemas, id: 'u1' } },
    { why: 'unknown names are ignored', attributes: ['shoeSize', 'constructor', ''], shown: { schemas, id: 'u1' } },
    {
      why: 'exclusion never drops the id',
      excludedAttributes: ['id', 'schemas', 'name', 'emails', ENTERPRISE_USER_URN],
      shown: { schemas, id: 'u1', userName: 'p', nickName: 'Pri' },
    },
    {
      why: 'exclusion of parts',
      excludedAttributes: ['name.familyName', 'emails.type', `${ENTERPRISE_USER_URN}:manager`],
      shown: {
        ...visible,
        name: { givenName: 'Priya' },
        emails: [{ value: 'p@example.com' }],
        [ENTERPRISE_USER_URN]: { department: 'D' },
      },
    },
    {
      why: 'exclusion of every part leaves no shell',
      excludedAttributes: ['name.familyName', 'name.givenName', 'emails', ENTERPRISE_USER_URN],
      shown: { schemas, id: 'u1', userName: 'p', nickName: 'Pri' },
    },
  ])('$why', ({ shown, why: _why, ...projection }) => {
    expect(project(user, projection, USER)).toEqual(shown)
  })

  test('an extension whose URN ends in a version is selected by it', () => {
    const badge = { id: 'urn:example:badge:1.0', name: 'Badge', description: '', attributes: [attribute('level', '')] }
    const type: ResourceType = { ...USER, schemaExtensions: [{ schema: badge, required: false }] }
    const resource = { id: 'u1', title: 'T', [badge.id]: { level: 'gold' } }
    const only = { id: 'u1', [badge.id]: { level: 'gold' } }
    expect(project(resource, { attributes: [badge.id.toUpperCase()] }, type)).toEqual(only)
    expect(project(resource, { attributes: [`${badge.id}:LEVEL`] }, type)).toEqual(only)
    expect(project(resource, { excludedAttributes: [badge.id] }, type)).toEqual({ id: 'u1', title: 'T' })
  })

  test('what is returned on request shows only when named', () => {
    const schema = {
      ...USER.schema,
      attributes: [...USER.schema.attributes, attribute('badge', '', { returned: 'request' })],
    }
    const type: ResourceType = { ...USER, schema }
    expect(project({ id: 'u1', badge: 'b' }, {}, type)).toEqual({ id: 'u1' })
    expect(project({ id: 'u1', badge: 'b' }, { attributes: ['badge'] }, type)).toEqual({ id: 'u1', badge: 'b' })
  })
})

describe('wantsAttribute', () => {
  test.each([
    { why: 'by default', projection: {}, wants: true },
    { why: 'excluded', projection: { excludedAttributes: ['MEMBERS'] }, wants: false },
    { why: 'a part excluded', projection: { excludedAttributes: ['members.display'] }, wants: true },
    { why: 'not named', projection: { attributes: ['id'] }, wants: false },
    { why: 'named in part', projection: { attributes: ['members.value'] }, wants: true },
  ])('members $why', ({ projection, wants }) => {
    expect(wantsAttribute(projection, 'members', GROUP)).toBe(wants)
  })

  test('inside an extension', () => {
    const manager = `${ENTERPRISE_USER_URN}:manager`
    expect(wantsAttribute({ attributes: [ENTERPRISE_USER_URN] }, manager, USER)).toBe(true)
    expect(wantsAttribute({ attributes: [`${manager}.value`] }, manager, USER)).toBe(true)
    expect(wantsAttribute({ attributes: [`${ENTERPRISE_USER_URN}:department`] }, manager, USER)).toBe(false)
    expect(wantsAttribute({ excludedAttributes: [ENTERPRISE_USER_URN] }, manager, USER)).toBe(false)
  })
})
