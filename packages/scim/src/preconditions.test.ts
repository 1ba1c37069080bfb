import { describe, expect, test } from 'vitest'
import { namesTag, weakTag } from './preconditions.ts'

describe('a version named by a precondition (RFC 7644 §3.14)', () => {
  test.each([
    { why: 'the tag itself', header: 'W/"3"', names: true },
    { why: 'the same without W/', header: '"3"', names: true },
    { why: 'any', header: '*', names: true },
    { why: 'any, with blanks', header: ' * ', names: true },
    { why: 'one of several', header: 'W/"1", "2",W/"3"', names: true },
    { why: 'another version', header: 'W/"2"', names: false },
    { why: 'a version that begins with the same digits', header: 'W/"33"', names: false },
    { why: 'several others', header: 'W/"1", W/"2"', names: false },
    { why: 'a number without quotes', header: '3', names: false },
    { why: 'nothing', header: '', names: false },
  ])('$why: $header', ({ header, names }) => {
    expect(namesTag(header, weakTag(3))).toBe(names)
  })
})
