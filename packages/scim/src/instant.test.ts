import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareInstants, instantText, parseInstant } from './instant.ts'

describe('parseInstant (xsd:dateTime)', () => {
  test.each([
    ['2026-02-03T08:00:00Z', '2026-02-03T08:00:00.000Z'],
    ['2026-02-03T09:30:00+01:30', '2026-02-03T08:00:00.000Z'],
    ['2025-12-31T23:30:00-01:00', '2026-01-01T00:30:00.000Z'],
    ['0001-01-03T00:00:00.0000000Z', '0001-01-03T00:00:00.000Z'],
    ['2026-02-03T08:00:00.1234567Z', '2026-02-03T08:00:00.1234567Z'],
    ['2024-02-29T24:00:00Z', '2024-03-01T00:00:00.000Z'],
    ['2026-02-03T08:00:00', '2026-02-03T08:00:00.000Z'],
  ])('%s is %s', (text, expected) => {
    const instant = parseInstant(text)
    expect(instant && instantText(instant)).toBe(expected)
  })

  test.each([
    '',
    'yesterday',
    '2026-02-03',
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-02-03T25:00:00Z',
    '2026-02-03T08:60:00Z',
    '2026-02-03 08:00:00Z',
    '2026-02-03T08:00:00+15:00',
  ])('%s is none', (text) => expect(parseInstant(text)).toBeUndefined())

  test('agrees with the platform on every millisecond of four-digit years', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
        (date) => {
          const instant = parseInstant(date.toISOString())
          expect(instant && instantText(instant)).toBe(date.toISOString())
          expect(instant?.seconds).toBe(Math.floor(date.getTime() / 1000))
        },
      ),
    )
  })

  test('fractions order by value, not by length', () => {
    const order = (a: string, b: string) => {
      const [left, right] = [parseInstant(a), parseInstant(b)]
      return left && right && compareInstants(left, right)
    }
    expect(order('2026-02-03T08:00:00.5Z', '2026-02-03T08:00:00.45Z')).toBeGreaterThan(0)
    expect(order('2026-02-03T08:00:00.50Z', '2026-02-03T08:00:00.5Z')).toBe(0)
    expect(order('2026-02-03T08:00:00Z', '2026-02-03T08:00:00.001Z')).toBeLessThan(0)
  })
})
