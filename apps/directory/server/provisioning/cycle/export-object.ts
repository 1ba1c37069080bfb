import type { JsonObject } from '@muster/scim'
import { uniqueConstraint } from '@muster/service-kit/database.ts'
import { clearReferenceEscrows, escrowsOf } from '../memory/escrows.ts'
import { dropLink, forgetDigest } from '../memory/links.ts'
import { createBody } from '../steps/create-body.ts'
import { type Difference, findDifferences } from '../steps/difference.ts'
import { type Attempt, duplicateSource, explainFault, type Failure } from '../steps/failure.ts'
import type { Link } from '../steps/link.ts'
import {
  exportStep,
  failureStep,
  type ModifiedProperty,
  type ProvisioningAction,
  processingStep,
  skipSentence,
  skipStep,
} from '../steps/log-step.ts'
import { type MappedValue, mapAttributes } from '../steps/mapping.ts'
import { readAt } from '../steps/target-path.ts'
import { faultOf } from '../target/target-system.ts'
import { record } from './context.ts'
import type { Gathered } from './gathered.ts'
import { digestOf, type Work, wantedValues } from './work.ts'

/** What the object is matched by: remembered with the link, and before a create as the value to look for after a crash. */
export interface Match {
  readonly attribute: string
  readonly value: string
}

/** Creates the object. Its intent is remembered first, so that a lost answer is found again by the value sent. */
export async function createObject(work: Work, match: Match): Promise<void> {
  const { context, item, subject, trail } = work
  const mapped = mapAttributes(work.mapping, work.attributes, 'create')
  trail.step(processingStep(item.type, 'Add'))
  const intent = freshLink(work, match, undefined)
  await record(context, (_tx, gathered) => gathered.link(intent))
  context.counts.exports += 1
  const answer = await attempt(() => context.target.create(item.type, createBody(item.type, mapped)), 'create')
  if ('failure' in answer)
    return fail(work, {
      failure: answer.failure,
      step: 'EntryExportAdd',
      action: 'create',
      drop: answer.failure.isRefusal ? intent : undefined,
    })
  const targetId = answer.value
  trail.step(exportStep(item.type, 'Add', targetId))
  const { cycle } = context
  const link: Link = {
    ...intent,
    targetId,
    digest: digestOf(wantedValues(work)),
    linkedCycle: cycle.number,
    seenCycle: cycle.number,
  }
  const isKept = await keepLink(work, link, 'create', (gathered) =>
    trail.write(gathered, {
      action: 'create',
      status: 'success',
      target: { id: targetId, displayName: subject.displayName },
      modifiedProperties: mapped.map(({ path, value }) => ({
        displayName: path.text,
        oldValue: null,
        newValue: textOf(value),
      })),
    }),
  )
  if (!isKept) return
  // A new object holds no manager yet.
  context.managersSeen.set(item.id, null)
  context.counts.exported += 1
}

/** Sends what differs between the mapped values and what the target was read to hold. */
export async function updateObject(
  work: Work,
  { targetId, resource, match }: { readonly targetId: string; readonly resource: JsonObject; readonly match: Match },
): Promise<void> {
  const { context, item, subject, trail } = work
  const { cycle } = context
  const mapped = wantedValues(work)
  const differences = findDifferences(mapped, resource)
  noteManager(work, resource)
  const before = item.link?.targetId === targetId ? item.link : undefined
  const isBack = before !== undefined && (!before.isManaged || differences.some(({ after }) => after === true))
  const link: Link = {
    ...freshLink(work, heldMatch(mapped, match), targetId),
    digest: digestOf(mapped),
    linkedCycle: before === undefined || isBack ? cycle.number : before.linkedCycle,
    seenCycle: cycle.number,
  }
  const target = { id: targetId, displayName: subject.displayName }
  if (differences.length === 0) {
    trail.step(skipStep('RedundantExport'))
    await keepLink(work, link, 'update', (gathered) =>
      trail.write(gathered, { action: 'update', status: 'skipped', target, reason: skipSentence('RedundantExport') }),
    )
    return
  }
  const action = work.scoping.isSoftDeleted ? 'disable' : 'update'
  trail.step(processingStep(item.type, action === 'disable' ? 'Disable' : 'Update'))
  // From here until the answer is recorded, nobody knows what the target holds. Someone who leaves stays managed until
  // then, or a crash would leave them as they are.
  const doubted: Link = before
    ? { ...before, digest: undefined }
    : { ...link, ...matchOf(match), digest: undefined, seenCycle: 0, isManaged: true }
  if (!(await keepLink(work, doubted, action))) return
  context.counts.exports += 1
  const answer = await attempt(
    () => context.target.patch(item.type, targetId, context.form.attributes(differences)),
    'update',
  )
  if ('failure' in answer)
    return fail(work, {
      failure: answer.failure,
      step: 'EntryExportUpdate',
      action,
      targetId,
      differences,
      drop: answer.failure.errorCode === 'InvalidAnchor' ? link : undefined,
    })
  trail.step(exportStep(item.type, 'Update', targetId))
  const isKept = await keepLink(work, link, action, (gathered) =>
    trail.write(gathered, { action, status: 'success', target, modifiedProperties: modified(differences) }),
  )
  if (isKept) context.counts.exported += 1
}

