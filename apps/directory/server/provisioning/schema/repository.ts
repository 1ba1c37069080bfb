import { type Executor, hot, run } from '@muster/service-kit/database.ts'
import type { JobKey } from '../job/job.ts'
import { defaultSchema } from './default-schema.ts'
import type { SynchronizationSchema } from './document.ts'

const READ = hot(`select document from directory.schemas where tenant_id = $1 and job_id = $2`)

/** The mapping document of a job: its own, or the default one. */
export async function readSchema(on: Executor, { tenantId, jobId }: JobKey): Promise<SynchronizationSchema> {
  const rows = await run<{ document: SynchronizationSchema }>(on, READ, [tenantId, jobId])
  return rows[0]?.document ?? defaultSchema(jobId)
}
