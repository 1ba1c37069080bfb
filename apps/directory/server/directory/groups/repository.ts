import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { isUuid } from '@muster/service-kit/ids.ts'
import { toKey, toPropertyKeys } from '../keys.ts'
import type { Group, GroupKey, GroupProperties } from './group.ts'

export interface GroupRow {
  readonly tenant_id: string
  readonly id: string
  readonly display_name: string
  readonly display_name_key: string
  readonly mail_nickname: string
  readonly mail_enabled: boolean
  readonly security_enabled: boolean
  readonly properties: GroupProperties
  readonly version: string
  readonly created_at: Date
  readonly deleted_at: Date | null
}

export const GROUP_COLUMNS = `tenant_id, id, display_name, display_name_key, mail_nickname, mail_enabled, security_enabled, properties,
  version, created_at, deleted_at`

const FIND = hot(
  `select ${GROUP_COLUMNS} from directory.groups where tenant_id = $1 and id = $2 and deleted_at is null`,
)
const LOCK = hot(`select ${GROUP_COLUMNS} from directory.groups where tenant_id = $1 and id = $2 for update`)
const HOLD = hot(
  `select ${GROUP_COLUMNS} from directory.groups where tenant_id = $1 and id = any($2::uuid[]) order by id for key share`,
)
const INSERT =
  hot(`insert into directory.groups (tenant_id, id, display_name, display_name_key, mail_nickname, mail_enabled, security_enabled,
    properties, created_at, last_modified_at, property_keys)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10) returning ${GROUP_COLUMNS}`)
const UPDATE =
  hot(`update directory.groups set display_name = $3, display_name_key = $4, mail_nickname = $5, mail_enabled = $6,
    security_enabled = $7, properties = $8, deleted_at = $9, last_modified_at = $10, property_keys = $11, version = version + 1
  where tenant_id = $1 and id = $2 returning ${GROUP_COLUMNS}`)
const DELETE = hot('delete from directory.groups where tenant_id = $1 and id = $2')

/** The living group with that id. */
export async function findGroup(on: Executor, { tenantId, id }: GroupKey): Promise<Group | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = await run<GroupRow>(on, FIND, [tenantId, id])
  return row && toGroup(row)
}

/** Reads a group, a deleted one too, and keeps every other writer of that row waiting until the transaction ends. */
export async function lockGroup(tx: Tx, { tenantId, id }: GroupKey): Promise<Group | undefined> {
  const [row] = await run<GroupRow>(tx, LOCK, [tenantId, id])
  return row && toGroup(row)
}

/** Reads groups that are being given members or assignments, and lets nobody delete them until the transaction ends. */
export async function holdGroups(tx: Tx, tenantId: string, ids: readonly string[]): Promise<Group[]> {
  return (await run<GroupRow>(tx, HOLD, [tenantId, ids])).map(toGroup)
}

export async function insertGroup(
  tx: Tx,
  group: Omit<Group, 'version' | 'createdAt' | 'deletedAt'>,
  now: Date,
): Promise<Group> {
  const [row] = await run<GroupRow>(tx, INSERT, [
    group.tenantId,
    group.id,
    group.displayName,
    toKey(group.displayName),
    group.mailNickname,
    group.mailEnabled,
    group.securityEnabled,
    JSON.stringify(group.properties),
    now,
    propertyKeys(group),
  ])
  return toGroup(row as GroupRow)
}

/** Stores a group as it is now and moves its version. */
export async function updateGroup(tx: Tx, group: Group, now: Date): Promise<Group> {
  const [row] = await run<GroupRow>(tx, UPDATE, [
    group.tenantId,
    group.id,
    group.displayName,
    toKey(group.displayName),
    group.mailNickname,
    group.mailEnabled,
    group.securityEnabled,
    JSON.stringify(group.properties),
    group.deletedAt ?? null,
    now,
    propertyKeys(group),
  ])
  return toGroup(row as GroupRow)
}

const propertyKeys = ({ properties, mailNickname }: Pick<Group, 'properties' | 'mailNickname'>) =>
  JSON.stringify(toPropertyKeys({ ...properties, mailNickname }))

/** Takes the row away, and the rows of its members with it. */
export async function deleteGroupRow(tx: Tx, { tenantId, id }: GroupKey): Promise<void> {
  await execute(tx, DELETE, [tenantId, id])
}

export function toGroup(row: GroupRow): Group {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    displayName: row.display_name,
    mailNickname: row.mail_nickname,
    mailEnabled: row.mail_enabled,
    securityEnabled: row.security_enabled,
    properties: row.properties,
    version: Number(row.version),
    createdAt: row.created_at,
    deletedAt: row.deleted_at ?? undefined,
  }
}
