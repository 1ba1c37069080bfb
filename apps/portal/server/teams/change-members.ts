import type { Tx } from '@muster/service-kit/database.ts'
import type { LockedPeople } from '../users/person-lock.ts'
import {
  addMembers,
  addStanding,
  keepOnlyMembers,
  keepOnlyStanding,
  type MemberSource,
  removeMembers,
  removeStanding,
} from './members-repository.ts'
import type { Team } from './team.ts'

/** What is to happen to who is in a team; `replace` makes the people named all there are. */
export type MemberOperation =
  | { readonly op: 'add' | 'remove' | 'replace'; readonly ids: readonly string[] }
  | { readonly op: 'removeAll' }

/** Whom the members' operations touched. Somebody who came and went in one request is in neither. */
export interface ChangedMembers {
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Whether an id is somebody whom the team's keeper can see: the provider does not see the local first admin. */
const isKnownTo = (type: Team['type'], people: LockedPeople) => (id: string) =>
  people.has(id) && !(type === 'IDP' && people.get(id)?.localAdmin)

/** The ids among those that operations name which are nobody's, and will be skipped. */
export const nobodyAmong = (
  type: Team['type'],
  operations: readonly MemberOperation[],
  people: LockedPeople,
): string[] => namedIds(operations).filter((id) => !isKnownTo(type, people)(id))

/** The ids that operations name, for `lockForAccess`, which comes before the team's own lock. */
export function namedIds(operations: readonly MemberOperation[]): string[] {
  return [...new Set(operations.flatMap((operation) => ('ids' in operation ? operation.ids : [])))]
}

/**
 * Changes who is in a team, by set operations whose cost is the number of people named, whatever the size of the team.
 *
 * People and team are locked, in that order. Somebody who is inactive gets no place; that the provider named them is
 * kept standing beside, when the team is the provider's. Who is nobody is skipped; so is the local first admin where the
 * provider asks, for SCIM can't see that one. Nothing changed leaves no trace.
 */
export async function changeMembers(
  tx: Tx,
  team: Team,
  operations: readonly MemberOperation[],
  people: LockedPeople,
  now: Date,
): Promise<ChangedMembers> {
  const source: MemberSource = team.type === 'IDP' ? 'SCIM' : 'MANUAL'
  const isKnown = isKnownTo(team.type, people)
  const added = new Set<string>()
  const removed = new Set<string>()
  const came = (ids: readonly string[]) => {
    for (const id of ids) if (!removed.delete(id)) added.add(id)
  }
  const left = (ids: readonly string[]) => {
    for (const id of ids) if (!added.delete(id)) removed.add(id)
  }
  const known = (ids: readonly string[], active: boolean) =>
    ids.filter((id) => isKnown(id) && people.get(id)?.active === active)
  const add = async (ids: readonly string[]) => {
    came(await addMembers(tx, team, known(ids, true), source, now))
    if (team.type === 'IDP') await addStanding(tx, team, known(ids, false), now)
  }
  const keepOnly = async (ids: readonly string[]) => {
    left(await keepOnlyMembers(tx, team, ids))
    await keepOnlyStanding(tx, team, ids)
  }
  for (const operation of operations)
    switch (operation.op) {
      case 'add':
        await add(operation.ids)
        break
      case 'remove': {
        const ids = operation.ids.filter(isKnown)
        left(await removeMembers(tx, team, ids))
        await removeStanding(tx, team, ids)
        break
      }
      case 'removeAll':
        await keepOnly([])
        break
      case 'replace':
        await keepOnly(operation.ids.filter(isKnown))
        await add(operation.ids)
        break
      default:
        operation satisfies never
    }
  return { added: [...added], removed: [...removed] }
}
