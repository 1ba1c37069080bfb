import { endLinksReset } from '../job/repository.ts'
import { escrowedObjects } from '../memory/escrows.ts'
import { forgetLinks } from '../memory/links.ts'
import type { ObjectType } from '../steps/mapping.ts'
import { evaluateScope } from '../steps/scoping.ts'
import { linkedPages, readWorkItems } from './candidates.ts'
import { type CycleContext, forEachAtOnce, record } from './context.ts'
import { provisionObject } from './provision-object.ts'

/**
 * Forgets which object is which account, when a restart asked for it.
 *
 * Whoever left the scope is let go first, by the id that is still known: once it is forgotten, nothing would lead to
 * their account any more. Who can't be let go now keeps the link, to be tried again. Of the others the value to look for
 * stays, so that someone who was renamed meanwhile is found under the old name instead of being created twice.
 */
export async function resetLinks(context: CycleContext): Promise<void> {
  const { job, cycle } = context
  if (!job.isLinksReset || cycle.watermarkBefore !== undefined || job.resets !== cycle.resets) return
  await letLeaversGo(context, 'User')
  await letLeaversGo(context, 'Group')
  await record(context, async (tx) => {
    await forgetLinks(tx, job, [...context.keptLeavers])
    await endLinksReset(tx, job, cycle.resets)
  })
}

async function letLeaversGo(context: CycleContext, type: ObjectType): Promise<void> {
  const { deps, job, syncAll, signal, keptLeavers } = context
  for await (const ids of linkedPages(context, type)) {
    signal.throwIfAborted()
    const items = await readWorkItems(context, type, ids)
    const left = items.filter(({ object, isAssigned }) => evaluateScope(object, { isAssigned, syncAll }).isSoftDeleted)
    await forEachAtOnce(context, left, (item) => provisionObject(context, item))
    const leftIds = left.map(({ id }) => id)
    for (const id of await escrowedObjects(deps.database, job, type, leftIds)) keptLeavers.add(id)
  }
}
