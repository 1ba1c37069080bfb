import type { DirectoryAuditView } from '../../contract/directory-audit.ts'
import type { ModifiedProperty } from './modified-properties.ts'
import type { AuditTarget } from './record.ts'
import type { AuditEntry } from './repository.ts'

/** An audit entry as Graph's directoryAudit. What changed hangs on the first target, as in Entra. */
export function auditView(entry: AuditEntry): DirectoryAuditView {
  const { modifiedProperties = [], ...details } = entry.details
  const { user, app } = entry.initiated_by
  return {
    id: entry.entry_id,
    category: entry.category,
    correlationId: entry.request_id ?? entry.entry_id,
    result: 'success',
    resultReason: '',
    activityDisplayName: entry.activity,
    activityDateTime: entry.time.toISOString(),
    loggedByService: entry.category === 'ProvisioningManagement' ? 'Account Provisioning' : 'Core Directory',
    operationType: operationOf(entry.activity),
    initiatedBy: {
      user: user ? { ...user, ipAddress: null } : null,
      app: app ? { ...app, servicePrincipalId: null, servicePrincipalName: null } : null,
    },
    targetResources: [
      targetView(entry.target, modifiedProperties as readonly ModifiedProperty[]),
      ...entry.related.map((target) => targetView(target, [])),
    ],
    additionalDetails: Object.entries(details).map(([key, value]) => ({
      key,
      value: typeof value === 'string' ? value : JSON.stringify(value),
    })),
  }
}

function targetView(target: AuditTarget, modified: readonly ModifiedProperty[]) {
  const { id, displayName, type, userPrincipalName, groupType } = target
  return {
    id,
    displayName,
    type,
    userPrincipalName: userPrincipalName ?? null,
    groupType: groupType ?? null,
    modifiedProperties: [...modified],
  }
}

/** Graph's operationType, by the first words of an activity. */
const OPERATIONS: readonly (readonly [RegExp, DirectoryAuditView['operationType']])[] = [
  [/^Add (member|app role assignment)/, 'Assign'],
  [/^Remove (member|app role assignment)/, 'Unassign'],
  [/^Add /, 'Add'],
  [/^(Delete|Hard Delete|Remove) /, 'Delete'],
]

function operationOf(activity: string): DirectoryAuditView['operationType'] {
  return OPERATIONS.find(([words]) => words.test(activity))?.[1] ?? 'Update'
}
