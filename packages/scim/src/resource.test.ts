import { describe, expect, test } from 'vitest'
import fixtures from '../../../interop/entra/resources.json' with { type: 'json' }
import type { ScimErrorCode } from './errors.ts'
import type { JsonObject } from './json.ts'
import { readResource, replaceResource } from './resource.ts'
import { attribute, type ResourceType } from './schema/attribute.ts'
import { GROUP, USER } from './schema/resource-types.ts'
import { recording, refusal } from './testing.ts'
import { STRICT, type ToleranceName } from './tolerances.ts'
import { ENTERPRISE_USER_URN, USER_URN } from './urns.ts'

interface ResourceCase {
  readonly why: string
  readonly type: 'User' | 'Group'
  readonly body: JsonObject
  readonly after?: JsonObject
  readonly error?: ScimErrorCode
  readonly tolerances?: readonly ToleranceName[]
  readonly strict?: ScimErrorCode
}

describe('readResource (RFC 7644 §3.3)', () => {
  test.each(fixtures.cases as unknown as ResourceCase[])(
    '$why',
    ({ type, body, after, error, tolerances = [], strict }) => {
      const resourceType = type === 'Group' ? GROUP : USER
      const sink = recording()
      if (error) {
        expect(refusal(() => readResource(body, resourceType, sink))).toBe(error)
      } else {
        expect(readResource(body, resourceType, sink)).toEqual(after)
        expect(sink.seen).toEqual(tolerances)
      }
      if (strict) expect(refusal(() => readResource(body, resourceType, STRICT))).toBe(strict)
      else if (tolerances.length === 0 && !error) expect(readResource(body, resourceType, STRICT)).toEqual(after)
    },
  )

  test.each([null, [], 'x', 5])('refuses a body that is no object: %j', (body) => {
    expect(refusal(() => readResource(body, USER))).toBe('invalidSyntax')
  })

  test('refuses half of a surrogate pair', () => {
    expect(refusal(() => readResource({ schemas: [USER_URN], userName: 'a\ud800' }, USER))).toBe('invalidValue')
  })

  test('names the path at fault', () => {
    const body = { schemas: [USER_URN], userName: 'p', emails: [{ value: 5 }] }
    expect(() => readResource(body, USER)).toThrow(/emails\.value/)
  })

  test('drops a prototype like any unknown attribute', () => {
    const body: unknown = JSON.parse(
      `{"schemas":["${USER_URN}"],"userName":"p","__proto__":{"active":true},"name":{"__proto__":{"x":1}}}`,
    )
    const resource = readResource(body, USER)
    expect(Object.keys(resource)).toEqual(['schemas', 'userName'])
    expect(resource.active).toBeUndefined()
  })

  test('reads numbers and times where a schema has them', () => {
    const extension = {
      id: 'urn:example:Badge',
      name: 'Badge',
      description: '',
      attributes: [
        attribute('level', '', { type: 'integer' }),
        attribute('weight', '', { type: 'decimal' }),
        attribute('until', '', { type: 'dateTime' }),
        attribute('tags', '', { multiValued: true }),
        attribute('serial', '', { mutability: 'immutable' }),
      ],
    }
    const type: ResourceType = { ...USER, schemaExtensions: [{ schema: extension, required: true }] }
    const body = (badge: unknown) => ({ schemas: [USER_URN, extension.id], userName: 'p', [extension.id]: badge })
    const good = { level: 3, weight: 1.5, until: '0001-01-03T00:00:00.0000000Z', tags: ['a', 'b'], serial: 's' }
    expect(readResource(body(good), type)[extension.id]).toEqual(good)
    for (const bad of [
      { level: 1.5 },
      { level: '3' },
      { level: 2 ** 53 },
      { weight: '1.5' },
      { until: 'tomorrow' },
      { tags: [1] },
    ]) {
      expect(refusal(() => readResource(body(bad), type))).toBe('invalidValue')
    }
    expect(refusal(() => readResource({ schemas: [USER_URN], userName: 'p' }, type))).toBe('invalidValue')

    const before = readResource(body(good), type)
    expect(replaceResource(before, readResource(body({ level: 4 }), type), type)[extension.id]).toEqual({
      level: 4,
      serial: 's',
    })
    expect(refusal(() => replaceResource(before, readResource(body({ serial: 't' }), type), type))).toBe('mutability')
  })
})

describe('replaceResource (RFC 7644 §3.5.1)', () => {
  const before: JsonObject = {
    schemas: [USER_URN, ENTERPRISE_USER_URN],
    id: 'u1',
    externalId: 'e1',
    userName: 'p',
    title: 'A',
    password: 'secret',
    groups: [{ value: 'g1' }],
    meta: { resourceType: 'User', created: '2026-02-03T08:00:00Z' },
    [ENTERPRISE_USER_URN]: { department: 'D', manager: { value: 'm1', displayName: 'Mo' } },
  }
  const replace = (body: JsonObject) =>
    replaceResource(before, readResource({ schemas: [USER_URN], ...body }, USER), USER)

  test('what is left out is unassigned, what the client cannot write or see stays', () => {
    expect(replace({ userName: 'q', id: 'other', meta: { created: 'x' } })).toEqual({
      schemas: [USER_URN],
      id: 'u1',
      userName: 'q',
      password: 'secret',
      groups: before.groups,
      meta: before.meta,
    })
  })

  test('a manager’s name stays while the manager does', () => {
    const body = (id: string) => ({ userName: 'p', [ENTERPRISE_USER_URN]: { manager: { value: id } } })
    expect(replace(body('m1'))[ENTERPRISE_USER_URN]).toEqual({ manager: { value: 'm1', displayName: 'Mo' } })
    expect(replace(body('m2'))[ENTERPRISE_USER_URN]).toEqual({ manager: { value: 'm2' } })
  })
})
