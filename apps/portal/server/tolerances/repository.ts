import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'

/** What a workspace lets SCIM clients send against the standard. */
export interface ToleranceSettings {
  /** The standard to the letter: no tolerance holds, whatever its own switch says. */
  readonly strict: boolean
  /** Names of the tolerances that are off by themselves. */
  readonly switchedOff: readonly string[]
}

/** Every tolerance holds, until somebody says otherwise. */
export const USUAL_TOLERANCES: ToleranceSettings = { strict: false, switchedOff: [] }

/**
 * The settings of a workspace (`$1`) as a column of the statement that looks a caller up; null where they are as usual.
 * So a switch holds from the next request on every node, and costs none of them a statement.
 */
export const TOLERANCES_COLUMN = `(select jsonb_build_object('strict', t.strict, 'switchedOff', t.switched_off)
  from portal.scim_tolerances t where t.workspace_id = $1)`

const READ = hot(`select ${TOLERANCES_COLUMN} as settings`)
const ENSURE = hot(`insert into portal.scim_tolerances (workspace_id, strict, switched_off) values ($1, false, '{}')
  on conflict do nothing`)
const LOCK = hot('select strict, switched_off from portal.scim_tolerances where workspace_id = $1 for update')
const UPDATE = hot('update portal.scim_tolerances set strict = $2, switched_off = $3 where workspace_id = $1')
const USES = hot('select name, count from portal.scim_tolerance_uses where workspace_id = $1')
// In one order, so that two nodes that write at once wait for each other instead of meeting in a deadlock.
const ADD_USES = hot(`
  insert into portal.scim_tolerance_uses as u (workspace_id, name, count)
  select workspace_id, name, count from unnest($1::text[], $2::text[], $3::bigint[]) as given (workspace_id, name, count)
  order by workspace_id, name
  on conflict (workspace_id, name) do update set count = u.count + excluded.count`)

export async function readTolerances(on: Executor, workspaceId: string): Promise<ToleranceSettings> {
  const [row] = await run<{ settings: ToleranceSettings | null }>(on, READ, [workspaceId])
  return row?.settings ?? USUAL_TOLERANCES
}

/** Reads the settings and keeps every other writer of them waiting until the transaction ends. */
export async function lockTolerances(tx: Tx, workspaceId: string): Promise<ToleranceSettings> {
  await execute(tx, ENSURE, [workspaceId])
  const [row] = await run<{ strict: boolean; switched_off: string[] }>(tx, LOCK, [workspaceId])
  return row ? { strict: row.strict, switchedOff: row.switched_off } : USUAL_TOLERANCES
}

export async function updateTolerances(tx: Tx, workspaceId: string, settings: ToleranceSettings): Promise<void> {
  await execute(tx, UPDATE, [workspaceId, settings.strict, settings.switchedOff])
}

/** How many requests needed each tolerance; what none ever needed is not named. */
export async function readUses(on: Executor, workspaceId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await run<{ name: string; count: string }>(on, USES, [workspaceId])
  return new Map(rows.map(({ name, count }) => [name, Number(count)]))
}

export interface ToleranceUses {
  readonly workspaceId: string
  readonly name: string
  readonly count: number
}

export async function addUses(on: Executor, uses: readonly ToleranceUses[]): Promise<void> {
  await execute(on, ADD_USES, [
    uses.map(({ workspaceId }) => workspaceId),
    uses.map(({ name }) => name),
    uses.map(({ count }) => count),
  ])
}
