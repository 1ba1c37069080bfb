import { run, type Tx } from '@muster/service-kit/database.ts'

const WAITING = 'select 1 from pg_locks where not granted and pg_backend_pid() = any(pg_blocking_pids(pid))'

/** Waits until another statement waits for what this transaction holds. */
export async function untilSomeoneWaits(tx: Tx): Promise<void> {
  while ((await run(tx, WAITING, [])).length === 0);
}
