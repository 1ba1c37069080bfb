import { describe, expect, test } from 'vitest'
import { decide, type Situation } from './decide.ts'
import type { Link } from './link.ts'
import { decideOnManager, decideOnMember } from './reference-decision.ts'
import type { Scoping } from './scoping.ts'

const scoping = (isInScope: boolean, isActiveInSource: boolean): Scoping => ({
  isInScope,
  isActiveInSource,
  isSoftDeleted: !isInScope || !isActiveInSource,
  details: {},
})
const here = scoping(true, true)
const unassigned = scoping(false, true)
const blocked = scoping(true, false)

const link = (given: Partial<Link> = {}): Link => ({
  sourceType: 'User',
  sourceId: 's1',
  targetId: 't1',
  matchAttribute: 'userName',
  matchValue: 'old@example.com',
  displayName: 'Old',
  isManaged: true,
  digest: 'same',
  linkedCycle: 1,
  seenCycle: 1,
  ...given,
})
const intent = link({ targetId: undefined, digest: undefined })
const intended = { attribute: 'userName', value: 'old@example.com' }

const situation = (given: Partial<Situation>): Situation => ({
  objectType: 'User',
  exists: true,
  scoping: here,
  link: undefined,
  digest: 'same',
  trustsDigests: true,
  cycle: 7,
  skipOutOfScopeDeletions: false,
  ...given,
})

describe('what an object needs (facts §5.1, §5.2, §5.7)', () => {
  test.each<{ why: string; given: Partial<Situation>; decision: object }>([
    {
      why: 'someone new is matched, and created when there is no match',
      given: {},
      decision: { action: 'match', found: 'update', missing: 'create' },
    },
    {
      why: 'someone unassigned who was never sent is not worth a line',
      given: { scoping: unassigned },
      decision: { action: 'ignore' },
    },
    {
      why: 'someone blocked is never created',
      given: { scoping: blocked },
      decision: { action: 'skip', reason: 'NotEffectivelyEntitled' },
    },
    { why: 'nothing mapped changed', given: { link: link() }, decision: { action: 'ignore' } },
    {
      why: 'something mapped changed',
      given: { link: link(), digest: 'other' },
      decision: { action: 'read', purpose: 'update' },
    },
    {
      why: 'a cycle without watermark looks again',
      given: { link: link(), trustsDigests: false },
      decision: { action: 'read', purpose: 'update' },
    },
    {
      why: 'but not twice after a crash',
      given: { link: link({ seenCycle: 7 }), trustsDigests: false },
      decision: { action: 'ignore' },
    },
    {
      why: 'an export whose answer was lost is looked at again',
      given: { link: link({ digest: undefined }) },
      decision: { action: 'read', purpose: 'update' },
    },
    {
      why: 'unassigned: deactivated',
      given: { link: link(), scoping: unassigned, digest: 'left' },
      decision: { action: 'read', purpose: 'leave' },
    },
    {
      why: 'blocked: deactivated',
      given: { link: link(), scoping: blocked, digest: 'left' },
      decision: { action: 'read', purpose: 'leave' },
    },
    {
      why: 'blocked before, unassigned now: no longer managed, nothing sent',
      given: { link: link({ digest: 'left' }), scoping: unassigned, digest: 'left' },
      decision: { action: 'ignore', isManaged: false },
    },
    {
      why: 'no longer managed: nothing more',
      given: { link: link({ isManaged: false, digest: undefined }), scoping: unassigned },
      decision: { action: 'ignore' },
    },
    {
      why: 'assigned again',
      given: { link: link({ isManaged: false }) },
      decision: { action: 'read', purpose: 'update' },
    },
    {
      why: 'assigned again while blocked',
      given: { link: link({ isManaged: false, digest: 'left' }), scoping: blocked, digest: 'left' },
      decision: { action: 'ignore', isManaged: true },
    },
    {
      why: 'purged while managed: deleted',
      given: { exists: false, scoping: unassigned, link: link() },
      decision: { action: 'delete', targetId: 't1' },
    },
    {
      why: 'purged long after: forgotten',
      given: { exists: false, scoping: unassigned, link: link({ isManaged: false }) },
      decision: { action: 'forget' },
    },
    { why: 'purged and never sent', given: { exists: false, scoping: unassigned }, decision: { action: 'ignore' } },
    {
      why: 'SkipOutOfScopeDeletions keeps who is unassigned',
      given: { link: link(), scoping: unassigned, digest: 'left', skipOutOfScopeDeletions: true },
      decision: { action: 'skip', reason: 'SkipOutOfScopeDeletions', isManaged: false },
    },
    {
      why: 'SkipOutOfScopeDeletions does not keep who is blocked',
      given: { link: link(), scoping: blocked, digest: 'left', skipOutOfScopeDeletions: true },
      decision: { action: 'read', purpose: 'leave' },
    },
    {
      why: 'a lost create is matched by the value sent first',
      given: { link: intent },
      decision: { action: 'match', intended, byCurrentValues: true, found: 'update', missing: 'create' },
    },
    {
      why: 'a lost create of someone who left is deactivated when found',
      given: { link: intent, scoping: unassigned },
      decision: { action: 'match', intended, byCurrentValues: false, found: 'leave', missing: 'forget' },
    },
    {
      why: 'a lost create of someone purged is deleted when found',
      given: { link: intent, exists: false, scoping: unassigned },
      decision: { action: 'match', intended, byCurrentValues: false, found: 'delete', missing: 'forget' },
    },
    {
      why: 'a group that is unassigned is deleted: it has no active',
      given: { objectType: 'Group', link: link({ sourceType: 'Group' }), scoping: unassigned },
      decision: { action: 'delete', targetId: 't1' },
    },
    {
      why: 'a lost create of a group that is unassigned',
      given: { objectType: 'Group', link: intent, scoping: unassigned },
      decision: { action: 'match', found: 'delete', missing: 'forget' },
    },
  ])('$why', ({ given, decision }) => {
    expect(decide(situation(given))).toMatchObject(decision)
  })
})

