import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid, newId } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { DEFAULT_ACCESS } from '../../contract/application.ts'
import type { AuditTarget } from '../audit/record.ts'
import { groupTarget, servicePrincipalTarget, userTarget } from '../audit/target.ts'
import { type ObjectType, recordChange, recordChanges } from '../changes/record.ts'
import { findGroup, holdGroups } from '../directory/groups/repository.ts'
import { noSuchResource } from '../directory/no-such.ts'
import { findUser, holdUsers } from '../directory/users/repository.ts'
import { graphTime } from '../directory/users/user.ts'
import { type Act, auditAct } from '../graph/act.ts'
import type { ServicePrincipal } from './application.ts'
import { holdServicePrincipal } from './repository.ts'

export interface AssignmentRow {
  readonly id: string
  readonly app_role_id: string
  readonly created_at: Date
  readonly principal_id: string
  readonly principal_type: ObjectType
  readonly principal_display_name: string
}

export const ASSIGNMENT_TABLES = `directory.app_role_assignments a
  left join directory.users u on u.tenant_id = a.tenant_id and u.id = a.principal_id and a.principal_type = 'User'
  left join directory.groups g on g.tenant_id = a.tenant_id and g.id = a.principal_id and a.principal_type = 'Group'`
export const ASSIGNMENT_COLUMNS = `a.id, a.app_role_id, a.created_at, a.principal_id, a.principal_type, coalesce(u.display_name, g.display_name, '') as principal_display_name`

const FIND = hot(`select ${ASSIGNMENT_COLUMNS} from ${ASSIGNMENT_TABLES}
  where a.tenant_id = $1 and a.resource_id = $2 and a.id = $3 and u.deleted_at is null and g.deleted_at is null`)
const INSERT =
  hot(`insert into directory.app_role_assignments (tenant_id, id, resource_id, principal_id, principal_type, app_role_id, created_at)
  values ($1, $2, $3, $4, $5, $6, $7) on conflict on constraint app_role_assignments_unique do nothing returning id`)
const DELETE = hot(`delete from directory.app_role_assignments where tenant_id = $1 and resource_id = $2 and id = $3
  returning principal_id, principal_type`)
const DROP_OF = hot(
  'delete from directory.app_role_assignments where tenant_id = $1 and principal_id = $2 returning resource_id',
)
const DROP_TO = hot(
  'delete from directory.app_role_assignments where tenant_id = $1 and resource_id = $2 returning principal_id, principal_type',
)

export async function findAssignment(
  on: Executor,
  principal: ServicePrincipal,
  id: string,
): Promise<object | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await run<AssignmentRow>(on, FIND, [principal.tenantId, principal.id, id])
  return row && toGraphAssignment(row, principal)
}

export interface AssignmentWanted {
  readonly principalId: string
  readonly resourceId: string
  readonly appRoleId: string
}

/**
 * Assigns a user or a group to an app.
 *
 * @throws {Refusal} `notFound` when app, user or group doesn't exist; `invalid` for an unknown role, a group that is
 *   not security-enabled, or someone who is assigned already.
 */
export async function assign(tx: Tx, act: Act, servicePrincipalId: string, wanted: AssignmentWanted): Promise<object> {
  const { tenantId, now } = act
  if (wanted.resourceId !== servicePrincipalId)
    throw new Refusal('invalid', 'resourceId is not the service principal that the address names.')
  const [user] = await holdUsers(tx, tenantId, [wanted.principalId])
  const [group] = user ? [] : await holdGroups(tx, tenantId, [wanted.principalId])
  const holder = user ?? group
  const holderTarget = user ? userTarget(user) : group && groupTarget(group)
  if (!holder || !holderTarget || holder.deletedAt) throw noSuchResource(wanted.principalId)
  if (group && !group.securityEnabled)
    throw new Refusal(
      'invalid',
      `Group '${group.id}' is not security-enabled: it cannot be assigned to an application.`,
    )
  const principal = await holdServicePrincipal(tx, tenantId, servicePrincipalId)
  if (!principal) throw noSuchResource(servicePrincipalId)
  if (wanted.appRoleId !== DEFAULT_ACCESS)
    throw new Refusal('invalid', 'Permission being assigned was not found on application.', {
      appRoleId: wanted.appRoleId,
    })
  const type: ObjectType = user ? 'User' : 'Group'
  const id = newId(now)
  const inserted = await run(tx, INSERT, [tenantId, id, servicePrincipalId, holder.id, type, wanted.appRoleId, now])
  if (inserted.length === 0) throw new Refusal('invalid', 'Permission being assigned already exists on the object.')
  await auditAssignment(tx, act, 'add', principal, holderTarget)
  await recordChange(tx, tenantId, now, {
    kind: 'assignment',
    operation: 'add',
    objectType: type,
    objectId: holder.id,
    targetId: servicePrincipalId,
  })
  return toGraphAssignment(
    {
      id,
      app_role_id: wanted.appRoleId,
      created_at: now,
      principal_id: holder.id,
      principal_type: type,
      principal_display_name: holder.displayName,
    },
    principal,
  )
}

