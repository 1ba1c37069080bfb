import type { JsonObject } from '@muster/scim'
import type { Difference } from './difference.ts'

/** A change of a user's manager. */
export type ManagerChange = { readonly op: 'Add' | 'Replace'; readonly targetId: string } | { readonly op: 'Remove' }

/** One of the two forms in which Entra writes PATCH bodies. */
export interface PatchForm {
  /** What makes the target hold what is mapped. */
  attributes(differences: readonly Difference[]): JsonObject
  manager(path: string, change: ManagerChange): JsonObject
  /** At most `MEMBERS_PER_PATCH` ids. */
  members(path: string, op: 'Add' | 'Remove', targetIds: readonly string[]): JsonObject
}

/** Most members that one PATCH adds or removes. */
export const MEMBERS_PER_PATCH = 100
