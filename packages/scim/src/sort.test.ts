import { describe, expect, test } from 'vitest'
import type { JsonObject } from './json.ts'
import { attribute, type ResourceType } from './schema/attribute.ts'
import { USER } from './schema/resource-types.ts'
import { compareForSort, readSort } from './sort.ts'
import { refusal } from './testing.ts'
import { ENTERPRISE_USER_URN } from './urns.ts'

const badge = {
  id: 'urn:example:badge:1.0',
  name: 'Badge',
  description: '',
  attributes: [attribute('level', '', { type: 'integer' }), attribute('tags', '', { multiValued: true })],
}
const type: ResourceType = { ...USER, schemaExtensions: [...USER.schemaExtensions, { schema: badge, required: false }] }

function sorted(query: string, resources: Record<string, JsonObject>): string {
  const sort = readSort(new URLSearchParams(query), type)
  if (!sort) return 'no order'
  return Object.entries(resources)
    .sort(([, a], [, b]) => compareForSort(sort)(a, b))
    .map(([name]) => name)
    .join(' ')
}

describe('sorting (RFC 7644 §3.4.2.3)', () => {
  const names = { a: { userName: 'b' }, b: { userName: 'A' }, c: { userName: 'C' } }
  const emails = {
    a: { emails: [{ value: 'z@x' }, { value: 'b@x', primary: true }] },
    b: { emails: [{ value: 'a@x' }, { value: 'y@x' }] },
    c: { emails: [{ value: 'C@x', primary: false }] },
  }
  const titles = { a: {}, b: { title: 'B' }, c: { title: '' }, d: { title: 'A' }, e: { title: null } }
  test.each<{ why: string; query: string; resources: Record<string, JsonObject>; order: string }>([
    { why: 'text without letter case', query: 'sortBy=userName', resources: names, order: 'b a c' },
    { why: 'names in any letter case', query: 'sortBy=USERNAME', resources: names, order: 'b a c' },
    {
      why: 'the other way round',
      query: 'sortBy=userName&sortOrder=Descending',
      resources: names,
      order: 'c a b',
    },
    {
      why: 'text with letter case where it counts',
      query: 'sortBy=externalId',
      resources: { a: { externalId: 'b' }, b: { externalId: 'a' }, c: { externalId: 'C' } },
      order: 'c b a',
    },
    { why: 'the primary value, else the first', query: 'sortBy=emails', resources: emails, order: 'b a c' },
    { why: 'a sub-attribute named', query: 'sortBy=emails.value', resources: emails, order: 'b a c' },
    { why: 'no value last', query: 'sortBy=title', resources: titles, order: 'd b a c e' },
    {
      why: 'no value first when descending',
      query: 'sortBy=title&sortOrder=descending',
      resources: titles,
      order: 'a c e b d',
    },
    {
      why: 'times as instants',
      query: 'sortBy=meta.created',
      resources: {
        a: { meta: { created: '2026-02-03T09:00:00+02:00' } },
        b: { meta: { created: '2026-02-03T08:00:00Z' } },
        c: { meta: { created: '2026-02-03T07:00:00.5Z' } },
      },
      order: 'a c b',
    },
    {
      why: 'numbers by value',
      query: `sortBy=${badge.id}:level`,
      resources: { a: { [badge.id]: { level: 10 } }, b: { [badge.id]: { level: 9 } }, c: { [badge.id]: {} } },
      order: 'b a c',
    },
    {
      why: 'a list of plain values',
      query: `sortBy=${badge.id}:tags`,
      resources: { a: { [badge.id]: { tags: ['b', 'a'] } }, b: { [badge.id]: { tags: ['A'] } } },
      order: 'b a',
    },
    {
      why: 'false before true',
      query: 'sortBy=active',
      resources: { a: { active: true }, b: { active: false } },
      order: 'b a',
    },
    {
      why: 'an extension, and a manager by id',
      query: `sortBy=${ENTERPRISE_USER_URN}:manager`,
      resources: {
        a: { [ENTERPRISE_USER_URN]: { manager: { value: 'm2' } } },
        b: { [ENTERPRISE_USER_URN]: { manager: { value: 'm1' } } },
      },
      order: 'b a',
    },
    { why: 'nothing without sortBy', query: 'sortOrder=descending&sortBy=', resources: names, order: 'no order' },
  ])('$why', ({ query, resources, order }) => {
    expect(sorted(query, resources)).toBe(order)
  })

  test.each([
    { why: 'an unknown name', query: 'sortBy=shoeSize', code: 'invalidValue' },
    { why: 'a prototype', query: 'sortBy=__proto__', code: 'invalidValue' },
    { why: 'a complex attribute without value', query: 'sortBy=name', code: 'invalidValue' },
    { why: 'another order', query: 'sortBy=title&sortOrder=up', code: 'invalidValue' },
    { why: 'a password', query: 'sortBy=password', code: 'sensitive' },
  ])('refuses $why', ({ query, code }) => {
    expect(refusal(() => readSort(new URLSearchParams(query), type))).toBe(code)
  })
})
