import type { Executor, Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import type { FastifyRequest } from 'fastify'
import { servicePrincipalTarget } from '../audit/target.ts'
import { noSuchResource } from '../directory/no-such.ts'
import { auditAct } from '../graph/act.ts'
import type { Caller } from '../graph/caller.ts'
import { write } from '../graph/write.ts'
import type { ProvisioningRouteDeps } from './deps.ts'
import type { Job } from './job/job.ts'
import { findJob } from './job/repository.ts'
import { findServicePrincipal, type ServicePrincipal } from './source.ts'

export const SYNCHRONIZATION = '/servicePrincipals/:id/synchronization'
export const TAGS = ['Provisioning']

/** The service principal that an address names. @throws {Refusal} `notFound`. */
export async function findPrincipalOf(on: Executor, caller: Caller, id: string): Promise<ServicePrincipal> {
  const found = isUuid(id) ? await findServicePrincipal(on, caller.tenantId, id) : undefined
  if (!found) throw noSuchResource(id)
  return found
}

/** The job that an address names. @throws {Refusal} `notFound`, also for the job of another app. */
export async function findJobOf(
  on: Executor,
  caller: Caller,
  address: { readonly id: string; readonly jobId: string },
): Promise<Job> {
  const { id } = await findPrincipalOf(on, caller, address.id)
  const job = await findJob(on, { tenantId: caller.tenantId, jobId: address.jobId })
  if (!job || job.servicePrincipalId !== id) throw noSuchResource(address.jobId)
  return job
}

/**
 * One write to the provisioning of an app: the caller still may, it happens, and it is written down.
 *
 * @throws {Refusal} `forbidden`, `unauthorized`, `notFound`, and whatever `body` refuses.
 */
export function administer<T>(
  deps: Pick<ProvisioningRouteDeps, 'database' | 'clock'>,
  request: FastifyRequest,
  servicePrincipalId: string,
  told: { readonly activity: string; readonly details?: Readonly<Record<string, unknown>> },
  body: (tx: Tx, servicePrincipal: ServicePrincipal) => Promise<T>,
): Promise<T> {
  return write(deps, request, 'provisioning.write', async (tx, act) => {
    const servicePrincipal = await findPrincipalOf(tx, request.caller, servicePrincipalId)
    const result = await body(tx, servicePrincipal)
    const target = servicePrincipalTarget(servicePrincipal)
    await auditAct(tx, act, { category: 'ProvisioningManagement', target, ...told })
    return result
  })
}
