import { type JsonObject, type MemberOperation, ScimError } from '@muster/scim'
import { isUuid } from '@muster/service-kit/ids.ts'
import type { RequestTolerances } from './tolerance-sink.ts'

/**
 * Hears of member ids that are nobody's. Entra sends such when a person was deleted meanwhile: they are skipped, by a
 * tolerance.
 *
 * @throws {ScimError} `invalidValue` when it does not hold.
 */
export const skipNobody =
  (tolerances: RequestTolerances) =>
  (ids: readonly string[]): void => {
    if (ids.length === 0) return
    if (!tolerances.allows('unknown-member'))
      throw new ScimError('invalidValue', `members: ${ids[0]?.slice(0, 80)} is nobody's id.`)
    tolerances.saw('unknown-member')
  }

/** The people that a Group resource names. A Group inside a Group is nobody here. @throws as `skipNobody`. */
export function memberIds({ members }: JsonObject, tolerances: RequestTolerances): string[] {
  const listed = Array.isArray(members) ? members : []
  const nobody: string[] = []
  const ids = listed.flatMap((member) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return []
    const { value, type } = member
    if (typeof value !== 'string') return []
    if (type === 'Group') nobody.push(value)
    return type === 'Group' ? [] : [value]
  })
  skipNobody(tolerances)(nobody)
  return possibleIds(ids, tolerances)
}

/** @throws as `skipNobody`. */
export const onlyPossible =
  (tolerances: RequestTolerances) =>
  (operation: MemberOperation): MemberOperation =>
    'ids' in operation ? { ...operation, ids: possibleIds(operation.ids, tolerances) } : operation

/** What can't be an id is nobody's like any other id that is. */
function possibleIds(ids: readonly string[], tolerances: RequestTolerances): string[] {
  const isPossible = (id: string) => isUuid(id) && id === id.toLowerCase()
  skipNobody(tolerances)(ids.filter((id) => !isPossible(id)))
  return [...new Set(ids)].filter(isPossible)
}
