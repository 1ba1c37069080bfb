import { clearDueReferences } from '../memory/escrows.ts'
import { dropLink, readLinks } from '../memory/links.ts'
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
    await provisionObjects(context, progress, type, candidatePages(context, type))
  await provisionManagers(context, linkedPages(context, 'User'))
  await provisionGroups(context, linkedPages(context, 'Group'))
}

async function lookAtChanges(context: CycleContext, progress: ProgressKeeper): Promise<void> {
  const work = await readWorkList(context)
  progress.expect(work.users.size + work.groups.size)
  await provisionObjects(context, progress, 'User', batches(work.users))
  await provisionObjects(context, progress, 'Group', batches(work.groups))
  await addReferencesOfNewLinks(context, work)
  await provisionManagers(context, batches(work.managers))
  await provisionGroups(context, batches(work.members.keys()), work.members)
}

/** Ids that are looked at together: what is known of them is read at once. */
type Pages = Iterable<string[]> | AsyncIterable<string[]>

/** In the order of their ids, so that two nodes and two runs go the same way. */
function* batches(ids: Iterable<string>): Iterable<string[]> {
  const sorted = [...ids].sort()
  for (let at = 0; at < sorted.length; at += BATCH) yield sorted.slice(at, at + BATCH)
}

/** Each page is read when the one before has run out, while the last of those are still worked on. */
async function* readEach<T>(
  { signal }: CycleContext,
  pages: Pages,
  read: (ids: string[]) => Promise<Iterable<T>>,
): AsyncIterable<T> {
  for await (const ids of pages) {
    signal.throwIfAborted()
    yield* await read(ids)
  }
}

/** Reads what the directory and we know of some objects, and takes each through the steps. */
async function provisionObjects(
  context: CycleContext,
  progress: ProgressKeeper,
  type: ObjectType,
  pages: Pages,
): Promise<void> {
  const items = readEach(context, pages, (ids) => readWorkItems(context, type, ids))
  await forEachAtOnce(context, items, async (item) => {
    if (!context.keptLeavers.has(item.id)) await provisionObject(context, item)
    await progress.done(1)
  })
}

async function provisionManagers(context: CycleContext, pages: Pages): Promise<void> {
  const rows = readEach(context, pages, (ids) => readManagers(context, ids))
  await forEachAtOnce(context, rows, (row) => provisionManager(context, row))
}

/** Compares the members that `which` names for each group; all of them without it. */
async function provisionGroups(context: CycleContext, pages: Pages, which?: ReferenceWork['members']): Promise<void> {
  const { deps, job } = context
  const links = readEach(context, pages, async (ids) => (await readLinks(deps.database, job, 'Group', ids)).values())
  await forEachAtOnce(context, links, (link) => provisionMembers(context, link, which?.get(link.sourceId) ?? 'all'))
}
