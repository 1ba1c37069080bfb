import { createDirectory } from '@muster/directory/server/app.ts'
import { directoryMigrations } from '@muster/directory/server/migrations/index.ts'
import { createPortal } from '@muster/portal/server/app.ts'
import { portalMigrations } from '@muster/portal/server/migrations/index.ts'
import { systemClock } from '@muster/service-kit/clock.ts'
import { openDataFolder, startDatabase } from '@muster/service-kit/data-folder.ts'
import { type Database, openDatabase, openPool } from '@muster/service-kit/database.ts'
import { checkDatabase } from '@muster/service-kit/given-database.ts'
import { checkSecretKey } from '@muster/service-kit/installation.ts'
import { createLogger } from '@muster/service-kit/logger.ts'
import { migrate } from '@muster/service-kit/migrate.ts'
import { outboundFetch } from '@muster/service-kit/outbound-fetch.ts'
import { claimPort, listenTrouble } from '@muster/service-kit/ports.ts'
import { loadSecretKey, openSecretBox } from '@muster/service-kit/secrets.ts'
import { type Bootstrap, prepare, writeBootstrap } from './bootstrap.ts'
import { type Settings, urlHost } from './settings.ts'
import { VERSION } from './version.ts'

/** Connections of each app. PostgreSQL admits 100 in all; two nodes of both apps stay well below. */
const POOL_SIZE = 12

/** Both apps, running. */
export interface Running {
  readonly bootstrap: Bootstrap
  /** Whether this start made the first admins: only then are their passwords known. */
  readonly isFirst: boolean
  /** Answers what is in flight, ends the running cycle, closes the database and, if it is ours, stops PostgreSQL. */
  stop(): Promise<void>
}

/** What has been opened, closed in the opposite order, also when opening fails half way. */
class Opened {
  readonly #closers: (() => Promise<void>)[] = []

  add(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  async closeAll(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close()
  }
}

/**
 * Starts portal and directory in this process, on the database that the settings name.
 *
 * @throws {ConfigurationError} for everything that the person who started it can mend; nothing is left open then.
 */
export async function start(settings: Settings): Promise<Running> {
  const [portalPort, directoryPort] = [
    await claimPort(settings.host, settings.portalPort),
    await claimPort(settings.host, settings.directoryPort),
  ]
  const opened = new Opened()
  try {
    return await open(settings, portalPort, directoryPort, opened)
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function open(settings: Settings, portalPort: number, directoryPort: number, opened: Opened): Promise<Running> {
  const logger = createLogger(settings.logLevel)
  for (const name of settings.unknownVariables) logger.warn({ variable: name }, 'This variable means nothing to Muster')
  const clock = systemClock(settings.clockOffsetMs)

  const { portalDatabase, directoryDatabase, close } = await openDatabases(settings, 'owner')
  opened.add(close)
  await migrate(portalDatabase, portalMigrations, 'portal')
  await migrate(directoryDatabase, directoryMigrations, 'directory')
  const secrets = openSecretBox(await loadSecretKey(settings.secretKey, settings.dataFolder))
  await checkSecretKey(portalDatabase, 'portal', secrets.fingerprint, clock.now())
  await checkSecretKey(directoryDatabase, 'directory', secrets.fingerprint, clock.now())

  const portalUrl = settings.portalUrl ?? `http://${urlHost(settings.host)}:${portalPort}`
  const directoryUrl = settings.directoryUrl ?? `http://${urlHost(settings.host)}:${directoryPort}`
  const outgoing = outboundFetch(settings.outbound)
  opened.add(() => outgoing.close())
  const portal = await createPortal({
    database: portalDatabase,
    clock,
    secrets,
    publicUrl: portalUrl,
    logger: logger.child({ app: 'portal' }),
    fetch: outgoing.fetch,
    version: VERSION,
    limits: settings.limits,
  })
  opened.add(() => portal.close())
  const directory = await createDirectory({
    database: directoryDatabase,
    clock,
    secrets,
    publicUrl: directoryUrl,
    outbound: settings.outbound,
    cycleIntervalSeconds: settings.cycleIntervalSeconds,
    logger: logger.child({ app: 'directory' }),
    version: VERSION,
  })
  opened.add(() => directory.close())

  const { bootstrap, isFirst } = await prepare({
    settings,
    clock,
    secrets,
    portalDatabase,
    directoryDatabase,
    portalUrl,
    directoryUrl,
  })
  await listen(portal.app, settings.host, portalPort)
  await listen(directory.app, settings.host, directoryPort)
  if (settings.bootstrapFile !== undefined) await writeBootstrap(settings.bootstrapFile, bootstrap)
  return { bootstrap, isFirst, stop: () => opened.closeAll() }
}

/**
 * Opens the data folder and the database that the settings name: one database, a pool for each app.
 *
 * @throws {ConfigurationError} when either can't be opened.
 */
export async function openDatabases(settings: Settings, purpose: 'owner' | 'guest') {
  const given = settings.databaseUrl === undefined ? undefined : { connectionString: settings.databaseUrl }
  if (given) await checkDatabase(given)
  const opened = new Opened()
  try {
    const folder = await openDataFolder(settings.dataFolder, { purpose })
    opened.add(() => folder.close())
    const own = given ? undefined : await startDatabase(folder)
    if (own) opened.add(() => own.close())
    const connect = (): Database => {
      const pool = openPool({ ...given, ...own?.connection, max: POOL_SIZE }, { names: true })
      opened.add(() => pool.end())
      return openDatabase(pool)
    }
    return { portalDatabase: connect(), directoryDatabase: connect(), close: () => opened.closeAll() }
  } catch (error) {
    await opened.closeAll()
    throw error
  }
}

async function listen(app: Awaited<ReturnType<typeof createPortal>>['app'], host: string, port: number): Promise<void> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenTrouble(host, port, error)
  })
}
