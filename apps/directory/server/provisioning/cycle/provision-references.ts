import type { JsonObject } from '@muster/scim'
import { clearMemberEscrows, escrowsOf } from '../memory/escrows.ts'
import { dropLink, readLinks } from '../memory/links.ts'
import { forgetReferences, type OwnerKey } from '../memory/references-sent.ts'
import type { Failure } from '../steps/failure.ts'
import type { Link } from '../steps/link.ts'
import { failureStep, type ModifiedProperty } from '../steps/log-step.ts'
import type { ObjectType } from '../steps/mapping.ts'
import { MEMBERS_PER_PATCH } from '../steps/patch-form.ts'
import { decideOnManager, decideOnMember } from '../steps/reference-decision.ts'
import { type ManagerRow, type MemberRow, readAllMembers, readMembers } from './compare-references.ts'
import { type CycleContext, record } from './context.ts'
import { attempt } from './export-object.ts'
import { openTrail } from './trail.ts'

/** One object whose references are sent, as both ends know it. */
interface Owner {
  readonly type: ObjectType
  readonly sourceId: string
  readonly targetId: string
  readonly displayName: string
}

/** One request about references of one owner, and what is remembered around it. */
interface ReferencePatch {
  readonly owner: Owner
  readonly attribute: 'manager' | 'members'
  readonly body: JsonObject
  /** Target ids that the request gives to the owner, and takes away. */
  readonly adds: readonly string[]
  readonly removes: readonly string[]
  /** Source ids of the other ends, for escrows. */
  readonly memberIds: readonly string[]
  /** Target ids among `adds` that were never sent before: a refusal leaves nothing of them. */
  readonly news: readonly string[]
  readonly modifiedProperties: readonly ModifiedProperty[]
}

/** Compares the manager of one user with what was sent, and sends what differs. */
export async function provisionManager(context: CycleContext, row: ManagerRow): Promise<void> {
  const { cycle, managersSeen } = context
  const path = referencePath(context, 'User', 'manager')
  if (path === undefined) return
  const decision = decideOnManager({
    wanted: row.wanted,
    sent: row.sent,
    seen: managersSeen.get(row.ownerId),
    sendsAgain: cycle.watermarkBefore === undefined,
  })
  const owner: Owner = { type: 'User', sourceId: row.ownerId, targetId: row.ownerTargetId, displayName: row.ownerName }
  if (decision.op === 'nothing') return
  if (decision.op === 'remember') {
    const held = { ...keyOf(owner, 'manager'), targetIds: [decision.targetId] }
    await record(context, (_tx, gathered) => {
      gathered.doubt(held)
      gathered.confirm(held)
    })
    return
  }
  const adds = decision.op === 'Remove' ? [] : [decision.targetId]
  const removes = row.sent.map(({ targetId }) => targetId).filter((targetId) => !adds.includes(targetId))
  await sendPatch(context, {
    owner,
    attribute: 'manager',
    body: context.form.manager(path, decision),
    adds,
    removes,
    memberIds: [],
    news: adds.filter((targetId) => !row.sent.some((sent) => sent.targetId === targetId)),
    modifiedProperties: [{ displayName: path, oldValue: removes[0] ?? null, newValue: adds[0] ?? null }],
  })
}

/** Rows compared at once; several PATCHes' worth. */
const PAGE = 1_000

/** Compares the members of one group, all or some, with what was sent, and sends what differs. */
export async function provisionMembers(
  context: CycleContext,
  { sourceId, targetId, displayName, isManaged }: Link,
  which: ReadonlySet<string> | 'all',
): Promise<void> {
  const path = referencePath(context, 'Group', 'members')
  if (path === undefined || targetId === undefined || !isManaged) return
  const owner: Owner = { type: 'Group', sourceId, targetId, displayName }
  const pages = which === 'all' ? readAllMembers(context, owner, PAGE) : namedPages(context, owner, [...which].sort())
  for await (const rows of pages) {
    context.signal.throwIfAborted()
    if (!(await sendMembers(context, owner, path, rows))) return
  }
}

async function* namedPages(
  context: CycleContext,
  owner: Owner,
  memberIds: readonly string[],
): AsyncIterable<MemberRow[]> {
  for (let at = 0; at < memberIds.length; at += PAGE)
    yield await readMembers(context, owner, memberIds.slice(at, at + PAGE))
}

/** False when the group is gone from the target: nothing more can be sent to it. */
async function sendMembers(
  context: CycleContext,
  owner: Owner,
  path: string,
  rows: readonly MemberRow[],
): Promise<boolean> {
  const sendsAgain = context.cycle.watermarkBefore === undefined
  const decided = rows.map((row) => ({ row, does: decideOnMember({ ...row, sendsAgain }) }))
  for (const op of ['Remove', 'Add'] as const) {
    const members = decided.filter(({ does }) => does === op).map(({ row }) => row)
    for (let at = 0; at < members.length; at += MEMBERS_PER_PATCH)
      if (!(await sendChunk(context, owner, path, op, members.slice(at, at + MEMBERS_PER_PATCH)))) return false
  }
  return true
}

/** Refusals of the request as it is, which one member among many may have brought about. */
const MAY_BE_ONE_MEMBER = new Set(['BadRequest', 'Conflict', 'UnprocessableEntity'])

