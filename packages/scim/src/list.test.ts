import { describe, expect, test } from 'vitest'
import { listResponse, readPageRequest } from './list.ts'
import { refusal } from './testing.ts'

const MAX = 200

describe('readPageRequest (RFC 7644 §3.4.2.4)', () => {
  test.each([
    { why: 'nothing asked', query: '', page: { startIndex: 1, count: MAX } },
    { why: 'second page', query: 'startIndex=101&count=100', page: { startIndex: 101, count: 100 } },
    { why: 'startIndex below 1 reads as 1', query: 'startIndex=0', page: { startIndex: 1, count: MAX } },
    { why: 'a negative startIndex reads as 1', query: 'startIndex=-5', page: { startIndex: 1, count: MAX } },
    { why: 'a count of 0 asks for the total alone', query: 'count=0', page: { startIndex: 1, count: 0 } },
    { why: 'a count of -1 reads as 0', query: 'count=-1', page: { startIndex: 1, count: 0 } },
    { why: 'negative count reads as 0', query: 'count=-5', page: { startIndex: 1, count: 0 } },
    { why: 'count above the ceiling', query: 'count=9999', page: { startIndex: 1, count: MAX } },
    {
      why: 'beyond every list',
      query: `startIndex=${'9'.repeat(40)}`,
      page: { startIndex: Number.MAX_SAFE_INTEGER, count: MAX },
    },
  ])('$why', ({ query, page }) => {
    expect(readPageRequest(new URLSearchParams(query), MAX)).toEqual(page)
  })

  test('reads what a framework hands over, and a search body', () => {
    expect(readPageRequest({ startIndex: 3, count: ['5', '7'] }, MAX)).toEqual({ startIndex: 3, count: 7 })
  })

  test.each(['count=ten', 'count=1.5', 'startIndex=', 'count=1e2', 'count=0x10'])('refuses %s', (query) => {
    expect(refusal(() => readPageRequest(new URLSearchParams(query), MAX))).toBe('invalidValue')
  })
})

describe('listResponse (RFC 7644 §3.4.2)', () => {
  test.each([
    { why: 'counts all matches and what is on the page', ids: ['a'], totalResults: 7, startIndex: 3 },
    { why: 'past the end keeps the total', ids: [], totalResults: 7, startIndex: 8 },
    { why: 'of a count of 0 has the true total', ids: [], totalResults: 7, startIndex: 1 },
    { why: 'without a match says 0', ids: [], totalResults: 0, startIndex: 1 },
  ])('a list $why', ({ ids, totalResults, startIndex }) => {
    const resources = ids.map((id) => ({ id }))
    expect(listResponse({ resources, totalResults, startIndex })).toEqual({
      schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
      totalResults,
      startIndex,
      itemsPerPage: ids.length,
      Resources: resources,
    })
  })
})
