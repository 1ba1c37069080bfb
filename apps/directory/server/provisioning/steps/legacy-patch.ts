import { type Json, type JsonObject, PATCH_OP_URN } from '@muster/scim'
import type { Difference } from './difference.ts'

/** Most members that one PATCH adds or removes. */
export const MEMBERS_PER_PATCH = 100

const patch = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP_URN],
  Operations: [...operations],
})

/**
 * The form that Entra sends unless the Tenant URL asks otherwise: one operation for each changed attribute, capitalised
 * verbs, booleans as text. `Replace` where the target holds something, `Add` where it holds nothing.
 */
export function attributePatch(differences: readonly Difference[]): JsonObject {
  return patch(
    differences.map(({ path, before, after }) => ({
      op: before === undefined || before === '' ? 'Add' : 'Replace',
      path: path.text,
      value: legacyValue(after),
    })),
  )
}

const legacyValue = (value: Json): Json => (typeof value === 'boolean' ? (value ? 'True' : 'False') : value)

/** The manager goes as a bare string on the extension's path; removing it names the path alone. */
export function managerPatch(
  path: string,
  change: { readonly op: 'Add' | 'Replace'; readonly targetId: string } | { readonly op: 'Remove' },
): JsonObject {
  return patch([change.op === 'Remove' ? { op: 'Remove', path } : { op: change.op, path, value: change.targetId }])
}

/** Members go as value objects, `$ref` null; removal names them the same way. */
export function membersPatch(path: string, op: 'Add' | 'Remove', targetIds: readonly string[]): JsonObject {
  return patch([{ op, path, value: targetIds.map((value) => ({ $ref: null, value })) }])
}
