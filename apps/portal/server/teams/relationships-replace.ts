import { isDeepStrictEqual } from 'node:util'
import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudits } from '../audit/record.ts'
import { lockSettings } from '../settings/repository.ts'
import { findCycle, type ParentsByChild, parentsByChild, type TeamEdge } from './relationships.ts'
import { listRelationships, lockRelated, type RelatedTeam, storeRelationships } from './relationships-repository.ts'

/**
 * Makes these all relationships of the workspace, between teams of either type.
 *
 * Nobody is asked whether they hold what the teams' roles allow: a relationship gives nothing. A parent's members and
 * roles do not reach its children, nor theirs the parent; if they ever do, this must ask (`roles/may-give.ts`).
 *
 * @throws {Refusal} `invalid` for a team that would be its own parent or ancestor, and for a tag that no team here has.
 */
export async function replaceRelationships(tx: Tx, deed: Deed, edges: readonly TeamEdge[]): Promise<void> {
  const { workspaceId } = deed.actor
  const after = parentsByChild(edges)
  refuseOwnAncestors(after)
  // Whoever replaces them waits for the other, so that each audits what they really changed.
  await lockSettings(tx, workspaceId)
  const teams = await lockRelated(tx, workspaceId, namedTags(after))
  const named = (tag: string): RelatedTeam => {
    const team = teams.get(tag)
    if (!team) throw new Refusal('invalid', `There is no team with the tag "${tag}".`, { teamTag: tag })
    return team
  }
  const wanted = [...after].flatMap(([child, parents]) =>
    [...parents].map(([parent, provider]) => ({ parentId: named(parent).id, childId: named(child).id, provider })),
  )
  const before = parentsByChild(await listRelationships(tx, workspaceId))
  if (isDeepStrictEqual(before, after)) return
  await storeRelationships(tx, workspaceId, wanted)
  await recordParents(tx, deed, teams, before, after)
}

/** Tells of each team whose parents are others now, or come from another provider. */
async function recordParents(
  tx: Tx,
  deed: Deed,
  teams: ReadonlyMap<string, RelatedTeam>,
  before: ParentsByChild,
  after: ParentsByChild,
): Promise<void> {
  const changed = [...teams.values()].filter(({ tag }) => !isDeepStrictEqual(before.get(tag), after.get(tag)))
  const entries = changed.map(({ id, tag, name }) => ({
    action: 'UPDATE' as const,
    objectType: 'TEAM' as const,
    objectId: id,
    objectIdentifier: name,
    details: { teamTag: tag, parents: { before: told(before.get(tag)), after: told(after.get(tag)) } },
  }))
  await recordAudits(tx, deed, entries)
}

const told = (parents: ReadonlyMap<string, string | undefined> = new Map()) =>
  [...parents]
    .map(([teamTag, provider]) => ({ teamTag, ...(provider === undefined ? {} : { provider }) }))
    .sort((one, other) => (one.teamTag < other.teamTag ? -1 : 1))

const namedTags = (all: ParentsByChild): ReadonlySet<string> =>
  new Set([...all].flatMap(([child, parents]) => [child, ...parents.keys()]))

/** Longest way that is told whole; of a longer one both ends. */
const TOLD_WHOLE = 20

function refuseOwnAncestors(all: ParentsByChild): void {
  for (const [child, parents] of all)
    if (parents.has(child)) throw new Refusal('invalid', `Team "${child}" can't be its own parent.`, { teamTag: child })
  const way = findCycle(all)
  if (!way) return
  const half = TOLD_WHOLE / 2
  const words = way.length > TOLD_WHOLE ? [...way.slice(0, half), '…', ...way.slice(-half)] : way
  throw new Refusal('invalid', `Team "${way[0]}" would be its own ancestor: ${words.join(' → ')}.`, { teamTag: way[0] })
}
