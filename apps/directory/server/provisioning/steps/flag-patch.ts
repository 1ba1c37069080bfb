import { type JsonObject, PATCH_OP_URN } from '@muster/scim'
import type { Difference } from './difference.ts'
import type { PatchForm } from './patch-form.ts'

const patch = (operations: readonly JsonObject[]): JsonObject => ({
  schemas: [PATCH_OP_URN],
  Operations: [...operations],
})

const verbOf = ({ before }: Difference): 'add' | 'replace' =>
  before === undefined || before === '' ? 'add' : 'replace'

const atPath = (difference: Difference): JsonObject => ({
  op: verbOf(difference),
  path: difference.path.text,
  value: difference.after,
})

/** The form of a Tenant URL with `aadOptscim062020`: lower-case verbs, JSON booleans (facts §1.7–1.11). */
export const FLAG_FORM: PatchForm = {
  /**
   * Elements of multi-valued attributes keep an operation with a path each. The others go together in one operation
   * without path a verb, under their paths as keys. `active` alone, and one added attribute alone, keep their path.
   */
  attributes: (differences) => {
    const elements = differences.filter(({ path }) => path.element !== undefined)
    const plain = differences.filter(({ path }) => path.element === undefined)
    const packed = (['replace', 'add'] as const).flatMap((op): JsonObject[] => {
      const together = plain.filter((difference) => verbOf(difference) === op)
      const [first] = together
      if (!first) return []
      if (together.length === 1 && (op === 'add' || first.path.text === 'active')) return [atPath(first)]
      return [{ op, value: Object.fromEntries(together.map(({ path, after }) => [path.text, after])) }]
    })
    return patch([...elements.map(atPath), ...packed])
  },
  manager: (path, change) =>
    patch([
      change.op === 'Remove' ? { op: 'remove', path } : { op: change.op.toLowerCase(), path, value: change.targetId },
    ]),
  /** Members are added as values, and removed one by one, each by a filter in the path. */
  members: (path, op, targetIds) =>
    patch(
      op === 'Add'
        ? [{ op: 'add', path, value: targetIds.map((value) => ({ $ref: null, value })) }]
        : targetIds.map((id) => ({ op: 'remove', path: `${path}[value eq ${JSON.stringify(id)}]` })),
    ),
}
