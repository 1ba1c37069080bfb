import { z } from 'zod'

const identity = z.object({
  id: z.string(),
  displayName: z.string(),
  identityType: z.string(),
  details: z.record(z.string(), z.string()),
})

const system = z.object({ id: z.string(), displayName: z.string(), details: z.record(z.string(), z.string()) })

/** Graph's provisioningObjectSummary. */
export const provisioningLogView = z
  .object({
    id: z.string(),
    activityDateTime: z.string(),
    tenantId: z.string(),
    jobId: z.string(),
    cycleId: z.string(),
    changeId: z.string(),
    provisioningAction: z.enum(['create', 'update', 'delete', 'disable', 'stagedDelete', 'other']),
    durationInMilliseconds: z.int(),
    provisioningStatusInfo: z.object({
      status: z.enum(['success', 'failure', 'skipped', 'warning']),
      errorInformation: z
        .object({
          errorCode: z.string(),
          reason: z.string(),
          additionalDetails: z.string(),
          errorCategory: z.string(),
          recommendedAction: z.string(),
        })
        .nullable(),
    }),
    provisioningSteps: z.array(
      z.object({
        name: z.string(),
        provisioningStepType: z.enum(['import', 'scoping', 'matching', 'processing', 'referenceResolution', 'export']),
        status: z.enum(['success', 'warning', 'failure', 'skipped']),
        description: z.string(),
        details: z.record(z.string(), z.string()),
      }),
    ),
    modifiedProperties: z.array(
      z.object({ displayName: z.string(), oldValue: z.string().nullable(), newValue: z.string().nullable() }),
    ),
    servicePrincipal: z.object({ id: z.string(), displayName: z.string() }),
    sourceSystem: system,
    targetSystem: system,
    initiatedBy: z.object({ id: z.string(), displayName: z.string(), initiatorType: z.literal('system') }),
    sourceIdentity: identity,
    targetIdentity: identity,
  })
  .meta({ id: 'ProvisioningObjectSummary' })

export type ProvisioningLogView = z.infer<typeof provisioningLogView>

export const provisioningLogList = z
  .object({
    '@odata.context': z.string(),
    '@odata.count': z.int().optional(),
    '@odata.nextLink': z.string().optional(),
    value: z.array(provisioningLogView),
  })
  .meta({ id: 'ProvisioningObjectSummaryCollection' })
