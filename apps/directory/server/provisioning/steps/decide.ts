import type { Link } from './link.ts'
import type { ObjectType } from './mapping.ts'
import type { Scoping } from './scoping.ts'

/** Why nothing is sent for an object that was looked at. */
export type SkipReason = 'NotEffectivelyEntitled' | 'RedundantExport' | 'SkipOutOfScopeDeletions' | 'ImportSkipped'

/** What one source object needs next. Matching and reading ask the target, and what it answers is decided on again. */
export type Decision =
  /** Neither something to do nor something to tell. `isManaged` is to be remembered where it moved. */
  | { readonly action: 'ignore'; readonly isManaged?: boolean }
  | { readonly action: 'skip'; readonly reason: SkipReason; readonly isManaged?: boolean }
  /** Ask the target by value: the intended one first, where a create's answer was lost, then the current ones. */
  | {
      readonly action: 'match'
      readonly intended: { readonly attribute: string; readonly value: string } | undefined
      readonly byCurrentValues: boolean
      readonly found: 'update' | 'leave' | 'delete'
      readonly missing: 'create' | 'forget'
    }
  /** Read the target by its id and send what differs. */
  | { readonly action: 'read'; readonly targetId: string; readonly purpose: 'update' | 'leave' }
  | { readonly action: 'delete'; readonly targetId: string }
  /** Drop what is remembered, once the references to it are settled; nothing is sent of the object itself. */
  | { readonly action: 'forget' }

export interface Situation {
  readonly objectType: ObjectType
  /** Whether the directory still has the object, deleted softly or not. */
  readonly exists: boolean
  readonly scoping: Scoping
  readonly link: Link | undefined
  /** Digest of what the target should hold now (for someone who left: of that alone). */
  readonly digest: string
  /** False in a cycle without watermark: it looks at every object again. */
  readonly trustsDigests: boolean
  /** Number of the running cycle: what it brought up to date before a crash is not looked at again. */
  readonly cycle: number
  readonly skipOutOfScopeDeletions: boolean
}

/**
 * Decides what an object needs, before the target is asked anything (facts §5.1, §5.2, §5.7).
 *
 * Users who leave are deactivated, never deleted, until they are purged; groups have no `active` and are deleted.
 */
export function decide(situation: Situation): Decision {
  const { exists, scoping, link } = situation
  if (link && link.targetId === undefined) return decideOnIntent(situation, link)
  if (!exists) return decideOnPurged(situation)
  return scoping.isSoftDeleted ? decideOnLeaver(situation) : decideOnPresent(situation)
}

/** A create may have reached the target: only by matching the value that was sent is it found again. */
function decideOnIntent({ objectType, exists, scoping }: Situation, link: Link): Decision {
  const intended = { attribute: link.matchAttribute, value: link.matchValue }
  if (exists && !scoping.isSoftDeleted)
    return { action: 'match', intended, byCurrentValues: true, found: 'update', missing: 'create' }
  const found = exists && objectType === 'User' ? 'leave' : 'delete'
  return { action: 'match', intended, byCurrentValues: false, found, missing: 'forget' }
}

function decideOnPurged({ link }: Situation): Decision {
  if (link?.targetId === undefined) return { action: 'ignore' }
  return link.isManaged ? { action: 'delete', targetId: link.targetId } : { action: 'forget' }
}

function decideOnPresent(situation: Situation): Decision {
  const { link } = situation
  if (link?.targetId === undefined)
    return { action: 'match', intended: undefined, byCurrentValues: true, found: 'update', missing: 'create' }
  if (link.isManaged && isUpToDate(situation, link)) return { action: 'ignore' }
  return { action: 'read', targetId: link.targetId, purpose: 'update' }
}

function decideOnLeaver(situation: Situation): Decision {
  const { objectType, scoping, link, skipOutOfScopeDeletions } = situation
  const isManaged = scoping.isInScope
  if (link?.targetId === undefined)
    // Someone blocked is never created; someone who was never assigned is not worth a line.
    return scoping.isInScope ? { action: 'skip', reason: 'NotEffectivelyEntitled' } : { action: 'ignore' }
  if (!link.isManaged && !isManaged) return { action: 'ignore' }
  if (skipOutOfScopeDeletions && scoping.isActiveInSource)
    return { action: 'skip', reason: 'SkipOutOfScopeDeletions', isManaged }
  if (objectType === 'Group') return { action: 'delete', targetId: link.targetId }
  if (isUpToDate(situation, link)) return { action: 'ignore', isManaged }
  return { action: 'read', targetId: link.targetId, purpose: 'leave' }
}

function isUpToDate({ digest, trustsDigests, cycle }: Situation, link: Link): boolean {
  return link.digest === digest && (trustsDigests || link.seenCycle === cycle)
}

/** What a linked target that answers 404 leads to: it is looked for again, as if it had never been linked. */
export function decideOnVanished(purpose: 'update' | 'leave'): Decision {
  return {
    action: 'match',
    intended: undefined,
    byCurrentValues: true,
    found: purpose,
    missing: purpose === 'update' ? 'create' : 'forget',
  }
}
