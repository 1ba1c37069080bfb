import { createDirectory } from '@muster/directory/server/app.ts'
import { createPortal } from '@muster/portal/server/app.ts'
import { type Clock, systemClock } from '@muster/service-kit/clock.ts'
import { createLogger } from '@muster/service-kit/logger.ts'
import { outboundFetch } from '@muster/service-kit/outbound-fetch.ts'
import { claimPort, listenTrouble } from '@muster/service-kit/ports.ts'
import {
  assertBoth,
  type Bootstrap,
  type Halves,
  prepareDirectory,
  preparePortal,
  readWritableBootstrap,
  tie,
  writeBootstrap,
} from './bootstrap.ts'
import { type AppName, type Databases, openDatabases, readyApp } from './databases.ts'
import { Opened } from './opened.ts'
import { type Settings, urlHost } from './settings.ts'
import { VERSION } from './version.ts'

/** One app or both, running. */
export interface Running {
  readonly bootstrap: Halves
  /** Whether this start made the first admins: only then are their passwords known. */
  readonly isFirst: boolean
  /** Answers what is in flight, ends the running cycle, closes the database and, if it is ours, stops PostgreSQL. */
  stop(): Promise<void>
}

/** What both apps are started with. */
interface Ground {
  readonly settings: Settings
  readonly clock: Clock
  readonly logger: ReturnType<typeof createLogger>
  readonly opened: Opened
  readonly databases: Databases
}

/**
 * Starts portal, directory or both in this process, on the database that the settings name.
 *
 * @throws {ConfigurationError} for everything that the person who started it can mend; nothing is left open then.
 */
export async function start(settings: Settings, apps: readonly AppName[]): Promise<Running> {
  const claim = (app: AppName, port: number) => (apps.includes(app) ? claimPort(settings.host, port) : undefined)
  const portalPort = await claim('portal', settings.portalPort)
  const directoryPort = await claim('directory', settings.directoryPort)
  const before = settings.bootstrapFile === undefined ? undefined : await readWritableBootstrap(settings.bootstrapFile)
  return Opened.during(async (opened) => {
    const ground = await openGround(settings, opened)
    const portal = portalPort === undefined ? undefined : await openPortal(ground, portalPort)
    const directory = directoryPort === undefined ? undefined : await openDirectory(ground, directoryPort)

    // Of several nodes that start at once on a new database, one makes the first admins.
    const { tenant, workspace } = await ground.databases.alone(async () => {
      const tenant = directory && (await prepareDirectory(directory.deps, before, settings.sample))
      const workspace = portal && (await preparePortal(portal.deps, before))
      if (tenant && workspace) await tie(portal.deps, workspace.half, directory.deps, tenant.half)
      return { tenant, workspace }
    })
    const bootstrap: Halves = {
      ...(workspace ? { portal: workspace.half } : {}),
      ...(tenant ? { directory: tenant.half } : {}),
    }
    await portal?.listen()
    await directory?.listen()
    if (settings.bootstrapFile !== undefined) await writeBootstrap(settings.bootstrapFile, bootstrap)
    return {
      bootstrap,
      isFirst: [tenant, workspace].some((half) => half?.isFirst),
      stop: () => opened.closeAll(),
    }
  })
}

/** Starts both apps in this process: what most of Muster's own callers want. */
export async function startBoth(settings: Settings): Promise<Running & { readonly bootstrap: Bootstrap }> {
  const running = await start(settings, ['portal', 'directory'])
  return { ...running, bootstrap: assertBoth(running.bootstrap, 'The start') }
}

/** The log and the database, which whatever runs long owns. */
export async function openGround(settings: Settings, opened: Opened): Promise<Ground> {
  const logger = createLogger(settings.logLevel)
  for (const name of settings.unknownVariables) logger.warn({ variable: name }, 'This variable means nothing to Muster')
  const databases = await openDatabases(settings, 'owner', (error) =>
    error === undefined
      ? logger.warn('PostgreSQL had ended and was started again')
      : logger.error({ err: error }, 'PostgreSQL has ended and cannot be started again yet'),
  )
  opened.add(databases.close)
  return { settings, clock: systemClock(settings.clockOffsetMs), logger, opened, databases }
}

async function openPortal({ settings, clock, logger, opened, databases }: Ground, port: number) {
  const ready = await readyApp(settings, databases, 'portal', clock)
  const deps = { ...ready, publicUrl: settings.portalUrl ?? urlOf(settings.host, port) }
  const outgoing = outboundFetch(settings.outbound)
  opened.add(() => outgoing.close())
  const portal = await createPortal({
    ...deps,
    logger: logger.child({ app: 'portal' }),
    fetch: outgoing.fetch,
    version: VERSION,
    limits: settings.limits,
    filterLimit: settings.filterLimit,
    trustedProxies: settings.trustedProxies,
  })
  opened.add(() => portal.close())
  return { deps, listen: () => listen(portal.app, settings.host, port) }
}

async function openDirectory({ settings, clock, logger, opened, databases }: Ground, port: number) {
  const ready = await readyApp(settings, databases, 'directory', clock)
  const deps = { ...ready, publicUrl: settings.directoryUrl ?? urlOf(settings.host, port) }
  const directory = await createDirectory({
    ...deps,
    outbound: settings.outbound,
    cycleIntervalSeconds: settings.cycleIntervalSeconds,
    logger: logger.child({ app: 'directory' }),
    version: VERSION,
    limits: settings.limits,
    trustedProxies: settings.trustedProxies,
  })
  opened.add(() => directory.close())
  return { deps, listen: () => listen(directory.app, settings.host, port) }
}

/** Where an app is reached that nothing stands in front of. */
const urlOf = (host: string, port: number): string => `http://${urlHost(host)}:${port}`

async function listen(app: Awaited<ReturnType<typeof createPortal>>['app'], host: string, port: number): Promise<void> {
  await app.listen({ host, port }).catch((error: unknown) => {
    throw listenTrouble(host, port, error)
  })
}
