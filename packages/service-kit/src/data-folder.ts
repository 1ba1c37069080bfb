import { access, constants, mkdir, realpath, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { ConfigurationError } from './configuration-error.ts'
import { claimFolder, type Purpose } from './data-folder-owner.ts'
import { folderTrouble } from './data-folder-trouble.ts'
import { openPool, sqlState } from './database.ts'
import { joinOwnPostgres, type OwnPostgresOptions, startOwnPostgres } from './own-postgres.ts'
import { keepOwnPostgres } from './own-postgres-keeper.ts'

/** The folder that holds Muster's own PostgreSQL and its secret key. One process owns it at a time. */
export interface DataFolder {
  /** Absolute, symbolic links resolved. */
  readonly path: string
  /** `owner` may start and stop what lives here; `guest` uses what the owner runs. */
  readonly role: 'owner' | 'guest'
  /** Gives the ownership up. A guest has nothing to give up. */
  close(): Promise<void>
}

/** How long to wait for one that holds the folder for an errand only. */
const ERRAND_LIMIT_MS = 10_000
const POLL_MS = 50

/**
 * Opens the data folder, making it (0700) when it isn't there.
 *
 * A long-running command is an `owner`, and a second one is refused. An errand (`admin`, `backup`) is a `guest` of the
 * owner; when nobody owns the folder, the guest does for its own time, and whoever comes meanwhile waits for it. A dead
 * owner is succeeded.
 *
 * @throws {ConfigurationError} when the folder is owned by another process, or can't be made or written.
 */
export async function openDataFolder(folder: string, { purpose }: { readonly purpose: Purpose }): Promise<DataFolder> {
  try {
    await makeFolder(resolve(folder))
    const path = await realpath(folder)
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK)
    for (let waited = 0; ; waited += POLL_MS) {
      const claim = await claimFolder(path, purpose)
      if (claim.outcome === 'taken') return { path, role: 'owner', close: claim.release }
      if (claim.purpose === 'owner' && purpose === 'guest') return { path, role: 'guest', close: async () => {} }
      if (claim.purpose === 'owner' || waited >= ERRAND_LIMIT_MS)
        throw new ConfigurationError(
          `data folder ${path} is already in use by process ${claim.pid}: stop it, or give every node one database (--database-url)`,
        )
      await sleep(POLL_MS)
    }
  } catch (error) {
    throw folderTrouble(folder, error)
  }
}

/** Step by step from the nearest folder that is there: Node's recursive one never ends below /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(folder)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(folder) === folder || (await isFolder(dirname(folder)))) throw error
    await makeFolder(dirname(folder))
    await makeFolder(folder)
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )

/** Muster's own database, as `openPool` takes it, and the end of it. */
export interface OwnDatabase {
  readonly connection: pg.PoolConfig
  /** Stops the server when this process owns the folder. Pools must have ended: their connections are cut off. */
  close(): Promise<void>
}

const NAME = 'muster'

/**
 * Starts the folder's PostgreSQL, makes its database and keeps it running, or joins the one that the folder's owner runs.
 *
 * @param options.onRestart Told when the server was gone and was started again, or why it could not be.
 *
 * @throws {ConfigurationError} when it can't be started here.
 */
export async function startDatabase(
  folder: DataFolder,
  options: OwnPostgresOptions & { readonly onRestart?: (error?: unknown) => void } = {},
): Promise<OwnDatabase> {
  try {
    if (folder.role === 'guest') {
      const { host } = await joinOwnPostgres(folder.path)
      return { connection: connectionTo(host), close: async () => {} }
    }
    const server = await startOwnPostgres(folder.path, options)
    await createDatabase(server.host)
    const keeper = keepOwnPostgres(folder.path, options)
    const close = async () => {
      await keeper.stop()
      await server.stop()
    }
    return { connection: connectionTo(server.host), close }
  } catch (error) {
    throw folderTrouble(folder.path, error)
  }
}

const connectionTo = (host: string): pg.PoolConfig => ({ host, port: 5432, user: 'muster', database: NAME })

async function createDatabase(host: string): Promise<void> {
  const pool = openPool({ ...connectionTo(host), database: 'postgres', max: 1 }, { names: false })
  try {
    await pool.query(`create database ${NAME}`)
  } catch (error) {
    if (sqlState(error) !== '42P04') throw error // duplicate_database: an earlier start made it
  } finally {
    await pool.end()
  }
}
