import type { ProvisioningLogView } from '../../contract/provisioning-log.ts'
import { SOURCE_DIRECTORY, TARGET_DIRECTORY } from '../provisioning/schema/default-schema.ts'
import type { StoredLogRow } from './repository.ts'

/** A log row as Graph's provisioningObjectSummary. */
export function logView(tenantId: string, row: StoredLogRow): ProvisioningLogView {
  const systemDetails = {
    ApplicationId: row.applicationId,
    ServicePrincipalId: row.servicePrincipalId,
    ServicePrincipalDisplayName: row.servicePrincipalName,
  }
  return {
    id: row.id,
    activityDateTime: row.time.toISOString(),
    tenantId,
    jobId: row.jobId,
    cycleId: row.cycleId,
    changeId: row.changeId,
    provisioningAction: row.action,
    durationInMilliseconds: row.durationMs,
    provisioningStatusInfo: { status: row.status, errorInformation: row.error },
    provisioningSteps: row.steps.map((step) => ({ ...step, details: { ...step.details } })),
    modifiedProperties: row.modifiedProperties.map((property) => ({ ...property })),
    servicePrincipal: { id: row.servicePrincipalId, displayName: row.servicePrincipalName },
    sourceSystem: { id: tenantId, displayName: SOURCE_DIRECTORY, details: {} },
    targetSystem: { id: row.servicePrincipalId, displayName: TARGET_DIRECTORY, details: systemDetails },
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
    sourceIdentity: { ...row.source, details: { ...row.source.details } },
    targetIdentity: { ...row.target, details: { ...row.target.details } },
  }
}
