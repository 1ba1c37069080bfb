import { describe, expect, test } from 'vitest'
import { readDuration, writeDuration } from './duration.ts'

describe('durations (ISO 8601)', () => {
  test.each([
    { text: 'PT40M', seconds: 2_400 },
    { text: 'PT10S', seconds: 10 },
    { text: 'PT1H30M', seconds: 5_400 },
    { text: 'P1D', seconds: 86_400 },
    { text: 'P1DT1S', seconds: 86_401 },
  ])('$text is $seconds s, both ways', ({ text, seconds }) => {
    expect(readDuration(text)).toBe(seconds)
    expect(writeDuration(seconds)).toBe(text)
  })

  test.each(['', 'P', 'PT', 'P1DT', '40M', 'PT-5M', 'PT1.5H', 'PT40M ', 'pt40m', 'PT123456789S'])(
    'refuses %j',
    (text) => {
      expect(readDuration(text)).toBeUndefined()
    },
  )
})
