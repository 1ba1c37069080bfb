import { hot, run, type Tx } from '@muster/service-kit/database.ts'

/**
 * Row locks alone are unfair: as long as some write holds a row `for key share`, the next one joins it and passes whoever
 * waits `for update`, so that somebody who keeps writing could hold off their own deprovisioning for ever. This lock in
 * front of the row lets nobody pass: PostgreSQL grants it in the order of asking. It is the transaction's, ends with it,
 * and protects nothing by itself; where an engine has no such locks, fairness is lost and nothing else.
 */
const key = (id: `$${number}`) => `hashtextextended($1::text || ' ' || ${id}::text, 0)`

/** Part of a statement whose $1 is the workspace and $2 the id of a person, or the `cid` of a key. */
export const PASS_GATE = `pg_advisory_xact_lock_shared(${key('$2')})`

/** As `PASS_GATE`, of a statement that then locks the row, as `closeGate` says. */
export const closedGate = (id: `$${number}`): string => `pg_advisory_xact_lock(${key(id)})`

const CLOSE = hot(`select ${closedGate('$2')}`)

/**
 * Closes the gate before the person (or key) until the transaction ends: writes on their behalf that passed it are waited
 * for, later ones wait behind. To be called before the row is locked `for update` or deleted.
 */
export async function closeGate(tx: Tx, workspaceId: string, id: string): Promise<void> {
  await run(tx, CLOSE, [workspaceId, id])
}
