import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixtures from '../../../../interop/filters.json' with { type: 'json' }
import { ScimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import { USER } from '../schema/resource-types.ts'
import { recording, refusal } from '../testing.ts'
import { LENIENT, STRICT } from '../tolerances.ts'
import { matches } from './evaluate.ts'
import { parseFilter } from './parse.ts'
import { checkFilter } from './resolve.ts'

describe('parseFilter (RFC 7644 §3.4.2.2)', () => {
  test.each(fixtures.trees)('$why: $text', ({ text, filter, tolerance }) => {
    const sink = recording()
    expect(parseFilter(text, sink)).toEqual(filter)
    expect(sink.seen).toEqual(tolerance === undefined ? [] : [tolerance])
    if (tolerance !== undefined) expect(refusal(() => parseFilter(text, STRICT))).toBe('invalidFilter')
  })

  test.each(fixtures.invalid)('refuses $why: $text', ({ text }) => {
    expect(refusal(() => parseFilter(text))).toBe('invalidFilter')
  })

  test.each([
    { why: 'brackets in brackets', text: `${'('.repeat(16_000)}a pr${')'.repeat(16_000)}` },
    { why: 'a chain of not', text: `${'not('.repeat(8_000)}a pr` },
    { why: 'a chain of or', text: Array(4_000).fill('a pr').join(' or ') },
    { why: 'more than is read', text: `a eq "${'x'.repeat(40_000)}"` },
    { why: 'quotes that never close', text: `a eq "${'\\"'.repeat(16_000)}` },
    { why: 'colons without end', text: ':'.repeat(32_000) },
  ])('refuses hostile input quickly: $why', ({ text }) => {
    expect(refusal(() => parseFilter(text))).toBe('invalidFilter')
  })

  test('reads as many ids as a client may list', () => {
    const text = Array.from({ length: 500 }, (_, index) => `value eq "${index}"`).join(' or ')
    expect(() => parseFilter(text)).not.toThrow()
  })

  test('says where it is wrong', () => {
    expect(() => parseFilter('userName eq "x" nad active eq true')).toThrow(/position 16/)
  })
})

describe('matches', () => {
  test.each(fixtures.matches)('$why: $text', ({ text, matches: expected }) => {
    const filter = parseFilter(text)
    const resource = fixtures.resource as JsonObject
    expect(matches(filter, resource, USER)).toBe(expected)
    // Held against the type first, it means the same.
    expect(matches(checkFilter(filter, USER), resource, USER)).toBe(expected)
  })

  test('an attribute that the type does not know is one without value', () => {
    const resource = fixtures.resource as JsonObject
    expect(matches(parseFilter('shoeSize eq 9'), resource, USER)).toBe(false)
    expect(matches(parseFilter('constructor pr'), resource, USER)).toBe(false)
  })
})

describe('checkFilter', () => {
  test.each(fixtures.refused)('refuses $why: $text', ({ text, code }) => {
    expect(refusal(() => checkFilter(parseFilter(text), USER))).toBe(code)
  })

  test('brings literals to the types of their attributes', () => {
    const sink = recording()
    const filter = checkFilter(parseFilter('active eq "True" and externalId eq 4711'), USER, sink)
    expect(filter).toMatchObject({ left: { value: true }, right: { value: '4711' } })
    expect(sink.seen).toEqual(['boolean-as-string', 'unquoted-literal'])
  })
})

describe('whatever text arrives', () => {
  const pieces = [
    'userName',
    'emails',
    'a.b',
    'urn:x:2.0:y',
    ' eq ',
    ' pr',
    ' and ',
    ' or ',
    'not',
    '(',
    ')',
    '[',
    ']',
    '"',
    '\\',
    '"x"',
    ' ',
    '.',
    ':',
    '1',
    'true',
    '\0',
    '\ud800',
  ]
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map((parts) => parts.join('')),
  )

  test('it is a filter, or refused as one that is not', () => {
    fc.assert(
      fc.property(text, (input) => {
        try {
          const filter = parseFilter(input)
          matches(checkFilter(filter, USER, LENIENT), fixtures.resource as JsonObject, USER)
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
