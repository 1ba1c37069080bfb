import { generateKeyPair, type JsonWebKey, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { execute, hot, run } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { StoreDeps } from '../../deps.ts'

/** The keys of a tenant's sign-in: the first ones are used, the others still believed. */
export interface SignInKeys {
  /** Private signing keys, published without their private part. */
  readonly jwks: readonly JsonWebKey[]
  /** What cookies are signed with. */
  readonly cookies: readonly string[]
}

interface KeyRow {
  readonly kid: string
  readonly purpose: 'jwks' | 'cookies'
  readonly sealed_key: string
}

const LOAD = hot(
  `select kid, purpose, sealed_key from directory.signing_keys where tenant_id = $1 order by created_at desc, kid desc`,
)
const LOCK_TENANT = hot('select 1 from directory.tenants where tenant_id = $1 for update')
const INSERT = hot(
  'insert into directory.signing_keys (tenant_id, kid, purpose, sealed_key, created_at) values ($1, $2, $3, $4, $5)',
)

/** A tenant's keys, newest first; made when they are first needed. Two nodes that need them at once make them once. */
export async function loadSignInKeys(
  deps: Pick<StoreDeps, 'database' | 'clock' | 'secrets'>,
  tenantId: string,
): Promise<SignInKeys> {
  const { database, clock, secrets } = deps
  const stored = await run<KeyRow>(database, LOAD, [tenantId])
  if (stored.length > 0) return open(stored)
  const now = clock.now()
  const fresh = [
    { kid: newId(now), purpose: 'jwks', key: JSON.stringify(await newSigningKey()) },
    { kid: newId(now), purpose: 'cookies', key: randomBytes(32).toString('base64url') },
  ] as const
  return open(
    await database.transaction(async (tx) => {
      await run(tx, LOCK_TENANT, [tenantId])
      const meanwhile = await run<KeyRow>(tx, LOAD, [tenantId])
      if (meanwhile.length > 0) return meanwhile
      for (const { kid, purpose, key } of fresh)
        await execute(tx, INSERT, [tenantId, kid, purpose, secrets.seal(key, contextOf(tenantId, kid)), now])
      return run<KeyRow>(tx, LOAD, [tenantId])
    }),
  )

  function open(rows: readonly KeyRow[]): SignInKeys {
    const of = (wanted: KeyRow['purpose']) => rows.filter(({ purpose }) => purpose === wanted)
    const opened = ({ kid, sealed_key }: KeyRow) => secrets.open(sealed_key, contextOf(tenantId, kid))
    return {
      jwks: of('jwks').map((row) => ({
        ...(JSON.parse(opened(row)) as JsonWebKey),
        kid: row.kid,
        use: 'sig',
        alg: 'RS256',
      })),
      cookies: of('cookies').map(opened),
    }
  }
}

/** RS256 is what Entra signs with, and what every client expects without being told. */
async function newSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'jwk' })
}

function contextOf(tenantId: string, kid: string): string {
  return `signing-key/${tenantId}/${kid}`
}
