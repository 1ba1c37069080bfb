import { describe, expect, test } from 'vitest'
import { schemaDocument } from '../discovery.ts'
import { matches } from '../filter/evaluate.ts'
import { parseFilter } from '../filter/parse.ts'
import { checkFilter } from '../filter/resolve.ts'
import type { Json, JsonObject } from '../json.ts'
import { applyPatch } from '../patch/apply.ts'
import { parsePatch } from '../patch/parse.ts'
import { project } from '../projection.ts'
import { readResource, replaceResource } from '../resource.ts'
import { readSort } from '../sort.ts'
import { uniqueTerms, valueTerms } from '../terms.ts'
import { refusal } from '../testing.ts'
import { STRICT } from '../tolerances.ts'
import { PATCH_OP_URN, USER_URN } from '../urns.ts'
import { extend, extendUser } from './extend.ts'
import { readSchema } from './read-schema.ts'
import { GROUP, USER } from './resource-types.ts'

const URN = 'urn:example:badge:1.0'
const BADGE = readSchema({
  id: URN,
  name: 'Badge',
  attributes: [
    { name: 'level', type: 'integer' },
    { name: 'weight', type: 'decimal' },
    { name: 'lost', type: 'boolean' },
    { name: 'until', type: 'dateTime' },
    { name: 'photo', type: 'binary' },
    { name: 'page', type: 'reference', referenceTypes: ['external'] },
    { name: 'color', canonicalValues: ['red', 'blue'] },
    { name: 'code', caseExact: true, required: true, uniqueness: 'server' },
    { name: 'number', mutability: 'readOnly', returned: 'always' },
    { name: 'serial', mutability: 'immutable' },
    { name: 'pin', mutability: 'writeOnly' },
    { name: 'note', returned: 'request' },
    { name: 'tags', multiValued: true },
    {
      name: 'maker',
      type: 'complex',
      subAttributes: [
        { name: 'name', required: true },
        { name: 'plate', mutability: 'immutable' },
        { name: 'key', returned: 'never' },
      ],
    },
    {
      name: 'doors',
      type: 'complex',
      multiValued: true,
      subAttributes: [
        { name: 'value', required: true },
        { name: 'opened', type: 'dateTime', mutability: 'readOnly' },
        { name: 'days', multiValued: true },
        { name: 'secret', returned: 'never' },
      ],
    },
  ],
})
const TYPE = extendUser([BADGE])
const body = (badge: JsonObject) => ({ schemas: [USER_URN, URN], userName: 'p', [URN]: { code: 'C', ...badge } })
const stored = (badge: JsonObject) => readResource(body(badge), TYPE)
const patched = (before: JsonObject, op: string, path: string, value?: Json) =>
  applyPatch(
    before,
    parsePatch(
      {
        schemas: [PATCH_OP_URN],
        Operations: [{ op, path: `${URN}:${path}`, ...(value === undefined ? {} : { value }) }],
      },
      TYPE,
    ),
    TYPE,
  ).resource[URN] as JsonObject

