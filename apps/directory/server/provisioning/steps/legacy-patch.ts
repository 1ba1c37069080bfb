import { type Json, type JsonObject, PATCH_OP_URN } from '@muster/scim'
import type { PatchForm } from './patch-form.ts'

const patch = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP_URN],
  Operations: [...operations],
})

const legacyValue = (value: Json): Json => (typeof value === 'boolean' ? (value ? 'True' : 'False') : value)

/** The form that Entra sends unless the Tenant URL asks otherwise (facts §1.7–1.10). */
export const LEGACY_FORM: PatchForm = {
  /**
   * One operation for each changed attribute, capitalised verbs, booleans as text. `Replace` where the target holds
   * something, `Add` where it holds nothing.
   */
  attributes: (differences) =>
    patch(
      differences.map(({ path, before, after }) => ({
        op: before === undefined || before === '' ? 'Add' : 'Replace',
        path: path.text,
        value: legacyValue(after),
      })),
    ),
  /** The manager goes as a bare string on the extension's path; removing it names the path alone. */
  manager: (path, change) =>
    patch([change.op === 'Remove' ? { op: 'Remove', path } : { op: change.op, path, value: change.targetId }]),
  /** Members go as value objects, `$ref` null; removal names them the same way. */
  members: (path, op, targetIds) => patch([{ op, path, value: targetIds.map((value) => ({ $ref: null, value })) }]),
}
