import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { hashOf } from '@muster/service-kit/ids.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { AdapterPayload } from 'oidc-provider'

/** One thing that the sign-in protocol remembers: an interaction, a session, a grant, a code, a token. */
export interface OpenIdRecord {
  readonly tenantId: string
  readonly model: string
  /** A bearer value for most models, so that only its hash is stored. */
  readonly id: string
  readonly payload: AdapterPayload
  /** Whom it lets in, if anyone yet. */
  readonly accountId: string | undefined
  /** For what is revoked with its grant. */
  readonly grantId: string | undefined
  readonly expiresAt: Date | undefined
}

interface Row {
  readonly id: string
  readonly payload: { readonly sealed: string }
  readonly consumed_at: Date | null
}

const UPSERT =
  hot(`insert into directory.openid_records (tenant_id, model, id, payload, account_id, grant_id, uid, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  on conflict (tenant_id, model, id) do update set payload = excluded.payload, account_id = excluded.account_id, grant_id = excluded.grant_id,
    uid = excluded.uid, expires_at = excluded.expires_at`)
const FIND = hot(`select id, payload, consumed_at from directory.openid_records
  where tenant_id = $1 and model = $2 and id = $3 and (expires_at is null or expires_at > $4)`)
const FIND_BY_UID = hot(`select id, payload, consumed_at from directory.openid_records
  where tenant_id = $1 and model = $2 and uid = $3 and (expires_at is null or expires_at > $4)`)
const CONSUME = hot(`update directory.openid_records set consumed_at = $4
  where tenant_id = $1 and model = $2 and id = $3 and consumed_at is null`)
const DELETE = hot('delete from directory.openid_records where tenant_id = $1 and model = $2 and id = $3')
const REVOKE = hot('delete from directory.openid_records where tenant_id = $1 and grant_id = $2')

/** Payloads hold bearer values of their own (a session's cookie, a token's id): they are sealed, and ids are hashed. */
export async function saveRecord(tx: Tx, secrets: SecretBox, record: OpenIdRecord): Promise<void> {
  const id = storedId(record.id)
  const payload = { sealed: secrets.seal(JSON.stringify(record.payload), contextOf(record.tenantId, record.model, id)) }
  await execute(tx, UPSERT, [
    record.tenantId,
    record.model,
    id,
    JSON.stringify(payload),
    record.accountId ?? null,
    record.grantId ?? null,
    record.payload.uid ?? null,
    record.expiresAt ?? null,
  ])
}

export async function findRecord(
  on: Executor,
  secrets: SecretBox,
  key: RecordKey,
  now: Date,
): Promise<AdapterPayload | undefined> {
  return open((await run<Row>(on, FIND, [key.tenantId, key.model, storedId(key.id), now]))[0], secrets, key)
}

export async function findRecordByUid(
  on: Executor,
  secrets: SecretBox,
  key: Omit<RecordKey, 'id'>,
  uid: string,
  now: Date,
): Promise<AdapterPayload | undefined> {
  return open((await run<Row>(on, FIND_BY_UID, [key.tenantId, key.model, uid, now]))[0], secrets, key)
}

/** Marks a code or token as used; false when another request was first. */
export async function consumeRecord(on: Executor, { tenantId, model, id }: RecordKey, now: Date): Promise<boolean> {
  return (await execute(on, CONSUME, [tenantId, model, storedId(id), now])) > 0
}

export async function deleteRecord(on: Executor, { tenantId, model, id }: RecordKey): Promise<void> {
  await execute(on, DELETE, [tenantId, model, storedId(id)])
}

const HOLD_GRANT = hot(`select 1 from directory.openid_records
  where tenant_id = $1 and model = 'Grant' and id = $2 for key share`)

/** Whether a grant still stands, and keeps it until the transaction ends. */
export async function holdGrant(tx: Tx, tenantId: string, grantId: string): Promise<boolean> {
  return (await run(tx, HOLD_GRANT, [tenantId, storedId(grantId)])).length > 0
}

/** Takes away every code and token that was given under a grant. */
export async function revokeGrant(on: Executor, tenantId: string, grantId: string): Promise<void> {
  await execute(on, REVOKE, [tenantId, grantId])
}

type RecordKey = Pick<OpenIdRecord, 'tenantId' | 'model' | 'id'>

function open(
  row: Row | undefined,
  secrets: SecretBox,
  { tenantId, model }: Omit<RecordKey, 'id'>,
): AdapterPayload | undefined {
  if (!row) return undefined
  const payload = JSON.parse(secrets.open(row.payload.sealed, contextOf(tenantId, model, row.id))) as AdapterPayload
  return row.consumed_at ? { ...payload, consumed: Math.floor(row.consumed_at.getTime() / 1000) } : payload
}

function storedId(id: string): string {
  return hashOf(id).toString('base64url')
}

function contextOf(tenantId: string, model: string, id: string): string {
  return `openid/${tenantId}/${model}/${id}`
}
