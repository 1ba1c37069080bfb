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
  | {
      readonly kind: 'application'
      readonly applicationId: string
      readonly displayName: string
      /** The client id. What Muster does by itself has none. */
      readonly appId?: string
    }
  | { readonly kind: 'user'; readonly userId: string; readonly displayName: string; readonly userPrincipalName: string }

/** What an entry is about (Graph's targetResource). */
export interface AuditTarget {
  readonly id: string
  readonly displayName: string
  readonly type: 'User' | 'Group' | 'Role' | 'Application' | 'ServicePrincipal' | 'Directory'
  /** Of a user. */
  readonly userPrincipalName?: string
  /** Of a group. */
  readonly groupType?: 'unifiedGroups' | 'azureAD'
}

export interface NewDirectoryAudit {
  readonly category: AuditCategory
  /** Graph's `activityDisplayName`, in Entra's words: `Add user`, `Update application`. */
  readonly activity: string
  readonly initiatedBy: Initiator
  readonly target: AuditTarget
  /** What it is about besides: the member of the group, the role that is given. */
  readonly related?: readonly AuditTarget[]
  /** What else a reader wants to know; `modifiedProperties` is Graph's. Never a secret. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly requestId?: string
}

const INSERT =
  hot(`insert into directory.audit_entries (tenant_id, entry_id, time, category, activity, initiated_by, target, details, request_id,
    related, target_terms)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`)

/** Writes down who did what, in the transaction that did it. */
export async function recordDirectoryAudit(
  tx: Tx,
  tenantId: string,
  now: Date,
  entry: NewDirectoryAudit,
): Promise<void> {
  const { target, related = [] } = entry
  await execute(tx, INSERT, [
    tenantId,
    newId(now),
    now,
    entry.category,
    entry.activity,
    JSON.stringify(initiator(entry.initiatedBy)),
    JSON.stringify(target),
    JSON.stringify(entry.details ?? {}),
    entry.requestId ?? null,
    JSON.stringify(related),
    [target, ...related].map(({ id }) => `${termPrefix(tenantId)}${id}`),
  ])
}

/** How the term of a target begins that the log is searched by. The tenant is in it: a role has the same id in all. */
export function termPrefix(tenantId: string): string {
  return `${tenantId}|`
}

/** Graph's `initiatedBy`: an app or a user. */
function initiator(caller: Initiator) {
  return caller.kind === 'application'
    ? { app: { appId: caller.appId ?? null, displayName: caller.displayName } }
    : { user: { id: caller.userId, displayName: caller.displayName, userPrincipalName: caller.userPrincipalName } }
}
