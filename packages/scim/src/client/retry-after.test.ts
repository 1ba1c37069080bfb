import { describe, expect, test } from 'vitest'
import { readRetryAfter } from './retry-after.ts'

const NOW = new Date('2026-02-03T08:00:00.500Z')

describe('readRetryAfter (RFC 9110 §10.2.3)', () => {
  test.each([
    { text: '120', seconds: 120 },
    { text: ' 0 ', seconds: 0 },
    { text: 'Tue, 03 Feb 2026 08:01:00 GMT', seconds: 60 },
    { text: 'Tue, 03 Feb 2026 07:00:00 GMT', seconds: 0 },
    { text: 'Tuesday, 03-Feb-26 08:00:10 GMT', seconds: 10 },
    { text: 'Sunday, 06-Nov-94 08:49:37 GMT', seconds: 0 },
    { text: 'Tue Feb  3 08:00:30 2026', seconds: 30 },
    { text: '-1', seconds: undefined },
    { text: '1.5', seconds: undefined },
    { text: '12345678901234567890', seconds: undefined },
    { text: 'soon', seconds: undefined },
    { text: '', seconds: undefined },
    { text: 'Mon, 30 Feb 2026 08:00:00 GMT', seconds: undefined },
    { text: 'Tue, 03 Foo 2026 08:00:00 GMT', seconds: undefined },
    { text: 'Tue, 03 Feb 2026 25:00:00 GMT', seconds: undefined },
    { text: '2026-02-03T08:01:00Z', seconds: undefined },
  ])('$text is $seconds', ({ text, seconds }) => {
    expect(readRetryAfter(text, NOW)).toBe(seconds)
  })

  test('a date says nothing to who has no clock', () => {
    expect(readRetryAfter('Tue, 03 Feb 2026 08:01:00 GMT', undefined)).toBeUndefined()
    expect(readRetryAfter('60', undefined)).toBe(60)
  })
})
