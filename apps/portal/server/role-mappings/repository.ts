import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { RoleKey } from '../roles/role.ts'

/** A value that the provider sends among a person's roles, and the role here that it gives. */
export interface RoleMapping {
  readonly id: string
  readonly idpValue: string
  readonly role: RoleKey
  readonly createdAt: Date
}

interface RoleMappingRow {
  readonly id: string
  readonly idp_value: string
  readonly role: RoleKey
  readonly created_at: Date
}

const COLUMNS = 'id, idp_value, role, created_at'
const LIST = hot(`
  select ${COLUMNS} from portal.role_mappings where workspace_id = $1 order by idp_value, id limit $2 offset $3`)
const COUNT = hot('select count(*)::int as total from portal.role_mappings where workspace_id = $1')
const INSERT = hot(`
  insert into portal.role_mappings (workspace_id, id, idp_value, role, created_by, created_at)
  values ($1, $2, $3, $4, $5, $6)`)
const DELETE = hot(`delete from portal.role_mappings where workspace_id = $1 and id = $2 returning ${COLUMNS}`)

// The mappings of a workspace as a whole: locks of their own, for a mapping that is not there yet has no row to lock.
const KEY = `hashtextextended('role mappings ' || $1::text, 0)`
const HOLD = hot(`select pg_advisory_xact_lock_shared(${KEY})`)
const LOCK = hot(`select pg_advisory_xact_lock(${KEY})`)

/** Keeps the mappings as they are until the transaction ends. Whoever applies them to a person, who is locked, calls this. */
export async function holdMappings(tx: Tx, workspaceId: string): Promise<void> {
  await run(tx, HOLD, [workspaceId])
}

/** Waits for everybody who applies the mappings, and keeps them waiting until the transaction ends. */
export async function lockMappings(tx: Tx, workspaceId: string): Promise<void> {
  await run(tx, LOCK, [workspaceId])
}

/** In the order of their values. No `limit` is all of them. */
export async function listMappings(
  on: Executor,
  workspaceId: string,
  { limit, offset }: { readonly limit?: number; readonly offset: number } = { offset: 0 },
): Promise<RoleMapping[]> {
  return (await run<RoleMappingRow>(on, LIST, [workspaceId, limit ?? null, offset])).map(fromRow)
}

export async function countMappings(on: Executor, workspaceId: string): Promise<number> {
  const [count] = await run<{ total: number }>(on, COUNT, [workspaceId])
  return count?.total ?? 0
}

export async function insertMapping(
  tx: Tx,
  workspaceId: string,
  { id, idpValue, role, createdAt }: RoleMapping,
  createdBy: string,
): Promise<void> {
  await run(tx, INSERT, [workspaceId, id, idpValue, role, createdBy, createdAt])
}

/** Undefined when there is none of that id. */
export async function deleteMapping(tx: Tx, workspaceId: string, id: string): Promise<RoleMapping | undefined> {
  const [row] = await run<RoleMappingRow>(tx, DELETE, [workspaceId, id])
  return row && fromRow(row)
}

const fromRow = ({ id, idp_value, role, created_at }: RoleMappingRow): RoleMapping => ({
  id,
  idpValue: idp_value,
  role,
  createdAt: created_at,
})
