import { describe, expect, test } from 'vitest'
import { BEARER_SCHEME, resourceTypeDocument, schemaDocument, serviceProviderConfig } from './discovery.ts'
import type { Attribute, Schema } from './schema/attribute.ts'
import { GROUP, USER } from './schema/resource-types.ts'
import { ENTERPRISE_USER_URN, GROUP_URN, USER_URN } from './urns.ts'

const BASE = 'https://portal.example.com/scim/v2'
const schemas: Schema[] = [USER, GROUP].flatMap((type) => [
  type.schema,
  ...type.schemaExtensions.map(({ schema }) => schema),
])

describe('schemas (RFC 7643 §2)', () => {
  const attributes = (list: readonly Attribute[]): Attribute[] =>
    list.flatMap((item) => [item, ...(item.subAttributes ?? [])])

  test.each(schemas)('$name keeps the rules of its types', (schema) => {
    for (const { type, multiValued, caseExact, subAttributes, referenceTypes, uniqueness } of attributes(
      schema.attributes,
    )) {
      expect(subAttributes !== undefined).toBe(type === 'complex')
      expect(referenceTypes !== undefined).toBe(type === 'reference')
      if (type === 'reference' || type === 'binary') expect(caseExact).toBe(true)
      if (type === 'binary') expect(uniqueness).toBe('none')
      for (const sub of subAttributes ?? []) expect([sub.type, sub.multiValued || multiValued]).not.toContain('complex')
    }
  })

  test('the characteristics that the standard binds', () => {
    const find = (schema: Schema, name: string) => schema.attributes.find((item) => item.name === name)
    expect(find(USER.schema, 'userName')).toMatchObject({ required: true, caseExact: false, uniqueness: 'server' })
    expect(find(USER.schema, 'password')).toMatchObject({ mutability: 'writeOnly', returned: 'never' })
    expect(find(USER.schema, 'groups')).toMatchObject({ mutability: 'readOnly' })
    expect(find(GROUP.schema, 'displayName')).toMatchObject({ required: true })
    expect(find(USER.schema, 'addresses')?.subAttributes?.map(({ name }) => name)).toContain('primary')
  })
})

test('a schema document has every characteristic of every attribute', () => {
  const document = schemaDocument(USER.schema, BASE)
  expect(document).toMatchObject({ id: USER_URN, name: 'User', meta: { location: `${BASE}/Schemas/${USER_URN}` } })
  const [userName] = document.attributes as Record<string, unknown>[]
  expect(Object.keys(userName ?? {}).sort()).toEqual([
    'caseExact',
    'description',
    'multiValued',
    'mutability',
    'name',
    'required',
    'returned',
    'type',
    'uniqueness',
  ])
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
})

test('a resource type names its schema and its extensions', () => {
  expect(resourceTypeDocument(USER, BASE)).toMatchObject({
    endpoint: '/Users',
    schema: USER_URN,
    schemaExtensions: [{ schema: ENTERPRISE_USER_URN, required: false }],
    meta: { location: `${BASE}/ResourceTypes/User` },
  })
  expect(resourceTypeDocument(GROUP, BASE)).toMatchObject({ schema: GROUP_URN, schemaExtensions: [] })
})

test('a provider says what it has; the numbers stay where a feature is off', () => {
  const config = serviceProviderConfig(
    { patch: true, filter: { maxResults: 200 }, authenticationSchemes: [BEARER_SCHEME] },
    BASE,
  )
  expect(config).toMatchObject({
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    sort: { supported: false },
    etag: { supported: false },
    changePassword: { supported: false },
    authenticationSchemes: [{ type: 'oauthbearertoken', primary: true }],
  })
})
