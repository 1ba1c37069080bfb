import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import entraFlag from '../../../../interop/entra/patches-flag.json' with { type: 'json' }
import entraLegacy from '../../../../interop/entra/patches-legacy.json' with { type: 'json' }
import okta from '../../../../interop/okta/patches.json' with { type: 'json' }
import rfc from '../../../../interop/patches.json' with { type: 'json' }
import { ScimError, type ScimErrorCode } from '../errors.ts'
import type { Json, JsonObject } from '../json.ts'
import type { ResourceType } from '../schema/attribute.ts'
import { GROUP, USER } from '../schema/resource-types.ts'
import { recording, refusal } from '../testing.ts'
import { LENIENT, STRICT, type ToleranceName, type ToleranceSink } from '../tolerances.ts'
import { PATCH_OP_URN } from '../urns.ts'
import { applyPatch } from './apply.ts'
import { parsePatch } from './parse.ts'

interface PatchCase {
  readonly why: string
  readonly type: 'User' | 'Group'
  readonly before: JsonObject
  readonly body: JsonObject
  readonly after?: JsonObject
  readonly changed?: false
  readonly error?: ScimErrorCode
  readonly tolerances?: readonly ToleranceName[]
  readonly strict?: ScimErrorCode
}

const casesOf = (file: { cases: unknown[] }): PatchCase[] => file.cases as PatchCase[]
const typeOf = (name: string): ResourceType => (name === 'Group' ? GROUP : USER)

function patch(resource: JsonObject, body: unknown, type: ResourceType, sink: ToleranceSink = LENIENT) {
  return applyPatch(resource, parsePatch(body, type, sink), type, sink)
}

/** Whether a null, an empty list or an empty object stands anywhere in a value. */
function hollow(value: Json): boolean {
  if (value === null) return true
  if (typeof value !== 'object') return false
  const items = Object.values(value)
  return items.length === 0 || items.some(hollow)
}

describe.each([
  ['RFC 7644 §3.5.2', rfc],
  ['Entra, default form', entraLegacy],
  ['Entra with aadOptscim062020', entraFlag],
  ['Okta', okta],
])('a patch: %s', (_, file) => {
  test.each(casesOf(file))('$why', ({ type, before, body, after, error, tolerances = [], strict }) => {
    const sink = recording()
    const copy = structuredClone(before)
    if (error) {
      expect(refusal(() => patch(before, body, typeOf(type), sink))).toBe(error)
    } else {
      const result = patch(before, body, typeOf(type), sink)
      expect(result).toEqual({ resource: after ?? before, changed: after !== undefined })
      expect(sink.seen).toEqual(tolerances)
    }
    expect(before).toEqual(copy)
    if (strict) expect(refusal(() => patch(before, body, typeOf(type), STRICT))).toBe(strict)
    else if (tolerances.length === 0 && !error) {
      expect(patch(before, body, typeOf(type), STRICT).changed).toBe(after !== undefined)
    }
  })
})

describe('applyPatch', () => {
  const user: JsonObject = {
    schemas: [USER.schema.id],
    userName: 'p',
    name: { givenName: 'P' },
    emails: [{ type: 'work', value: 'p@example.com', primary: true }],
  }

  test('an unchanged resource is the very one handed in', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [{ op: 'replace', path: 'userName', value: 'p' }] }
    expect(patch(user, body, USER).resource).toBe(user)
  })

  test('a change of letter case alone is a change', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [{ op: 'replace', path: 'userName', value: 'P' }] }
    expect(patch(user, body, USER)).toMatchObject({ changed: true, resource: { userName: 'P' } })
  })

  test('nothing pollutes a prototype', () => {
    const keys = ['__proto__', 'constructor', 'constructor.prototype', '__proto__.polluted', 'emails.__proto__']
    const objects = keys.map((key): Json => JSON.parse(`{"op":"add","value":{"${key}":{"polluted":true}}}`))
    const nested: Json = JSON.parse(
      '{"op":"add","path":"name","value":{"__proto__":{"polluted":true},"givenName":"Q"}}',
    )
    const result = patch(user, { schemas: [PATCH_OP_URN], Operations: [...objects, nested] }, USER)
    expect(result.resource).toMatchObject({ name: { givenName: 'Q' } })
    expect(Object.getPrototypeOf(result.resource.name)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('a group of 10,000 members takes 1,000 more', () => {
    const members = (from: number, count: number): Json[] =>
      Array.from({ length: count }, (_, index) => ({ value: `m${from + index}` }))
    const group = { schemas: [GROUP.schema.id], displayName: 'G', members: members(0, 10_000) }
    const body = { schemas: [PATCH_OP_URN], Operations: [{ op: 'add', path: 'members', value: members(9_500, 1_000) }] }
    expect(patch(group, body, GROUP).resource.members).toHaveLength(10_500)
  })

  test('many operations on a long list are refused, not worked through', () => {
    const emails = Array.from({ length: 5_000 }, (_, index) => ({ type: `t${index}`, value: `${index}@example.com` }))
    const write = { op: 'replace', path: 'emails[type eq "t1"].display', value: 'x' }
    const body = { schemas: [PATCH_OP_URN], Operations: Array(1_000).fill(write) }
    expect(refusal(() => patch({ ...user, emails }, body, USER))).toBe('payloadTooLarge')
  })

  test('schemas are never an operation', () => {
    const body = { schemas: [PATCH_OP_URN], Operations: [{ op: 'add', value: { schemas: ['urn:x'], title: 'T' } }] }
    expect(parsePatch(body, USER, STRICT).map(({ path }) => path.attribute.name)).toEqual(['title'])
  })

  test('whatever operations arrive, they are refused as such or leave a sound resource, and never change what came in', () => {
    const path = fc.constantFrom(
      'userName',
      'title',
      'active',
      'name',
      'name.givenName',
      'emails',
      'emails.value',
      'emails[type eq "work"]',
      'emails[type eq "home"].value',
      'emails[type eq "home"].primary',
      'roles[primary eq "True"].value',
      'manager',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
      'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department',
      'schemas',
      'id',
    )
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom<Json>(
        '',
        'x',
        'True',
        true,
        null,
        [],
        [{ value: 'v', primary: true }],
        { value: 'v' },
        [{ type: 'home', value: 'h', primary: true }],
        { givenName: 'G', familyName: null },
      ),
    )
    const operation = fc.record(
      { op: fc.constantFrom('add', 'replace', 'remove', 'Add'), path, value },
      { requiredKeys: ['op'] },
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 6 }), (operations) => {
        const frozen = structuredClone(user)
        try {
          const { resource } = patch(user, { schemas: [PATCH_OP_URN], Operations: operations }, USER)
          expect(resource.userName).toEqual(expect.any(String))
          expect(resource.schemas).toContain(USER.schema.id)
          const emails = (resource.emails ?? []) as JsonObject[]
          expect(emails.filter((email) => email.primary === true).length).toBeLessThanOrEqual(1)
          expect(hollow(resource)).toBe(false)
        } catch (error) {
          if (!(error instanceof ScimError)) throw error
        }
        expect(user).toEqual(frozen)
      }),
      { numRuns: 2_000 },
    )
  })
})
