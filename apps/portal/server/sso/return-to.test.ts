import { expect, test } from 'vitest'
import { safeReturnTo } from './return-to.ts'

test.each([
  { given: undefined, to: '/' },
  { given: '/settings/scim?tab=1#top', to: '/settings/scim?tab=1#top' },
  { given: 'https://evil.example/', to: '/' },
  { given: '//evil.example', to: '/' },
  { given: '/\\evil.example', to: '/' },
  { given: '/a\\b', to: '/' },
  { given: '/\t/evil.example', to: '/' },
  { given: '/a\r\nset-cookie: x=y', to: '/' },
  { given: 'javascript:alert(1)', to: '/' },
  { given: '', to: '/' },
])('returnTo $given leads to $to', ({ given, to }) => {
  expect(safeReturnTo(given, 'http://portal.test')).toBe(to)
})
