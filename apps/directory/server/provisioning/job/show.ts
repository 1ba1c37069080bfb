import { isDeepStrictEqual } from 'node:util'
import type { JobView } from '../../../contract/synchronization.ts'
import { type CycleOverview, cycleOverview } from '../cycle/repository.ts'
import type { ProvisioningDeps } from '../deps.ts'
import { countLinks } from '../memory/links.ts'
import type { Job, JobKey } from './job.ts'
import { findJob } from './repository.ts'
import { jobResource } from './resource.ts'
import { readSecrets } from './secrets.ts'

type ShowDeps = Pick<ProvisioningDeps, 'database' | 'secrets'>

/** A job as Graph shows it now. */
export async function showJob(deps: ShowDeps, job: Job): Promise<JobView> {
  return withLinks(deps, await readFacts(deps, job))
}

/** A job as it was last looked at. */
export interface JobLook {
  /** All but the number of links, which is costly to count and changes only when something here does. */
  readonly facts: string
  /** The resource, as JSON. */
  readonly text: string
}

/** Looks at a job again; answers `before` itself when nothing has changed, undefined when the job is not there. */
export async function lookAtJob(deps: ShowDeps, key: JobKey, before?: JobLook): Promise<JobLook | undefined> {
  const job = await findJob(deps.database, key)
  if (!job) return undefined
  const read = await readFacts(deps, job)
  const facts = JSON.stringify(read)
  return before?.facts === facts ? before : { facts, text: JSON.stringify(await withLinks(deps, read)) }
}

interface Facts {
  readonly job: Job
  readonly isConfigured: boolean
  readonly cycles: CycleOverview
}

/** How often it is read again when a cycle begins or ends meanwhile. */
const TRIES = 3

/** A cycle that begins or ends changes its job too: while the job is the same, job and cycles fit each other. */
async function readFacts({ database, secrets: box }: ShowDeps, found: Job): Promise<Facts> {
  let job = found
  for (let tries = 1; ; tries += 1) {
    const { BaseAddress, SecretToken } = await readSecrets(database, box, job.tenantId, job.servicePrincipalId)
    const facts = { job, isConfigured: Boolean(BaseAddress && SecretToken), cycles: await cycleOverview(database, job) }
    const now = await findJob(database, job)
    if (!now || tries === TRIES || isDeepStrictEqual(job, now)) return facts
    job = now
  }
}

const withLinks = async ({ database }: ShowDeps, { job, ...facts }: Facts): Promise<JobView> =>
  jobResource(job, { ...facts, linked: await countLinks(database, job) })
