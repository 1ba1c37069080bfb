import { candidatePage, linkedPage } from '../source.ts'
import type { ObjectType } from '../steps/mapping.ts'
import type { CycleContext } from './context.ts'

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
