import { escrowedObjects } from '../memory/escrows.ts'
import { readLinks } from '../memory/links.ts'
import { candidatePage, linkedPage, readAssigned, readObjects } from '../source.ts'
import type { ObjectType } from '../steps/mapping.ts'
import type { CycleContext } from './context.ts'
import type { WorkItem } from './work.ts'

/** Objects read at once. */
export const BATCH = 200

/** Everything that an initial cycle looks at: what may be in scope, and all that is linked. */
export const candidatePages = ({ deps, job, syncAll }: CycleContext, type: ObjectType): AsyncIterable<string[]> =>
  pages((after) => candidatePage(deps.database, { job, type, syncAll, after, limit: BATCH }))

/** What is linked and managed. */
export const linkedPages = ({ deps, job }: CycleContext, type: ObjectType): AsyncIterable<string[]> =>
  pages((after) => linkedPage(deps.database, job, type, after, BATCH))

async function* pages(read: (after: string | undefined) => Promise<string[]>): AsyncIterable<string[]> {
  for (let after: string | undefined; ; ) {
    const ids = await read(after)
    if (ids.length > 0) yield ids
    if (ids.length < BATCH) return
    after = ids.at(-1)
  }
}

/** What the directory and we know of a page of objects, in the order of their ids' list. */
export async function readWorkItems(
  { deps: { database }, job }: CycleContext,
  type: ObjectType,
  ids: readonly string[],
): Promise<WorkItem[]> {
  const objects = await readObjects(database, job.tenantId, type, ids)
  const links = await readLinks(database, job, type, ids)
  const assigned = await readAssigned(database, job.tenantId, job.servicePrincipalId, type, ids)
  const escrowed = await escrowedObjects(database, job, type, ids)
  return ids.map((id) => ({
    type,
    id,
    object: objects.get(id),
    link: links.get(id),
    isAssigned: assigned.has(id),
    isEscrowed: escrowed.has(id),
  }))
}