describe('an extension that is data (RFC 7643 §7)', () => {
  test.each<[string, Json, Json[]]>([
    ['level', 3, [1.5, '3', true, 2 ** 53]],
    ['weight', 1.5, ['1.5', Number.POSITIVE_INFINITY]],
    ['lost', false, ['maybe', 0]],
    ['until', '2026-02-03T08:00:00+02:00', ['tomorrow', '2026-02-30T00:00:00Z', 5]],
    ['photo', 'aGVsbG8', ['not base64!', 5]],
    ['page', 'https://example.com/a%20b', ['a page', 5]],
    ['color', 'green', [5, ['red']]],
    ['tags', ['a', 'b'], [[1], 'a']],
    ['maker', { name: 'M' }, ['M', [{ name: 'M' }, { name: 'N' }], { plate: 'x' }]],
    ['doors', [{ value: 'd', days: ['mon'] }], [[{ days: ['mon'] }], [{ value: 5 }]]],
  ])('%s is read as its type', (name, good, bad) => {
    expect(readResource(body({ [name]: good }), TYPE, STRICT)[URN]).toEqual({ code: 'C', [name]: good })
    for (const value of bad)
      expect(refusal(() => readResource(body({ [name]: value }), TYPE, STRICT))).toBe('invalidValue')
    for (const nothing of [null, [] as Json[]]) {
      if (nothing === null || ['tags', 'doors'].includes(name))
        expect(stored({ [name]: nothing })[URN]).toEqual({ code: 'C' })
    }
    if (!['tags', 'doors'].includes(name))
      expect(patched(stored({ [name]: good }), 'replace', name, '')).toEqual({ code: 'C' })
  })

  test.each([
    ['level gt 2', true],
    ['level gt "2"', 'invalidFilter'],
    ['weight le 1.5', true],
    ['lost eq false', true],
    ['lost gt false', 'invalidFilter'],
    ['photo lt "x"', 'invalidFilter'],
    ['photo eq "AGVSBG8"', false],
    ['until gt "2026-02-03T05:59:59Z"', true],
    ['color eq "GREEN"', true],
    ['code eq "c"', false],
    ['tags eq "b"', true],
    ['doors.days eq "mon"', true],
    ['doors[days eq "mon" and value eq "d"]', true],
    ['pin eq "1"', 'sensitive'],
    ['maker.key pr', 'sensitive'],
    ['doors[secret eq "s"]', 'sensitive'],
  ])('the filter %s answers %s', (text, answer) => {
    const user = stored({
      level: 3,
      weight: 1.5,
      lost: false,
      until: '2026-02-03T08:00:00+02:00',
      photo: 'aGVsbG8',
      color: 'green',
      tags: ['a', 'b'],
      doors: [{ value: 'd', days: ['mon'] }],
    })
    const run = () => matches(checkFilter(parseFilter(`${URN}:${text}`), TYPE), user, TYPE)
    if (typeof answer === 'string') expect(refusal(run)).toBe(answer)
    else expect(run()).toBe(answer)
  })

  test.each<[string, JsonObject, [string, string, Json?], JsonObject | string]>([
    ['a read-only attribute', {}, ['replace', 'number', 'n'], 'mutability'],
    ['an immutable one that is set', { serial: 's' }, ['replace', 'serial', 't'], 'mutability'],
    ['an immutable one that is not', {}, ['add', 'serial', 's'], { code: 'C', serial: 's' }],
    [
      'an immutable part, in the whole',
      { maker: { name: 'M', plate: 'p' } },
      ['replace', 'maker', { plate: 'q' }],
      'mutability',
    ],
    ['the whole around an immutable part', { maker: { name: 'M', plate: 'p' } }, ['remove', 'maker'], 'mutability'],
    ['a required attribute, away', {}, ['remove', 'code'], 'mutability'],
    [
      'a required part, to null',
      { maker: { name: 'M' } },
      ['replace', 'maker', { name: null, plate: 'p' }],
      'invalidValue',
    ],
    ['a value without its required part', {}, ['add', 'doors', [{ days: ['mon'] }]], 'invalidValue'],
    [
      'one of several in a part',
      { doors: [{ value: 'd', days: ['mon'] }] },
      ['add', 'doors[value eq "d"].days', ['tue']],
      { code: 'C', doors: [{ value: 'd', days: ['mon', 'tue'] }] },
    ],
  ])('a patch of %s', (_, badge, [op, path, value], outcome) => {
    const run = () => patched(stored(badge), op, path, value)
    if (typeof outcome === 'string') expect(refusal(run)).toBe(outcome)
    else expect(run()).toEqual(outcome)
  })

  test('an optional extension goes whole, though it has required parts; a required one stays', () => {
    const remove = parsePatch({ schemas: [PATCH_OP_URN], Operations: [{ op: 'remove', path: URN }] }, TYPE)
    expect(applyPatch(stored({}), remove, TYPE).resource).toEqual({ schemas: [USER_URN], userName: 'p' })
    const strict = extendUser([BADGE], true)
    expect(refusal(() => applyPatch(stored({}), remove, strict))).toBe('mutability')
  })

  test('what the server alone writes survives a PUT with the value that it is said of', () => {
    const before = stored({ doors: [{ value: 'd' }], serial: 's' })
    const badge = before[URN] as JsonObject
    const known = {
      ...before,
      [URN]: { ...badge, number: 'n', doors: [{ value: 'd', opened: '2026-02-03T08:00:00Z' }] },
    }
    expect(
      replaceResource(known, stored({ doors: [{ value: 'd', days: ['mon'] }, { value: 'e' }] }), TYPE)[URN],
    ).toEqual({
      code: 'C',
      serial: 's',
      number: 'n',
      doors: [{ value: 'd', days: ['mon'], opened: '2026-02-03T08:00:00Z' }, { value: 'e' }],
    })
  })

  test.each<[string, Parameters<typeof project>[1], JsonObject | undefined]>([
    ['nothing asked', {}, { code: 'C', number: 'n', maker: { name: 'M' } }],
    ['another attribute asked: what is always returned stays', { attributes: ['userName'] }, { number: 'n' }],
    ['the whole excluded: so it does', { excludedAttributes: [URN] }, { number: 'n' }],
    [
      'by URN, with a part that is never returned',
      { attributes: [`${URN}:maker.key`, `${URN}:note`, `${URN}:pin`] },
      { number: 'n', note: 'x' },
    ],
  ])('projection: %s', (_, projection, shown) => {
    const user = {
      id: 'u1',
      userName: 'p',
      [URN]: { code: 'C', number: 'n', pin: '1', note: 'x', maker: { name: 'M', key: 'k' } },
    }
    expect(project(user, projection, TYPE)[URN]).toEqual(shown)
  })

  test('the server is told what must be unique, and an index what to look for', () => {
    const user = { id: 'u1', ...stored({ doors: [{ value: 'd', days: ['Mon'], secret: 's' }], pin: '1' }) }
    expect([...uniqueTerms(user, TYPE)]).toEqual([
      { path: 'userName', value: 'p', uniqueness: 'server' },
      { path: `${URN}:code`, value: 'C', uniqueness: 'server' },
    ])
    const paths = [...valueTerms(user, TYPE)].map(({ path, value }) => `${path}=${value}`)
    expect(paths).toContain(`${URN}:doors.days=mon`)
    expect(paths.filter((path) => /secret|pin/.test(path))).toEqual([])
    expect(refusal(() => readSort({ sortBy: `${URN}:pin` }, TYPE))).toBe('sensitive')
  })
})

