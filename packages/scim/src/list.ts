import { ScimError } from './errors.ts'
import type { Json, JsonObject } from './json.ts'
import { quoted } from './json.ts'
import { type Query, queryValues } from './query.ts'
import { LIST_RESPONSE_URN } from './urns.ts'

/** The slice of a list a client asked for. Both numbers count resources, not bytes or pages. */
export interface PageRequest {
  /** Position of the first resource, counted from 1. */
  readonly startIndex: number
  /** Most resources to return; 0 asks for `totalResults` alone. */
  readonly count: number
}

/**
 * Reads `startIndex` and `count` from a list request (RFC 7644 §3.4.2.4).
 *
 * Values that are too low are raised, not refused, as that section asks: `startIndex=0` reads
 * as 1 and `count=-5` as 0. A missing `count`, or one above `maxResults`, becomes `maxResults`.
 *
 * @param maxResults The `filter.maxResults` this provider advertises (RFC 7643 §5).
 * @throws {ScimError} `invalidValue` when either is not a whole number.
 */
export function readPageRequest(query: Query, maxResults: number): PageRequest {
  return {
    startIndex: Math.max(1, readInteger(query, 'startIndex') ?? 1),
    count: Math.min(maxResults, Math.max(0, readInteger(query, 'count') ?? maxResults)),
  }
}

/** The last one given counts, as with any repeated parameter. Beyond 2^53 there is no list: such numbers are capped. */
function readInteger(query: Query, name: string): number | undefined {
  const text = queryValues(query, name).at(-1)
  if (text === undefined) return undefined
  if (!/^-?\d+$/.test(text)) throw new ScimError('invalidValue', `${name} must be a whole number, not ${quoted(text)}.`)
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Number(text)))
}

/**
 * A ListResponse body (RFC 7644 §3.4.2).
 *
 * @param page.totalResults How many resources match, on every page together.
 * @param page.startIndex Position of the first resource of this page, counted from 1.
 */
export function listResponse(page: {
  readonly resources: readonly JsonObject[]
  readonly totalResults: number
  readonly startIndex: number
}): JsonObject {
  return {
    schemas: [LIST_RESPONSE_URN],
    totalResults: page.totalResults,
    startIndex: page.startIndex,
    itemsPerPage: page.resources.length,
    Resources: [...page.resources] as Json[],
  }
}
