import { directoryMigrations } from '@muster/directory/server/migrations/index.ts'
import { portalMigrations } from '@muster/portal/server/migrations/index.ts'
import type { Clock } from '@muster/service-kit/clock.ts'
import { openDataFolder, startDatabase } from '@muster/service-kit/data-folder.ts'
import { type Database, openDatabase, openPool } from '@muster/service-kit/database.ts'
import { checkDatabase } from '@muster/service-kit/given-database.ts'
import { checkSecretKey } from '@muster/service-kit/installation.ts'
import { migrate } from '@muster/service-kit/migrate.ts'
import { loadSecretKey, openSecretBox, type SecretBox } from '@muster/service-kit/secrets.ts'
import { Opened } from './opened.ts'
import type { Settings } from './settings.ts'

/** Connections of each app. PostgreSQL admits 100 in all; two nodes of both apps stay well below. */
const POOL_SIZE = 12
/** How long a request waits for a connection of the pool, or for a new one, before it is told to come again. */
const CONNECT_LIMIT_MS = 10_000
/** Far above any statement of ours but a migration's. */
const SILENCE_LIMIT_MS = 15_000

type Connection = Parameters<typeof openPool>[0]

export type AppName = 'portal' | 'directory'

/** The one database, through a pool for each app. */
export interface Databases {
  readonly portal: Database
  readonly directory: Database
  /** For migrations alone: they may take their time, and wait for another node's. */
  readonly unhurried: Database
  /** Runs `work` while no other node of this database runs any: what must be made once is made once. */
  alone<T>(work: () => Promise<T>): Promise<T>
  close(): Promise<void>
}

/**
 * Opens the data folder and the database that the settings name.
 *
 * @param purpose `owner` for what runs long, `guest` for an errand beside it.
 * @param onRestart Told when Muster's own server was gone and was started again, or why it could not be.
 * @throws {ConfigurationError} when either can't be opened.
 */
export async function openDatabases(
  settings: Settings,
  purpose: 'owner' | 'guest',
  onRestart?: (error?: unknown) => void,
): Promise<Databases> {
  const given = settings.databaseUrl === undefined ? undefined : { connectionString: settings.databaseUrl }
  if (given) await checkDatabase(given)
  return Opened.during(async (opened) => {
    // With a database and a key from outside nothing is kept on this machine: several nodes may run here then.
    const isFolderNeeded = !given || settings.secretKey === undefined
    const folder = isFolderNeeded ? await openDataFolder(settings.dataFolder, { purpose }) : undefined
    if (folder) opened.add(() => folder.close())
    const own = given || !folder ? undefined : await startDatabase(folder, onRestart ? { onRestart } : {})
    if (own) opened.add(() => own.close())
    const connection = { ...given, ...own?.connection }
    const connect = (
      limits: Pick<Connection, 'max' | 'connectionTimeoutMillis'>,
      silenceLimitMs?: number,
    ): Database => {
      const pool = openPool(
        { ...connection, ...limits },
        { names: true, ...(silenceLimitMs === undefined ? {} : { silenceLimitMs }) },
      )
      opened.add(() => pool.end())
      return openDatabase(pool)
    }
    const serving = { max: POOL_SIZE, connectionTimeoutMillis: CONNECT_LIMIT_MS }
    return {
      portal: connect(serving, SILENCE_LIMIT_MS),
      directory: connect(serving, SILENCE_LIMIT_MS),
      unhurried: connect({ max: 2 }),
      alone: (work) => alone(connection, work),
      close: () => opened.closeAll(),
    }
  })
}

const MIGRATIONS = { portal: portalMigrations, directory: directoryMigrations } as const

/**
 * Brings an app's schema up to date and opens the box of its secrets.
 *
 * @throws {ConfigurationError} when the schema is newer than this Muster, or the key is not the one it was set up with.
 */
export async function readyApp(
  settings: Settings,
  databases: Databases,
  app: AppName,
  clock: Clock,
): Promise<{ readonly database: Database; readonly clock: Clock; readonly secrets: SecretBox }> {
  const database = databases[app]
  await migrate(databases.unhurried, MIGRATIONS[app], app)
  const secrets = openSecretBox(await loadSecretKey(settings.secretKey, settings.dataFolder))
  await checkSecretKey(database, app, secrets.fingerprint, clock.now())
  return { database, clock, secrets }
}

/** The number of the lock behind which a new database gets what there must be one of; any that nobody else uses. */
const INSTALLING = 74_807_490

/** The lock is its connection's transaction's: it ends with either, also when this process is killed. */
async function alone<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  const pool = openPool({ ...connection, max: 1 }, { names: false })
  try {
    const client = await pool.connect()
    try {
      await client.query('begin')
      await client.query('select pg_advisory_xact_lock($1)', [INSTALLING])
      return await work()
    } finally {
      await client.query('rollback').catch(() => {})
      client.release()
    }
  } finally {
    await pool.end()
  }
}
