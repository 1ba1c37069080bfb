import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareTexts, foldText, foldUserName } from './fold.ts'

describe('foldUserName (RFC 8265 §3.3)', () => {
  test.each([
    { why: 'letter case', a: 'Priya@Example.COM', b: 'priya@example.com' },
    { why: 'NFC and NFD', a: 'Zoe\u0308', b: 'ZO\u00cb' },
    { why: 'fullwidth letters', a: '\uff30\uff32\uff29', b: 'pri' },
    { why: 'halfwidth katakana', a: '\uff76\uff9e', b: 'ガ' },
  ])('$why make no difference', ({ a, b }) => {
    expect(foldUserName(a)).toBe(foldUserName(b))
  })

  test('keeps apart what only looks alike', () => {
    expect(foldUserName('ﬁ')).not.toBe(foldUserName('fi'))
    expect(foldUserName('ß')).not.toBe(foldUserName('ss'))
  })
})

test.each([foldUserName, foldText])('%o is its own key, and never throws', (fold) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => fold(fold(text)) === fold(text)),
    { numRuns: 2_000 },
  )
  expect(() => fold('\ud800\0')).not.toThrow()
})

test('other text keeps its width', () => {
  expect(foldText('\uff30')).toBe('\uff50')
})

test('texts order by code points, as the bytes of their UTF-8 do', () => {
  expect(compareTexts('\uffee', '\u{1f600}')).toBeLessThan(0)
  expect(compareTexts('a', 'ab')).toBeLessThan(0)
  expect(compareTexts('a', 'a')).toBe(0)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
      expect(Math.sign(compareTexts(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})
