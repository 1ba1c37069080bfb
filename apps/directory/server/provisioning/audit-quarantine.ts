import type { Tx } from '@muster/service-kit/database.ts'
import { type Initiator, recordDirectoryAudit } from '../audit/record.ts'
import type { JobKey } from './job/job.ts'
import type { Quarantine } from './quarantine.ts'
import type { ServicePrincipal } from './source.ts'

/** The engine, where it acts by itself; Entra's name for it. */
export const PROVISIONING_SERVICE: Initiator = {
  kind: 'application',
  applicationId: '',
  displayName: 'Azure AD Provisioning Service',
}

/** What became of a job's quarantine. */
type Move = 'entered' | 'reasonChanged' | 'left' | 'givenUp'

/**
 * Writes down that a job came into quarantine, got another reason, came out of it or was given up, in the transaction
 * that moves it. Staying in it for the same reason is no entry.
 */
export async function auditQuarantine(
  tx: Tx,
  job: JobKey,
  {
    before,
    after,
    now,
    initiatedBy,
    servicePrincipal,
    requestId,
  }: {
    readonly before: Quarantine | undefined
    readonly after: Quarantine | 'givenUp' | undefined
    readonly now: Date
    readonly initiatedBy: Initiator
    readonly servicePrincipal: Pick<ServicePrincipal, 'id' | 'displayName'>
    readonly requestId?: string
  },
): Promise<void> {
  const event = moveOf(before, after)
  if (event === undefined) return
  const told = typeof after === 'object' ? after : before
  await recordDirectoryAudit(tx, job.tenantId, now, {
    category: 'ProvisioningManagement',
    activity: 'Quarantine',
    initiatedBy,
    target: { id: servicePrincipal.id, displayName: servicePrincipal.displayName, type: 'ServicePrincipal' },
    details: {
      event,
      jobId: job.jobId,
      reason: told?.reason,
      errorCode: told?.error.code,
      ...(typeof after === 'object' ? { nextAttempt: after.nextAttempt } : {}),
    },
    ...(requestId === undefined ? {} : { requestId }),
  })
}

function moveOf(before: Quarantine | undefined, after: Quarantine | 'givenUp' | undefined): Move | undefined {
  if (after === 'givenUp') return 'givenUp'
  if (after === undefined) return before && 'left'
  if (before === undefined) return 'entered'
  return before.reason === after.reason ? undefined : 'reasonChanged'
}
