import { createHash } from 'node:crypto'
import { GROUP, type ResourceType, USER, valueTerms } from '@muster/scim'
import type { JsonObject } from '../json.ts'

/** Longest term kept in the clear, in bytes: an index entry must stay far below a page's third. */
const LONGEST_TERM = 512

/**
 * One entry of a `keys` column: `workspace|path|folded value`. Stored for every value, and asked for by `keys @> {term}`,
 * so that one index serves every equality that has no column of its own, apart by workspace.
 */
export function term(workspaceId: string, path: string, value: string): string {
  const plain = `${workspaceId}|${path}|${value}`
  if (Buffer.byteLength(plain) <= LONGEST_TERM) return plain
  return `${workspaceId}|${path}|#${createHash('sha256').update(value).digest('base64url')}`
}

/** Every term of a User, each once. */
export const userTerms = (workspaceId: string, resource: JsonObject): string[] => termsOf(workspaceId, resource, USER)

/** Every term of a Group, each once. */
export const groupTerms = (workspaceId: string, resource: JsonObject): string[] => termsOf(workspaceId, resource, GROUP)

function termsOf(workspaceId: string, resource: JsonObject, type: ResourceType): string[] {
  return [...new Set(Array.from(valueTerms(resource, type), ({ path, value }) => term(workspaceId, path, value)))]
}