/** Takes an assignment away. @throws {Refusal} `notFound`. */
export async function unassign(tx: Tx, act: Act, servicePrincipalId: string, id: string): Promise<void> {
  const { tenantId, now } = act
  const principal = await holdServicePrincipal(tx, tenantId, servicePrincipalId)
  if (!principal) throw noSuchResource(servicePrincipalId)
  const [row] = isUuid(id)
    ? await run<{ principal_id: string; principal_type: ObjectType }>(tx, DELETE, [tenantId, servicePrincipalId, id])
    : []
  if (!row) throw noSuchResource(id)
  await auditAssignment(tx, act, 'remove', principal, await findHolder(tx, tenantId, row))
  await recordChange(tx, tenantId, now, {
    kind: 'assignment',
    operation: 'remove',
    objectType: row.principal_type,
    objectId: row.principal_id,
    targetId: servicePrincipalId,
  })
}

/** Who was assigned, by the name of now; someone in the deleted items has none here. */
async function findHolder(
  tx: Tx,
  tenantId: string,
  { principal_id: id, principal_type: type }: { readonly principal_id: string; readonly principal_type: ObjectType },
): Promise<AuditTarget> {
  const user = type === 'User' ? await findUser(tx, tenantId, id) : undefined
  const group = type === 'Group' ? await findGroup(tx, { tenantId, id }) : undefined
  if (user) return userTarget(user)
  return group ? groupTarget(group) : { id, displayName: '', type }
}

/** Takes every assignment of a person or group away; answers the service principals. The caller records the changes. */
export async function dropAssignmentsOf(
  tx: Tx,
  { tenantId, id }: { readonly tenantId: string; readonly id: string },
): Promise<string[]> {
  const rows = await run<{ resource_id: string }>(tx, DROP_OF, [tenantId, id])
  return [...new Set(rows.map((row) => row.resource_id))].sort()
}

/** Takes every assignment to an app away, and tells the feed of each. */
export async function dropAssignmentsTo(tx: Tx, act: Act, { tenantId, id }: ServicePrincipal): Promise<void> {
  const rows = await run<{ principal_id: string; principal_type: ObjectType }>(tx, DROP_TO, [tenantId, id])
  await recordChanges(
    tx,
    tenantId,
    act.now,
    rows.map(
      (row) =>
        ({
          kind: 'assignment',
          operation: 'remove',
          objectType: row.principal_type,
          objectId: row.principal_id,
          targetId: id,
        }) as const,
    ),
  )
}

/** Entra's names of the activities. */
const ACTIVITIES = {
  add: { User: 'Add app role assignment grant to user', Group: 'Add app role assignment to group' },
  remove: { User: 'Remove app role assignment from user', Group: 'Remove app role assignment from group' },
} as const

async function auditAssignment(
  tx: Tx,
  act: Act,
  operation: 'add' | 'remove',
  principal: ServicePrincipal,
  holder: AuditTarget,
): Promise<void> {
  await auditAct(tx, act, {
    category: 'ApplicationManagement',
    activity: ACTIVITIES[operation][holder.type === 'Group' ? 'Group' : 'User'],
    target: servicePrincipalTarget(principal),
    related: [holder],
  })
}

/** An assignment in Graph's shape. */
export function toGraphAssignment(row: AssignmentRow, principal: ServicePrincipal): object {
  return {
    id: row.id,
    deletedDateTime: null,
    appRoleId: row.app_role_id,
    createdDateTime: graphTime(row.created_at),
    principalDisplayName: row.principal_display_name,
    principalId: row.principal_id,
    principalType: row.principal_type,
    resourceDisplayName: principal.displayName,
    resourceId: principal.id,
  }
}
