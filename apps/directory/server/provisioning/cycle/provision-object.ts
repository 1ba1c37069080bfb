import type { JsonObject } from '@muster/scim'
import { ExpressionError } from '../expression/parse.ts'
import { clearReferenceEscrows } from '../memory/escrows.ts'
import { dropLink, setManaged } from '../memory/links.ts'
import { type Decision, decide, decideOnVanished, type SkipReason } from '../steps/decide.ts'
import { duplicateTarget, expressionFailed } from '../steps/failure.ts'
import {
  importStep,
  matchingStep,
  type ProvisioningAction,
  scopingStep,
  skipSentence,
  skipStep,
} from '../steps/log-step.ts'
import { matchValues } from '../steps/mapping.ts'
import { idOf } from '../target/target-system.ts'
import { type CycleContext, record } from './context.ts'
import { attempt, createObject, deleteObject, fail, type Match, updateObject } from './export-object.ts'
import { digestOf, openWork, type Work, type WorkItem, wantedValues } from './work.ts'

/**
 * Takes one object through the steps: import, scoping, matching, processing, export. What comes of it is recorded, its
 * failing too; only faults of our own and a lost lease are thrown.
 */
export async function provisionObject(context: CycleContext, item: WorkItem): Promise<void> {
  const mapping = context.mappings[item.type]
  if (!mapping) return
  const work = openWork(context, item, mapping)
  const { scoping, trail } = work
  context.counts.imported += 1
  if (scoping.isInScope) context.counts.entitled += 1
  trail.step(importStep(item.type, item.id, item.object, item.link, work.attributes))
  trail.step(scopingStep(item.type, scoping))
  try {
    const decision = decide({
      objectType: item.type,
      exists: item.object !== undefined,
      scoping,
      link: item.link,
      digest: digestOf(wantedValues(work)),
      trustsDigests: context.cycle.watermarkBefore !== undefined,
      cycle: context.cycle.number,
      skipOutOfScopeDeletions: context.skipOutOfScopeDeletions,
    })
    await carryOut(work, decision)
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    await fail(work, { failure: expressionFailed(error.message), step: 'EntrySynchronizationError', action: 'other' })
  }
}

async function carryOut(work: Work, decision: Decision): Promise<void> {
  switch (decision.action) {
    case 'ignore':
      return ignore(work, decision.isManaged)
    case 'skip':
      return skip(work, decision.reason, decision.isManaged)
    case 'match':
      return match(work, decision)
    case 'read':
      return read(work, decision)
    case 'delete':
      return deleteObject(work, decision.targetId)
    case 'forget':
      if (work.item.link) work.context.forgotten.push(work.item.link)
      return ignore(work, undefined)
    default:
      return decision satisfies never
  }
}

/** Nothing to send and nothing to tell; what is remembered is mended where it is no longer true. */
async function ignore({ context, item }: Work, isManaged: boolean | undefined): Promise<void> {
  const moves = isManaged !== undefined && item.link !== undefined && item.link.isManaged !== isManaged
  if (!moves && !item.isEscrowed) return
  await record(context, async (tx, gathered) => {
    if (moves) await setManaged(tx, context.job, item.id, isManaged)
    if (item.isEscrowed) gathered.settle('', item.id)
  })
}

async function skip(work: Work, reason: SkipReason, isManaged: boolean | undefined): Promise<void> {
  const { context, item, subject, trail } = work
  trail.step(skipStep(reason))
  await record(context, async (tx, gathered) => {
    if (isManaged !== undefined) await setManaged(tx, context.job, item.id, isManaged)
    if (item.isEscrowed) gathered.settle('', item.id)
    const target = { id: item.link?.targetId, displayName: subject.displayName }
    trail.write(gathered, { action: 'other', status: 'skipped', target, reason: skipSentence(reason) })
  })
}

/** Drops what is remembered of an object that is no longer in the target, or never came to be there. */
async function forget({ context, item }: Work): Promise<void> {
  await record(context, async (tx, gathered) => {
    if (item.link) await dropLink(tx, context.job, item.link)
    await clearReferenceEscrows(tx, context.job, item.id)
    if (item.isEscrowed) gathered.settle('', item.id)
  })
}

async function read(work: Work, decision: Decision & { action: 'read' }): Promise<void> {
  const { context, item } = work
  const { targetId, purpose } = decision
  const answer = await attempt(() => context.target.read(item.type, targetId), 'read')
  if ('failure' in answer)
    return fail(work, { failure: answer.failure, step: 'EntryExportUpdate', action: actionOf(work), targetId })
  if (answer.value && item.link)
    return updateObject(work, {
      targetId,
      resource: answer.value,
      match: { attribute: item.link.matchAttribute, value: item.link.matchValue },
    })
  await forget(work)
  return carryOut({ ...work, item: { ...item, link: undefined } }, decideOnVanished(purpose))
}

async function match(work: Work, decision: Decision & { action: 'match' }): Promise<void> {
  const { item, mapping, attributes, trail } = work
  const current = decision.byCurrentValues ? matchValues(mapping, attributes) : []
  const first = current[0]
  if (decision.byCurrentValues && !first) return skip(work, 'ImportSkipped', undefined)
  const asked: string[] = []
  for (const candidate of candidates(decision.intended, current)) {
    const filter = `${candidate.attribute} eq "${candidate.value}"`
    asked.push(filter)
    const answer = await attempt(() => findOne(work, candidate), 'match')
    if ('failure' in answer)
      return fail(work, { failure: answer.failure, step: 'EntryMatching', action: actionOf(work) })
    const { count, found } = answer.value
    if (count > 1)
      return fail(work, { failure: duplicateTarget(filter, count), step: 'EntryMatching', action: actionOf(work) })
    if (!found) continue
    trail.step(matchingStep(item.type, asked, found.targetId))
    if (decision.found === 'delete') return deleteObject(work, found.targetId)
    return updateObject(work, { ...found, match: candidate })
  }
  trail.step(matchingStep(item.type, asked, undefined))
  if (decision.missing === 'create' && first) return createObject(work, first)
  await forget(work)
  await skip({ ...work, item: { ...item, link: undefined, isEscrowed: false } }, 'NotEffectivelyEntitled', undefined)
}

async function findOne(
  { context, item }: Work,
  { attribute, value }: Match,
): Promise<{ readonly count: number; readonly found?: { readonly targetId: string; readonly resource: JsonObject } }> {
  const { resources, total } = await context.target.find(item.type, attribute, value)
  const count = Math.max(total, resources.length)
  const [resource] = resources
  return count === 1 && resource ? { count, found: { targetId: idOf(resource), resource } } : { count }
}

/** The intended value first: a create with it may have reached the target. */
function* candidates(intended: Match | undefined, current: readonly Match[]): Iterable<Match> {
  if (intended) yield intended
  for (const candidate of current)
    if (candidate.attribute !== intended?.attribute || candidate.value !== intended.value) yield candidate
}

/** What was about to be done when something failed before it was known. */
function actionOf({ item, scoping }: Work): ProvisioningAction {
  if (scoping.isSoftDeleted) return item.object === undefined || item.type === 'Group' ? 'delete' : 'disable'
  return item.link?.targetId === undefined ? 'create' : 'update'
}
