import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { closeGate } from '../identity/gate.ts'
import type { RoleKey } from '../roles/role.ts'

/** A workspace API key, without its secret. It belongs to no person and outlives whoever made it. */
export interface ApiKey {
  /** `ak` and 16 hexadecimal digits. */
  readonly cid: string
  readonly name: string
  readonly description: string | undefined
  readonly last4: string
  readonly roles: readonly RoleKey[]
  readonly createdBy: string | undefined
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** To the minute; undefined before its first use. */
  readonly lastUsedAt: Date | undefined
}

interface ApiKeyRow {
  readonly cid: string
  readonly name: string
  readonly description: string | null
  readonly last4: string
  readonly roles: readonly RoleKey[]
  readonly created_by: string | null
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
}

const SELECT = `select k.cid, k.name, k.description, k.last4, k.created_by, k.created_at, k.expires_at, l.seen_at as last_used_at,
  array(select r.role from portal.api_key_roles r where r.workspace_id = k.workspace_id and r.cid = k.cid order by r.role) as roles
  from portal.api_keys k left join portal.last_seen l on l.workspace_id = k.workspace_id and l.kind = 'API_KEY' and l.id = k.cid`
const LIST = hot(`${SELECT} where k.workspace_id = $1 order by k.created_at desc, k.cid limit $2 offset $3`)
const COUNT = hot('select count(*)::int as total from portal.api_keys where workspace_id = $1')
const FIND = hot(`${SELECT} where k.workspace_id = $1 and k.cid = $2`)
const INSERT = hot(`with made as (
    insert into portal.api_keys (workspace_id, cid, hash, last4, name, description, expires_at, created_by, created_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning workspace_id, cid
  )
  insert into portal.api_key_roles (workspace_id, cid, role) select made.workspace_id, made.cid, role from made, unnest($10::text[]) role`)
const RENAME = hot('update portal.api_keys set name = $3, description = $4 where workspace_id = $1 and cid = $2')
const DELETE = hot('delete from portal.api_keys where workspace_id = $1 and cid = $2')
const FORGET_SEEN = hot(`delete from portal.last_seen where workspace_id = $1 and kind = 'API_KEY' and id = $2`)

export interface NewApiKey extends Omit<ApiKey, 'lastUsedAt'> {
  readonly hash: Buffer
}

export async function insertApiKey(tx: Tx, workspaceId: string, key: NewApiKey): Promise<void> {
  const { cid, hash, last4, name, description, expiresAt, createdBy, createdAt, roles } = key
  await run(tx, INSERT, [
    workspaceId,
    cid,
    hash,
    last4,
    name,
    description ?? null,
    expiresAt ?? null,
    createdBy ?? null,
    createdAt,
    roles,
  ])
}

/** A page of keys, newest first, expired ones too: an admin sees why an integration stopped. */
export async function listApiKeys(
  on: Executor,
  workspaceId: string,
  limit: number,
  offset: number,
): Promise<{ keys: ApiKey[]; total: number }> {
  const keys = (await run<ApiKeyRow>(on, LIST, [workspaceId, limit, offset])).map(fromRow)
  const [count] = await run<{ total: number }>(on, COUNT, [workspaceId])
  return { keys, total: count?.total ?? 0 }
}

export async function findApiKey(on: Executor, workspaceId: string, cid: string): Promise<ApiKey | undefined> {
  const [row] = await run<ApiKeyRow>(on, FIND, [workspaceId, cid])
  return row && fromRow(row)
}

export async function renameApiKey(
  tx: Tx,
  workspaceId: string,
  cid: string,
  name: string,
  description: string | undefined,
): Promise<boolean> {
  return (await execute(tx, RENAME, [workspaceId, cid, name, description ?? null])) > 0
}

/** Waits for the writes that the key has under way (`confirm`), and refuses every later one. */
export async function deleteApiKey(tx: Tx, workspaceId: string, cid: string): Promise<void> {
  await closeGate(tx, workspaceId, cid)
  await execute(tx, DELETE, [workspaceId, cid])
  await execute(tx, FORGET_SEEN, [workspaceId, cid])
}

function fromRow(row: ApiKeyRow): ApiKey {
  return {
    cid: row.cid,
    name: row.name,
    description: row.description ?? undefined,
    last4: row.last4,
    roles: row.roles,
    createdBy: row.created_by ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  }
}
