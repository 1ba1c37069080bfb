import { describe, expect, test } from 'vitest'
import type { Json } from '../json.ts'
import { GROUP } from '../schema/resource-types.ts'
import { refusal } from '../testing.ts'
import { PATCH_OP_URN } from '../urns.ts'
import { splitMemberOperations } from './members.ts'
import { parsePatch } from './parse.ts'

const split = (...operations: Json[]) =>
  splitMemberOperations(parsePatch({ schemas: [PATCH_OP_URN], Operations: operations }, GROUP))

describe('splitMemberOperations', () => {
  test.each<{ why: string; operations: Json[]; members: unknown[] }>([
    {
      why: 'an add names each id once',
      operations: [{ op: 'Add', path: 'members', value: [{ $ref: null, value: 'a' }, { value: 'b' }, { value: 'a' }] }],
      members: [{ op: 'add', ids: ['a', 'b'] }],
    },
    {
      why: 'an add without path',
      operations: [{ op: 'add', value: { members: [{ value: 'a' }] } }],
      members: [{ op: 'add', ids: ['a'] }],
    },
    {
      why: 'a remove with values takes those',
      operations: [{ op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }] }],
      members: [{ op: 'remove', ids: ['a'] }],
    },
    {
      why: 'a remove with an empty list takes nobody',
      operations: [{ op: 'Remove', path: 'members', value: [] }],
      members: [],
    },
    {
      why: 'a remove by filter',
      operations: [{ op: 'remove', path: 'members[value eq "a"]' }],
      members: [{ op: 'remove', ids: ['a'] }],
    },
    {
      why: 'a remove by several ids in one filter',
      operations: [{ op: 'remove', path: 'members[value eq "a" or (VALUE eq "b" or value eq "a")]' }],
      members: [{ op: 'remove', ids: ['a', 'b'] }],
    },
    {
      why: 'a remove of everyone, by whichever form',
      operations: [
        { op: 'remove', path: 'members' },
        { op: 'replace', path: 'members', value: [] },
        { op: 'replace', path: 'members', value: null },
      ],
      members: [{ op: 'removeAll' }, { op: 'removeAll' }, { op: 'removeAll' }],
    },
    {
      why: 'a replace, in the order given',
      operations: [
        { op: 'replace', path: 'members', value: [{ value: 'b' }, { value: 'a' }] },
        { op: 'add', path: 'members', value: [{ value: 'c' }] },
      ],
      members: [
        { op: 'replace', ids: ['b', 'a'] },
        { op: 'add', ids: ['c'] },
      ],
    },
  ])('$why', ({ operations, members }) => {
    const rename = { op: 'replace', path: 'displayName', value: 'New' }
    const result = split(rename, ...operations)
    expect(result.members).toEqual(members)
    expect(result.attributes.map(({ path }) => path.attribute.name)).toEqual(['displayName'])
  })

  test.each<{ why: string; operation: Json; code: string }>([
    { why: 'a filter by type', operation: { op: 'remove', path: 'members[type eq "User"]' }, code: 'invalidFilter' },
    {
      why: 'a filter with and',
      operation: { op: 'remove', path: 'members[value eq "a" and type eq "User"]' },
      code: 'invalidFilter',
    },
    {
      why: 'a filter with not',
      operation: { op: 'remove', path: 'members[not (value eq "a")]' },
      code: 'invalidFilter',
    },
    {
      why: 'a replace by filter',
      operation: { op: 'replace', path: 'members[value eq "a"]', value: { value: 'b' } },
      code: 'invalidFilter',
    },
    { why: 'a sub-attribute', operation: { op: 'replace', path: 'members.value', value: 'b' }, code: 'mutability' },
    {
      why: 'a member without id',
      operation: { op: 'add', path: 'members', value: [{ display: 'x' }] },
      code: 'invalidValue',
    },
    { why: 'a member that is a number', operation: { op: 'add', path: 'members', value: [5] }, code: 'invalidValue' },
  ])('refuses $why', ({ operation, code }) => {
    expect(refusal(() => split(operation))).toBe(code)
  })
})
