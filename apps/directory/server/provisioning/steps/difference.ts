import type { Json, JsonObject } from '@muster/scim'
import type { MappedValue } from './mapping.ts'
import { readAt, type TargetPath } from './target-path.ts'

/** One target attribute that does not hold what it should. */
export interface Difference {
  readonly path: TargetPath
  /** What the target holds; undefined when it holds nothing. */
  readonly before: Json | undefined
  readonly after: Json
}

/** Where the target differs from what is mapped. What is not mapped is the target's own. */
export function findDifferences(mapped: readonly MappedValue[], resource: JsonObject): readonly Difference[] {
  return mapped.flatMap(({ path, value, caseExact }) => {
    const before = readAt(resource, path)
    return isSame(before, value, caseExact) ? [] : [{ path, before, after: value }]
  })
}

function isSame(before: Json | undefined, after: Json, caseExact: boolean): boolean {
  // Some targets answer booleans as text.
  if (typeof after === 'boolean')
    return before === after || (typeof before === 'string' && before.toLowerCase() === String(after))
  if (typeof after === 'string' && typeof before === 'string')
    return caseExact ? before === after : before.toLowerCase() === after.toLowerCase()
  return JSON.stringify(before) === JSON.stringify(after)
}
