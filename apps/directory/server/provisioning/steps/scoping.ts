import type { SourceObject } from './source-object.ts'

/** Whether an object is to be in the target, and why. */
export interface Scoping {
  /** Assigned to the app (by itself or through a group), or everything is synchronised. */
  readonly isInScope: boolean
  /** Neither deleted nor blocked in the directory itself. */
  readonly isActiveInSource: boolean
  /** What the mappings' `IsSoftDeleted` says: unassigned, blocked or deleted. */
  readonly isSoftDeleted: boolean
  /** For the log row: the labels that administrators know. */
  readonly details: Readonly<Record<string, string>>
}

/**
 * The scoping step. An object that is gone (purged) is out of scope.
 *
 * @param isAssigned By itself, or for a user through a group that is assigned. Nested groups don't count.
 */
export function evaluateScope(
  object: SourceObject | undefined,
  { isAssigned, syncAll }: { readonly isAssigned: boolean; readonly syncAll: boolean },
): Scoping {
  const isInScope = object !== undefined && (syncAll || isAssigned)
  const isActiveInSource =
    object !== undefined && !object.isDeleted && (object.type === 'Group' || object.accountEnabled)
  const word = (value: boolean) => (value ? 'True' : 'False')
  return {
    isInScope,
    isActiveInSource,
    isSoftDeleted: !isInScope || !isActiveInSource,
    details: {
      'Active in the source system': word(isActiveInSource),
      'Assigned to the application': word(isAssigned),
      'Scope sync all': word(syncAll),
      'Scoping filter evaluation passed': 'True',
      ScopeEvaluationResult: word(isInScope && isActiveInSource),
    },
  }
}
