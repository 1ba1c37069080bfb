import type pg from 'pg'
import { ConfigurationError } from './configuration-error.ts'
import { openPool } from './database.ts'

/** How long a database may take to answer at the start. */
const PATIENCE_MS = 10_000
const OLDEST_MAJOR = 15

/**
 * Checks that a PostgreSQL given from outside answers and is recent enough.
 *
 * @throws {ConfigurationError} in one line that names host and database, never the password.
 */
export async function checkDatabase(config: pg.PoolConfig): Promise<void> {
  const pool = openPool({ ...config, max: 1, connectionTimeoutMillis: PATIENCE_MS }, { names: false })
  try {
    const { rows } = await pool.query('show server_version_num')
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    if (major < OLDEST_MAJOR)
      throw new ConfigurationError(`the database is PostgreSQL ${major}: Muster needs ${OLDEST_MAJOR} or later`)
  } catch (error) {
    if (error instanceof ConfigurationError) throw error
    const why = error instanceof AggregateError ? (error.errors[0] as Error).message : (error as Error).message
    throw new ConfigurationError(`cannot reach the database ${nameOf(config)}: ${why.replace(/\s+/g, ' ')}`)
  } finally {
    await pool.end()
  }
}

function nameOf({ connectionString, host, database }: pg.PoolConfig): string {
  if (!connectionString) return `${database} at ${host}`
  const url = new URL(connectionString)
  return `${url.pathname.slice(1)} at ${url.host || url.searchParams.get('host') || 'localhost'}`
}
