import { generateKeyPair, type JsonWebKey, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { execute, hot, run } from '@muster/service-kit/database.ts'
import { newId } from '@muster/service-kit/ids.ts'
import type { StoreDeps } from '../../deps.ts'
import { scheduleKeys } from './key-schedule.ts'

/** The keys of a tenant's sign-in: the first ones are used, the others published and believed. */
export interface SignInKeys {
  /** Private signing keys, published without their private part. */
  readonly jwks: readonly JsonWebKey[]
  /** What cookies are signed with. */
  readonly cookies: readonly string[]
  /** Another one when there are other keys, or others are used. */
  readonly version: string
}

type Purpose = 'jwks' | 'cookies'

interface KeyRow {
  readonly kid: string
  readonly purpose: Purpose
  readonly sealed_key: string
  readonly created_at: Date
}

const LOAD = hot(
  `select kid, purpose, sealed_key, created_at from directory.signing_keys where tenant_id = $1 order by created_at desc, kid desc`,
)
const LOCK_TENANT = hot('select 1 from directory.tenants where tenant_id = $1 for update')
const INSERT = hot(
  'insert into directory.signing_keys (tenant_id, kid, purpose, sealed_key, created_at) values ($1, $2, $3, $4, $5)',
)
const DELETE = hot('delete from directory.signing_keys where tenant_id = $1 and kid = any($2)')

type KeyDeps = Pick<StoreDeps, 'database' | 'clock' | 'secrets'>

/**
 * A tenant's keys, those that are used first. They are made when they are first needed and when one has got old, and
 * cleared away when what they signed has ended. Nodes that find that at once do it once.
 */
export async function loadSignInKeys(deps: KeyDeps, tenantId: string): Promise<SignInKeys> {
  const { database, clock, secrets } = deps
  const now = clock.now()
  const stored = plan(await run<KeyRow>(database, LOAD, [tenantId]), now)
  const { jwks, cookies } = needsTending(stored) ? await tend(deps, tenantId, stored, now) : stored
  const opened = ({ kid, sealed_key }: KeyRow) => secrets.open(sealed_key, contextOf(tenantId, kid))
  return {
    jwks: jwks.published.map((row) => ({
      ...(JSON.parse(opened(row)) as JsonWebKey),
      kid: row.kid,
      use: 'sig',
      alg: 'RS256',
    })),
    cookies: cookies.published.map(opened),
    version: [...jwks.published, ...cookies.published].map(({ kid }) => kid).join(' '),
  }
}

type Plan = ReturnType<typeof plan>

function plan(rows: readonly KeyRow[], now: Date) {
  const of = (wanted: Purpose) =>
    scheduleKeys(
      rows.filter(({ purpose }) => purpose === wanted).map((row) => ({ ...row, createdAt: row.created_at })),
      now,
    )
  return { jwks: of('jwks'), cookies: of('cookies') }
}

const needsTending = ({ jwks, cookies }: Plan): boolean =>
  [jwks, cookies].some(({ isDue, ended }) => isDue || ended.length > 0)

/** Makes what is due and deletes what has ended. Keys are computed before, since that takes long. */
async function tend({ database, secrets }: KeyDeps, tenantId: string, due: Plan, now: Date): Promise<Plan> {
  const fresh = {
    jwks: due.jwks.isDue ? JSON.stringify(await newSigningKey()) : undefined,
    cookies: due.cookies.isDue ? randomBytes(32).toString('base64url') : undefined,
  }
  return database.transaction(async (tx) => {
    await run(tx, LOCK_TENANT, [tenantId])
    const meanwhile = plan(await run<KeyRow>(tx, LOAD, [tenantId]), now)
    for (const purpose of ['jwks', 'cookies'] as const) {
      const key = fresh[purpose]
      if (key === undefined || !meanwhile[purpose].isDue) continue
      const kid = newId(now)
      await execute(tx, INSERT, [tenantId, kid, purpose, secrets.seal(key, contextOf(tenantId, kid)), now])
    }
    const ended = [...meanwhile.jwks.ended, ...meanwhile.cookies.ended].map(({ kid }) => kid)
    if (ended.length > 0) await execute(tx, DELETE, [tenantId, ended])
    return plan(await run<KeyRow>(tx, LOAD, [tenantId]), now)
  })
}

/** RS256 is what Entra signs with, and what every client expects without being told. */
async function newSigningKey(): Promise<JsonWebKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return privateKey.export({ format: 'jwk' })
}

function contextOf(tenantId: string, kid: string): string {
  return `signing-key/${tenantId}/${kid}`
}
