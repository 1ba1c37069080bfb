import { execute, hot, type Tx } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { NumberedTable } from '@muster/service-kit/numbering.ts'

export const AUDIT_ENTRIES: NumberedTable = { schema: 'directory', table: 'audit_entries', tenantColumn: 'tenant_id' }

/** Graph's `category` of a directory audit (directoryAudit resource). */
export type AuditCategory =
  | 'UserManagement'
  | 'GroupManagement'
  | 'RoleManagement'
  | 'ApplicationManagement'
  | 'ProvisioningManagement'
  | 'DirectoryManagement'

/** Who did it. Every caller is one. */
export type Initiator =
  | { readonly kind: 'application'; readonly applicationId: string; readonly displayName: string }
  | { readonly kind: 'user'; readonly userId: string; readonly displayName: string; readonly userPrincipalName: string }

export interface NewDirectoryAudit {
  readonly category: AuditCategory
  /** Graph's `activityDisplayName`, in Entra's words: `Add user`, `Update application`. */
  readonly activity: string
  readonly initiatedBy: Initiator
  readonly target: { readonly id: string; readonly displayName: string; readonly type: string }
  /** What else a reader wants to know. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId?: string
}

const INSERT =
  hot(`insert into directory.audit_entries (tenant_id, entry_id, time, category, activity, initiated_by, target, details, request_id)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)

/** Writes down who did what, in the transaction that did it. */
export async function recordDirectoryAudit(
  tx: Tx,
  tenantId: string,
  now: Date,
  entry: NewDirectoryAudit,
): Promise<void> {
  await execute(tx, INSERT, [
    tenantId,
    newId(now),
    now,
    entry.category,
    entry.activity,
    JSON.stringify(initiator(entry.initiatedBy)),
    JSON.stringify(entry.target),
    JSON.stringify(entry.details ?? {}),
    entry.requestId ?? null,
  ])
}

/** Graph's `initiatedBy`: an app or a user. */
function initiator(caller: Initiator) {
  return caller.kind === 'application'
    ? { app: { appId: caller.applicationId, displayName: caller.displayName } }
    : { user: { id: caller.userId, displayName: caller.displayName, userPrincipalName: caller.userPrincipalName } }
}