describe('readSchema', () => {
  test.each([USER, GROUP].flatMap((type) => [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)]))(
    'reads $name from its own document',
    (schema) => expect(readSchema(schemaDocument(schema, 'https://example.com'))).toEqual(schema),
  )

  test.each<[string, Json]>([
    ['a name with a dot', { name: 'a.b' }],
    ['a prototype', { name: '__proto__' }],
    ['a type that is none', { name: 'a', type: 'text' }],
    ['a complex one without parts', { name: 'a', type: 'complex' }],
    [
      'a complex part',
      { name: 'a', type: 'complex', subAttributes: [{ name: 'b', type: 'complex', subAttributes: [{ name: 'c' }] }] },
    ],
    ['parts of a text', { name: 'a', subAttributes: [{ name: 'b' }] }],
    ['reference types of a text', { name: 'a', referenceTypes: ['User'] }],
    ['a unique binary', { name: 'a', type: 'binary', uniqueness: 'server' }],
    ['a write-only one that is shown', { name: 'a', mutability: 'writeOnly', returned: 'default' }],
    ['a text for a flag', { name: 'a', required: 'yes' }],
  ])('refuses %s', (_, attribute) => {
    expect(refusal(() => readSchema({ id: 'urn:x:y', name: 'Y', attributes: [attribute] }))).toBe('invalidValue')
  })

  test('refuses one name in two letter cases, an id that is no URI, and a URI that is taken', () => {
    const of =
      (id: string, ...names: string[]) =>
      () =>
        extend(USER, [readSchema({ id, name: 'Y', attributes: names.map((name) => ({ name })) })])
    expect(refusal(of('urn:x:y', 'a', 'A'))).toBe('invalidValue')
    expect(refusal(of('badge', 'a'))).toBe('invalidValue')
    expect(refusal(of(USER_URN.toUpperCase(), 'a'))).toBe('invalidValue')
    expect(refusal(of('urn:x:y', 'a'))).toBeUndefined()
  })
})
