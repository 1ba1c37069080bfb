import { type Database, type Executor, execute, hot, run } from '@muster/service-kit/database.ts'
import type { Statement } from '@muster/service-kit/together.ts'

const APPEND = hot('insert into portal.population (workspace_id, people, active_people) values ($1, $2, $3)')
const READ = hot(`
  select coalesce(sum(people), 0)::int as people, coalesce(sum(active_people), 0)::int as active
  from portal.population where workspace_id = $1`)
const MANY = hot('select workspace_id from portal.population group by workspace_id having count(*) > $1')
const FOLD = hot(`
  with folded as (delete from portal.population where workspace_id = $1 returning people, active_people)
  insert into portal.population (workspace_id, people, active_people)
  select $1, sum(people), sum(active_people) from folded having count(*) > 0`)

/** How many people a workspace has on `/scim/v2/Users`: the local first admin is not among them. */
export interface Population {
  readonly people: number
  readonly active: number
}

/** Notes a difference as a row of its own: a thousand sign-ups at once never meet on one row. */
export const counted = (workspaceId: string, people: number, active: number): Statement => ({
  text: APPEND,
  values: [workspaceId, people, active],
})

export async function readPopulation(on: Executor, workspaceId: string): Promise<Population> {
  const [row] = await run<Population>(on, READ, [workspaceId])
  return row ?? { people: 0, active: 0 }
}

/** Differences that a workspace may gather before they are summed up. */
const FOLD_ABOVE = 100

/**
 * Sums up the differences of every workspace that has gathered many. Each is one statement, so a reader sees the rows
 * before or the one after; differences committed meanwhile stay for the next time.
 */
export async function foldPopulations(database: Database): Promise<void> {
  const workspaces = await run<{ workspace_id: string }>(database, MANY, [FOLD_ABOVE])
  for (const { workspace_id } of workspaces) await execute(database, FOLD, [workspace_id])
}
