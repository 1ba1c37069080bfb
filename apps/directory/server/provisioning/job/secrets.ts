import { readBaseUrl } from '@muster/scim'
import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'

/** What may hang on a service principal (Graph's synchronizationSecret), and how each value is read. */
export const SECRET_KEYS = [
  'BaseAddress',
  'SecretToken',
  'SyncAll',
  'SyncNotificationSettings',
  'SkipOutOfScopeDeletions',
] as const
export type SecretKey = (typeof SECRET_KEYS)[number]
export type Secrets = Partial<Record<SecretKey, string>>

/** What stands for a secret value that is never told again; sent back, it leaves the stored one as it is. */
export const MASK = '*'

interface SecretRow {
  key: string
  sealed_value: string
}

const READ = hot(`select key, sealed_value from directory.secrets where tenant_id = $1 and service_principal_id = $2`)

const context = (tenantId: string, servicePrincipalId: string, key: string) =>
  `provisioning:${tenantId}:${servicePrincipalId}:${key}`

export async function readSecrets(
  on: Executor,
  box: SecretBox,
  tenantId: string,
  servicePrincipalId: string,
): Promise<Secrets> {
  const rows = await run<SecretRow>(on, READ, [tenantId, servicePrincipalId])
  return Object.fromEntries(
    rows.map(({ key, sealed_value }) => [key, box.open(sealed_value, context(tenantId, servicePrincipalId, key))]),
  )
}

const STORE =
  hot(`insert into directory.secrets (tenant_id, service_principal_id, key, sealed_value) values ($1, $2, $3, $4)
  on conflict (tenant_id, service_principal_id, key) do update set sealed_value = excluded.sealed_value`)
const REMOVE = hot(`delete from directory.secrets where tenant_id = $1 and service_principal_id = $2 and key = $3`)

/** Merges by key: what is not named stays, an empty value removes. */
export async function mergeSecrets(
  tx: Tx,
  box: SecretBox,
  tenantId: string,
  servicePrincipalId: string,
  given: Secrets,
): Promise<void> {
  for (const key of SECRET_KEYS) {
    const value = given[key]
    if (value === undefined || value === MASK) continue
    if (value === '') await execute(tx, REMOVE, [tenantId, servicePrincipalId, key])
    else
      await execute(tx, STORE, [
        tenantId,
        servicePrincipalId,
        key,
        box.seal(value, context(tenantId, servicePrincipalId, key)),
      ])
  }
}

/**
 * Brings what an administrator gave into the form that is stored.
 *
 * @param lenient Values are taken as they are: a test of the connection says itself what is wrong with them.
 * @throws {Refusal} `invalid`, naming the key.
 */
export function readGivenSecrets(
  pairs: readonly { readonly key: string; readonly value: string | null }[],
  { lenient = false } = {},
): Secrets {
  const secrets: Secrets = {}
  for (const { key, value } of pairs) {
    const known = SECRET_KEYS.find((candidate) => candidate === key)
    if (!known)
      throw new Refusal('invalid', `"${key}" is no synchronization secret. Known are ${SECRET_KEYS.join(', ')}.`)
    const text = (value ?? '').trim()
    secrets[known] = lenient ? text : checked(known, text)
  }
  return secrets
}

function checked(key: SecretKey, value: string): string {
  if (value === '' || value === MASK) return value
  if ((key === 'SyncAll' || key === 'SkipOutOfScopeDeletions') && !/^(true|false)$/i.test(value))
    throw new Refusal('invalid', `${key} is "true" or "false", not "${value}".`)
  if (key === 'BaseAddress') checkAddress(value)
  if (key === 'SyncNotificationSettings' && !isJsonObject(value))
    throw new Refusal('invalid', 'SyncNotificationSettings is a JSON object as text.')
  return value
}

function checkAddress(value: string): void {
  try {
    readBaseUrl(value)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Refusal('invalid', `BaseAddress can't be used: ${error.message}`)
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

export const isTrue = (value: string | undefined): boolean => value?.toLowerCase() === 'true'
