import { expect, test } from 'vitest'
import { readReturnTo } from './return-to.ts'

const FRONT = 'http://portal.test/'

test.each([
  { given: undefined, to: FRONT },
  { given: '', to: FRONT },
  { given: '/', to: FRONT },
  { given: '/settings/scim?tab=1#top', to: 'http://portal.test/settings/scim?tab=1#top' },
  // A path that begins with two slashes stays ours only as long as it is not sent alone.
  { given: '/.//evil.example', to: 'http://portal.test//evil.example' },
  { given: '//evil.example', to: FRONT },
  { given: '///evil.example', to: FRONT },
  { given: '/\\evil.example', to: FRONT },
  { given: '/a\\b', to: FRONT },
  { given: '/\t/evil.example', to: FRONT },
  { given: '/a\r\nset-cookie: x=y', to: FRONT },
  { given: 'https://evil.example/', to: FRONT },
  { given: 'http://portal.test.evil.example/', to: FRONT },
  { given: 'javascript:alert(1)', to: FRONT },
  { given: `/${'a'.repeat(2_000)}`, to: FRONT },
])('returnTo $given leads to $to', ({ given, to }) => {
  expect(readReturnTo(given, 'http://portal.test')).toBe(to)
})
