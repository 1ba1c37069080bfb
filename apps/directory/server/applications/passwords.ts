import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { newCredential, newId } from '@muster/service-kit/ids.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Application } from './application.ts'

/** The prefix of client secrets. */
const CLIENT_SECRET = 'mcs'

const INSERT =
  hot(`insert into directory.application_passwords (tenant_id, key_id, application_id, display_name, sealed_secret, hint, start_at)
  values ($1, $2, $3, $4, $5, $6, $7)`)
const NEWEST = hot(`select key_id, sealed_secret from directory.application_passwords
  where tenant_id = $1 and application_id = $2 and (end_at is null or end_at > $3) order by start_at desc, key_id desc limit 1`)
const DROP = hot('delete from directory.application_passwords where tenant_id = $1 and application_id = $2')

/** Gives an application a new secret, the only one that counts from now on. It is stored sealed and answered this once. */
export async function issueClientSecret(
  tx: Tx,
  secrets: SecretBox,
  { tenantId, id }: Application,
  now: Date,
): Promise<string> {
  const { value, last4 } = newCredential(CLIENT_SECRET, tenantId)
  const keyId = newId(now)
  await execute(tx, DROP, [tenantId, id])
  await execute(tx, INSERT, [tenantId, keyId, id, null, secrets.seal(value, contextOf(tenantId, keyId)), last4, now])
  return value
}

/** The secret that an application's client must show; undefined when it has none. */
export async function findClientSecret(
  on: Executor,
  secrets: SecretBox,
  { tenantId, id }: Application,
  now: Date,
): Promise<string | undefined> {
  const [row] = await run<{ key_id: string; sealed_secret: string }>(on, NEWEST, [tenantId, id, now])
  return row && secrets.open(row.sealed_secret, contextOf(tenantId, row.key_id))
}

function contextOf(tenantId: string, keyId: string): string {
  return `application-password/${tenantId}/${keyId}`
}