/** Sends one PATCH of members; halves it when the target refuses it, so that one bad member doesn't hold up the others. */
async function sendChunk(
  context: CycleContext,
  owner: Owner,
  path: string,
  op: 'Add' | 'Remove',
  members: readonly MemberRow[],
): Promise<boolean> {
  context.signal.throwIfAborted()
  const targetIds = members.map(({ memberTargetId }) => memberTargetId)
  const patch: ReferencePatch = {
    owner,
    attribute: 'members',
    body: context.form.members(path, op, targetIds),
    adds: op === 'Add' ? targetIds : [],
    removes: op === 'Remove' ? targetIds : [],
    memberIds: members.map(({ memberId }) => memberId),
    news: op === 'Add' ? members.filter(({ sent }) => sent === 'no').map(({ memberTargetId }) => memberTargetId) : [],
    modifiedProperties: targetIds.map((id) => ({
      displayName: path,
      oldValue: op === 'Remove' ? id : null,
      newValue: op === 'Add' ? id : null,
    })),
  }
  const outcome = await sendPatch(context, patch, members.length > 1 ? MAY_BE_ONE_MEMBER : undefined)
  if (outcome !== 'refused') return outcome === 'done'
  const half = Math.ceil(members.length / 2)
  return (
    (await sendChunk(context, owner, path, op, members.slice(0, half))) &&
    (await sendChunk(context, owner, path, op, members.slice(half)))
  )
}

const keyOf = ({ type, targetId }: Owner, attribute: OwnerKey['attribute']): OwnerKey => ({
  ownerType: type,
  ownerTargetId: targetId,
  attribute,
})

/**
 * Sends one request about references: what it touches is unconfirmed from before it leaves until its answer is recorded.
 *
 * @param retriedSmaller Error codes after which the caller tries again with less: nothing is recorded then.
 * @returns `gone` when the owner is no longer in the target.
 */
async function sendPatch(
  context: CycleContext,
  patch: ReferencePatch,
  retriedSmaller: ReadonlySet<string> = new Set(),
): Promise<'done' | 'refused' | 'gone'> {
  const { job, counts, target } = context
  const { owner, attribute, adds, removes, memberIds } = patch
  const key = keyOf(owner, attribute)
  const trail = openTrail(context, { type: owner.type, id: owner.sourceId, displayName: owner.displayName })
  counts.importedReferences += adds.length + removes.length
  counts.exports += 1
  await record(context, (_tx, gathered) => gathered.doubt({ ...key, targetIds: [...adds, ...removes] }))
  const answer = await attempt(() => target.patch(owner.type, owner.targetId, patch.body), 'update')
  if ('failure' in answer) {
    if (retriedSmaller.has(answer.failure.errorCode)) return 'refused'
    return failPatch(context, patch, answer.failure)
  }
  const end = { id: owner.targetId, displayName: owner.displayName }
  trail.step({
    name: 'EntryReferenceResolution',
    provisioningStepType: 'referenceResolution',
    status: 'success',
    description: `Found both ends of ${adds.length + removes.length} reference(s) '${attribute}' in the target system`,
    details: {},
  })
  trail.step({
    name: 'EntryExportUpdate',
    provisioningStepType: 'export',
    status: 'success',
    description: `${owner.type} '${owner.targetId}' was updated in the target system`,
    details: { TargetId: owner.targetId, Added: String(adds.length), Removed: String(removes.length) },
  })
  await record(context, async (tx, gathered) => {
    gathered.confirm({ ...key, targetIds: adds })
    await forgetReferences(tx, job, key, removes)
    if (attribute === 'manager') gathered.settle(attribute, owner.sourceId)
    else await clearMemberEscrows(tx, job, owner.sourceId, memberIds)
    trail.write(gathered, {
      action: 'update',
      status: 'success',
      target: end,
      modifiedProperties: patch.modifiedProperties,
    })
  })
  counts.exported += 1
  return 'done'
}

async function failPatch(context: CycleContext, patch: ReferencePatch, failure: Failure): Promise<'done' | 'gone'> {
  const { job, cycle, counts } = context
  const { owner, attribute, memberIds } = patch
  const isGone = failure.errorCode === 'InvalidAnchor'
  const trail = openTrail(context, { type: owner.type, id: owner.sourceId, displayName: owner.displayName })
  trail.step(failureStep(owner.type, 'export', 'EntryExportUpdate', failure))
  const object = { sourceType: owner.type, sourceId: owner.sourceId }
  await record(context, async (tx, gathered) => {
    const link = isGone ? await linkOf(tx, context, owner) : undefined
    if (link) {
      // It is matched anew in the next cycle, and all its references are compared then.
      await dropLink(tx, job, link)
      gathered.escrow(cycle.number, escrowsOf(object, '', [], failure))
    } else {
      if (failure.isRefusal) await forgetReferences(tx, job, keyOf(owner, attribute), patch.news)
      gathered.escrow(cycle.number, escrowsOf(object, attribute, memberIds, failure))
    }
    const target = { id: owner.targetId, displayName: owner.displayName }
    trail.write(gathered, {
      action: 'update',
      status: 'failure',
      target,
      failure,
      modifiedProperties: patch.modifiedProperties,
    })
  })
  counts.escrowed += isGone || attribute === 'manager' ? 1 : memberIds.length
  return isGone ? 'gone' : 'done'
}

async function linkOf(
  tx: Parameters<Parameters<typeof record>[1]>[0],
  { job }: CycleContext,
  owner: Owner,
): Promise<Link | undefined> {
  return (await readLinks(tx, job, owner.type, [owner.sourceId])).get(owner.sourceId)
}

const referencePath = (
  { mappings }: CycleContext,
  type: ObjectType,
  source: 'manager' | 'members',
): string | undefined => mappings[type]?.references.find((reference) => reference.source === source)?.path.text