/** What the object is to be found by once the target holds these values. */
function heldMatch(mapped: readonly MappedValue[], match: Match): Match {
  const held = mapped.find(({ path }) => path.text === match.attribute)?.value
  return typeof held === 'string' ? { attribute: match.attribute, value: held } : match
}

/** Deletes the object in the target, and with it everything remembered of it there. */
export async function deleteObject(work: Work, targetId: string): Promise<void> {
  const { context, item, subject, trail } = work
  trail.step(processingStep(item.type, 'Delete'))
  await record(context, (tx) => forgetDigest(tx, context.job, item.id))
  context.counts.exports += 1
  const answer = await attempt(() => context.target.remove(item.type, targetId), 'delete')
  if ('failure' in answer)
    return fail(work, { failure: answer.failure, step: 'EntryExportDelete', action: 'delete', targetId })
  trail.step(exportStep(item.type, 'Delete', targetId))
  await record(context, async (tx, gathered) => {
    if (item.link) await dropLink(tx, context.job, item.link)
    await clearReferenceEscrows(tx, context.job, item.id)
    if (item.isEscrowed) gathered.settle('', item.id)
    trail.write(gathered, {
      action: 'delete',
      status: 'success',
      target: { id: targetId, displayName: subject.displayName },
    })
  })
  context.counts.exported += 1
}

/** Records that the object failed, and when it is tried again. */
export async function fail(
  work: Work,
  {
    failure,
    step,
    action,
    targetId,
    differences = [],
    drop,
  }: {
    readonly failure: Failure
    /** The name of the step that failed. */
    readonly step: string
    readonly action: ProvisioningAction
    readonly targetId?: string
    readonly differences?: readonly Difference[]
    /** What is no longer true: an intent that came to nothing, a link whose target is gone. */
    readonly drop?: Link | undefined
  },
): Promise<void> {
  const { context, item, subject, trail } = work
  const kind = step === 'EntryMatching' ? 'matching' : step === 'EntrySynchronizationError' ? 'processing' : 'export'
  trail.step(failureStep(item.type, kind, step, failure))
  await record(context, async (tx, gathered) => {
    if (drop) await dropLink(tx, context.job, drop)
    const object = { sourceType: item.type, sourceId: item.id }
    gathered.escrow(context.cycle.number, escrowsOf(object, '', [], failure))
    const target = { id: targetId, displayName: subject.displayName }
    trail.write(gathered, { action, status: 'failure', target, failure, modifiedProperties: modified(differences) })
  })
  context.counts.escrowed += 1
}

/** Asks the target, and turns its failing into a value. Anything that is not the target's failing is thrown on. */
export async function attempt<T>(
  request: () => Promise<T>,
  what: Attempt,
): Promise<{ readonly value: T } | { readonly failure: Failure }> {
  try {
    return { value: await request() }
  } catch (error) {
    const fault = faultOf(error)
    if (!fault) throw error
    return { failure: explainFault(fault, what) }
  }
}

const matchOf = ({ attribute, value }: Match) => ({ matchAttribute: attribute, matchValue: value })

function freshLink({ item, scoping, subject }: Work, match: Match, targetId: string | undefined): Link {
  return {
    sourceType: item.type,
    sourceId: item.id,
    targetId,
    ...matchOf(match),
    displayName: subject.displayName,
    isManaged: scoping.isInScope,
    digest: undefined,
    linkedCycle: 0,
    seenCycle: 0,
  }
}

/**
 * Remembers a link. False, and recorded as failed, when the target is another object's.
 *
 * @param write The log row, when this is the end of the object's way; the escrow is cleared with it.
 */
async function keepLink(
  work: Work,
  link: Link,
  action: ProvisioningAction,
  write?: (gathered: Gathered) => void,
): Promise<boolean> {
  const { context, item } = work
  try {
    await record(context, (_tx, gathered) => {
      gathered.link(link)
      if (!write) return
      if (item.isEscrowed) gathered.settle('', item.id)
      write(gathered)
    })
    return true
  } catch (error) {
    if (uniqueConstraint(error) !== 'links_target_unique') throw error
    const failure = duplicateSource(link.targetId ?? '')
    await fail(work, {
      failure,
      step: 'EntryMatching',
      action,
      ...(link.targetId === undefined ? {} : { targetId: link.targetId }),
    })
    return false
  }
}

/** Remembers for the reference phase whom the target was seen to hold as manager. */
function noteManager({ context, item, mapping }: Work, resource: JsonObject): void {
  const manager = mapping.references.find(({ source }) => source === 'manager')
  if (!manager) return
  const held = readAt(resource, manager.path)
  const value = typeof held === 'object' && held !== null && !Array.isArray(held) ? held.value : held
  context.managersSeen.set(item.id, typeof value === 'string' && value !== '' ? value : null)
}

const modified = (differences: readonly Difference[]): ModifiedProperty[] =>
  differences.map(({ path, before, after }) => ({
    displayName: path.text,
    oldValue: before === undefined ? null : textOf(before),
    newValue: textOf(after),
  }))

/** As logs show values: booleans in the mapping language's spelling. */
function textOf(value: MappedValue['value']): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
