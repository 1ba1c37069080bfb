import { z } from 'zod'

const target = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  type: z.string(),
  userPrincipalName: z.string().nullable(),
  groupType: z.enum(['unifiedGroups', 'azureAD']).nullable(),
  modifiedProperties: z.array(
    z.object({ displayName: z.string(), oldValue: z.string().nullable(), newValue: z.string().nullable() }),
  ),
})

/** Graph's directoryAudit. */
export const directoryAuditView = z
  .object({
    id: z.string(),
    category: z.string(),
    correlationId: z.string(),
    result: z.enum(['success', 'failure']),
    resultReason: z.string(),
    activityDisplayName: z.string(),
    activityDateTime: z.string(),
    loggedByService: z.string(),
    operationType: z.enum(['Add', 'Assign', 'Update', 'Unassign', 'Delete']),
    initiatedBy: z.object({
      user: z
        .object({
          id: z.string(),
          displayName: z.string(),
          userPrincipalName: z.string(),
          ipAddress: z.string().nullable(),
        })
        .nullable(),
      app: z
        .object({
          appId: z.string().nullable(),
          displayName: z.string(),
          servicePrincipalId: z.string().nullable(),
          servicePrincipalName: z.string().nullable(),
        })
        .nullable(),
    }),
    targetResources: z.array(target),
    additionalDetails: z.array(z.object({ key: z.string(), value: z.string() })),
  })
  .meta({ id: 'DirectoryAudit' })

export type DirectoryAuditView = z.infer<typeof directoryAuditView>

/** Every name that `$select` may hold for an entry. */
export const DIRECTORY_AUDIT_SELECT: readonly string[] = Object.keys(directoryAuditView.shape)

/** One entry, whole or as `$select` cut it. */
export const directoryAuditEntity = directoryAuditView
  .partial()
  .extend({ '@odata.context': z.string() })
  .meta({ id: 'DirectoryAuditEntity' })

export const directoryAuditList = z
  .object({
    '@odata.context': z.string(),
    '@odata.nextLink': z.string().optional(),
    value: z.array(directoryAuditView.partial()),
  })
  .meta({ id: 'DirectoryAuditCollection' })
