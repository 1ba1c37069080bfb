import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { JobKey } from './job.ts'

/** The right to work on a job until someone else takes it. */
export interface Lease extends JobKey {
  readonly generation: number
}

/** How long a lease holds without being renewed, in milliseconds. */
export const LEASE_MS = 60_000

/** Someone else works on the job by now: whoever held it before may record nothing more. */
export class LostLease extends Error {
  override readonly name = 'LostLease'
}

/** The job was deleted while somebody worked on it: there is nothing left to record. */
export class JobDeleted extends Error {
  override readonly name = 'JobDeleted'
}

const until = (now: Date) => new Date(now.getTime() + LEASE_MS)

const TAKE = hot(`insert into directory.leases as l (tenant_id, job_id, holder, until, generation)
  select tenant_id, job_id, $3, $4, 1 from directory.jobs where tenant_id = $1 and job_id = $2 for key share
  on conflict (tenant_id, job_id) do update set holder = excluded.holder, until = excluded.until, generation = l.generation + 1
  where l.until <= $5 returning generation`)

/** Takes the job if it is there and nobody holds it. */
export async function takeLease(on: Executor, key: JobKey, holder: string, now: Date): Promise<Lease | undefined> {
  const rows = await run<{ generation: string }>(on, TAKE, [key.tenantId, key.jobId, holder, until(now), now])
  return rows[0] && { tenantId: key.tenantId, jobId: key.jobId, generation: Number(rows[0].generation) }
}

const RENEW = hot(`update directory.leases set until = $4 where tenant_id = $1 and job_id = $2 and generation = $3`)

/** False when the lease is someone else's by now. */
export async function renewLease(on: Executor, lease: Lease, now: Date): Promise<boolean> {
  return (await execute(on, RENEW, [lease.tenantId, lease.jobId, lease.generation, until(now)])) > 0
}

/** Lets the next one in at once. */
export async function releaseLease(on: Executor, lease: Lease, now: Date): Promise<void> {
  await execute(on, RENEW, [lease.tenantId, lease.jobId, lease.generation, now])
}

const CHECK = hot(`select generation from directory.leases where tenant_id = $1 and job_id = $2 for share`)

/**
 * The first statement of every transaction that records for a job. Two clocks may disagree about when a lease ends;
 * the generation doesn't, and whoever takes the lease over waits for this transaction.
 *
 * @throws {LostLease}
 */
export async function confirmLease(tx: Tx, lease: Lease): Promise<void> {
  const rows = await run<{ generation: string }>(tx, CHECK, [lease.tenantId, lease.jobId])
  if (Number(rows[0]?.generation) !== lease.generation)
    throw new LostLease(`Job ${lease.jobId} is worked on by another node.`)
}
