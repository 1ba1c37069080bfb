import { clearDueReferences } from '../memory/escrows.ts'
import { dropLink } from '../memory/links.ts'
import { countCandidates } from '../source.ts'
import type { ObjectType } from '../steps/mapping.ts'
import { BATCH, candidatePages, linkedPages, readWorkItems } from './candidates.ts'
import { readManagers } from './compare-references.ts'
import { type CycleContext, forEachAtOnce, record } from './context.ts'
import type { ProgressKeeper } from './progress.ts'
import { provisionObject } from './provision-object.ts'
import { provisionManager, provisionMembers } from './provision-references.ts'
import { resetLinks } from './reset-links.ts'
import { addReferencesOfNewLinks, type ReferenceWork, readWorkList } from './work-list.ts'

/** Users, then groups, then references: a reference is sent only when both ends are there. */
export async function runPhases(context: CycleContext, progress: ProgressKeeper): Promise<void> {
  await resetLinks(context)
  if (context.cycle.watermarkBefore === undefined) await lookAtAll(context, progress)
  else await lookAtChanges(context, progress)
  // Only now that nobody's member or manager they are any more.
  for (const link of context.forgotten) await record(context, (tx) => dropLink(tx, context.job, link))
  await record(context, (tx) => clearDueReferences(tx, context.job, context.cycle.number))
}

async function lookAtAll(context: CycleContext, progress: ProgressKeeper): Promise<void> {
  const { deps, job, syncAll } = context
  progress.expect(await countCandidates(deps.database, { job, syncAll }))
  for (const type of ['User', 'Group'] as const)
    for await (const ids of candidatePages(context, type)) await provisionBatch(context, progress, type, ids)
  for await (const ids of linkedPages(context, 'User')) await provisionManagers(context, ids)
  for await (const ids of linkedPages(context, 'Group'))
    await provisionGroups(context, new Map(ids.map((id) => [id, 'all' as const])))
}

async function lookAtChanges(context: CycleContext, progress: ProgressKeeper): Promise<void> {
  const work = await readWorkList(context)
  progress.expect(work.users.size + work.groups.size)
  for (const [type, ids] of [
    ['User', work.users],
    ['Group', work.groups],
  ] as const)
    for (const batch of batches(ids)) await provisionBatch(context, progress, type, batch)
  await addReferencesOfNewLinks(context, work)
  for (const batch of batches(work.managers)) await provisionManagers(context, batch)
  await provisionGroups(context, work.members)
}

/** In the order of their ids, so that two nodes and two runs go the same way. */
function* batches(ids: ReadonlySet<string>): Iterable<string[]> {
  const sorted = [...ids].sort()
  for (let at = 0; at < sorted.length; at += BATCH) yield sorted.slice(at, at + BATCH)
}

/** Reads what the directory and we know of some objects, and takes each through the steps. */
async function provisionBatch(
  context: CycleContext,
  progress: ProgressKeeper,
  type: ObjectType,
  ids: readonly string[],
): Promise<void> {
  const { signal } = context
  signal.throwIfAborted()
  const items = await readWorkItems(context, type, ids)
  const untried = items.filter(({ id }) => !context.keptLeavers.has(id))
  await forEachAtOnce(context, untried, (item) => provisionObject(context, item))
  await progress.done(ids.length)
}

async function provisionManagers(context: CycleContext, ownerIds: readonly string[]): Promise<void> {
  const rows = await readManagers(context, ownerIds)
  await forEachAtOnce(context, rows, (row) => provisionManager(context, row))
}

async function provisionGroups(context: CycleContext, groups: ReferenceWork['members']): Promise<void> {
  await forEachAtOnce(context, groups, ([groupId, which]) => provisionMembers(context, groupId, which))
}
