import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import fixtures from '../../../interop/paths.json' with { type: 'json' }
import { ScimError } from './errors.ts'
import { type AttributePath, parsePath } from './path.ts'
import { GROUP, USER } from './schema/resource-types.ts'
import { recording, refusal } from './testing.ts'
import { STRICT } from './tolerances.ts'

const typeOf = (name: string) => (name === 'Group' ? GROUP : USER)

function textOf({ urn, attribute, sub, filter }: AttributePath): string {
  return `${urn === undefined ? '' : `${urn}:`}${attribute.name}${filter ? '[]' : ''}${sub ? `.${sub.name}` : ''}`
}

describe('parsePath (RFC 7644 §3.5.2)', () => {
  test.each(fixtures.valid)('$why: $text', ({ text, type, path, tolerance }) => {
    const sink = recording()
    expect(textOf(parsePath(text, typeOf(type), sink))).toBe(path)
    expect(sink.seen).toEqual(tolerance === undefined ? [] : [tolerance])
    if (tolerance !== undefined) expect(refusal(() => parsePath(text, typeOf(type), STRICT))).toMatch(/^invalid/)
  })

  test.each(fixtures.invalid)('refuses $why: $text', ({ text, type, code }) => {
    expect(refusal(() => parsePath(text, typeOf(type)))).toBe(code)
  })

  test('brings a literal in the brackets to its attribute’s type', () => {
    expect(parsePath('roles[primary eq "True"].value', USER).filter).toMatchObject({ value: true })
  })

  test.each([
    `emails[${'"\\"'.repeat(10_000)}`,
    `emails[${'('.repeat(20_000)}`,
    `${'a:'.repeat(16_000)}`,
    'x'.repeat(100_000),
  ])('refuses hostile input quickly', (text) => {
    expect(refusal(() => parsePath(text, USER))).toMatch(/^invalid/)
  })

  test('whatever text arrives, it is a path or refused as one that is not', () => {
    const pieces = [
      'emails',
      'name',
      'urn:ietf:params:scim:schemas:core:2.0:User',
      '[',
      ']',
      '.',
      ':',
      '"',
      '\\',
      'type eq "x"',
      ' ',
      '$ref',
    ]
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (input) => {
        try {
          parsePath(input, USER)
        } catch (error) {
          expect(error).toBeInstanceOf(ScimError)
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