describe('what a member needs', () => {
  test.each([
    { isWanted: true, sent: 'no', sendsAgain: false, does: 'Add' },
    { isWanted: true, sent: 'unconfirmed', sendsAgain: false, does: 'Add' },
    { isWanted: true, sent: 'confirmed', sendsAgain: false, does: 'nothing' },
    { isWanted: true, sent: 'confirmed', sendsAgain: true, does: 'Add' },
    { isWanted: false, sent: 'no', sendsAgain: true, does: 'nothing' },
    { isWanted: false, sent: 'unconfirmed', sendsAgain: false, does: 'Remove' },
    { isWanted: false, sent: 'confirmed', sendsAgain: false, does: 'Remove' },
  ] as const)('wanted $isWanted, sent $sent, again $sendsAgain: $does', ({ does, ...given }) => {
    expect(decideOnMember(given)).toBe(does)
  })
})

describe('what a manager needs', () => {
  const sent = (targetId: string, isConfirmed = true) => [{ targetId, isConfirmed }]
  test.each([
    {
      why: 'the first one',
      given: { wanted: 'm1', sent: [], seen: undefined },
      decision: { op: 'Add', targetId: 'm1' },
    },
    {
      why: 'another one',
      given: { wanted: 'm2', sent: sent('m1'), seen: undefined },
      decision: { op: 'Replace', targetId: 'm2' },
    },
    {
      why: 'none any more',
      given: { wanted: undefined, sent: sent('m1'), seen: undefined },
      decision: { op: 'Remove' },
    },
    { why: 'none, as ever', given: { wanted: undefined, sent: [], seen: 'x' }, decision: { op: 'nothing' } },
    { why: 'the same', given: { wanted: 'm1', sent: sent('m1'), seen: undefined }, decision: { op: 'nothing' } },
    {
      why: 'the same, its answer lost',
      given: { wanted: 'm1', sent: sent('m1', false), seen: undefined },
      decision: { op: 'Replace', targetId: 'm1' },
    },
    {
      why: 'an import: the target has them already',
      given: { wanted: 'm1', sent: [], seen: 'm1' },
      decision: { op: 'remember', targetId: 'm1' },
    },
    {
      why: 'an import: the target has another',
      given: { wanted: 'm1', sent: [], seen: 'm9' },
      decision: { op: 'Replace', targetId: 'm1' },
    },
    {
      why: 'someone created in this cycle has none',
      given: { wanted: 'm1', sent: [], seen: null },
      decision: { op: 'Add', targetId: 'm1' },
    },
  ])('$why', ({ given, decision }) => {
    expect(decideOnManager({ ...given, sendsAgain: false })).toEqual(decision)
  })

  test('a cycle without watermark sends again what it could not read', () => {
    expect(decideOnManager({ wanted: 'm1', sent: sent('m1'), seen: undefined, sendsAgain: true })).toEqual({
      op: 'Replace',
      targetId: 'm1',
    })
  })
})
