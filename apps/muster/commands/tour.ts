import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { openPool } from '@muster/service-kit/database.ts'
import { checkDatabase } from '@muster/service-kit/given-database.ts'
import { type Bootstrap, readBootstrap } from '../bootstrap.ts'
import type { Settings } from '../settings.ts'
import { startBoth } from '../start.ts'
import { type StepResult, tour } from '../tour/tour.ts'

export interface TourFlags {
  readonly json?: boolean
  readonly verbose?: boolean
  readonly bootstrapFile?: string
}

/**
 * `muster tour`: the nine steps against a throw-away portal and directory, or against those that a bootstrap file names.
 *
 * @returns The exit code: 0 when all nine hold, 1 at the first that doesn't.
 */
export async function runTour(settings: Settings, flags: TourFlags): Promise<number> {
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const results: StepResult[] = []
  const walk = (bootstrap: Bootstrap, insistOnInterval: boolean) =>
    tour(bootstrap, {
      insistOnInterval,
      say: (line) => (flags.verbose ? void process.stderr.write(`  ${line}\n`) : undefined),
      onStep: (result) => {
        results.push(result)
        if (!flags.json)
          print(
            `${result.ok ? '✓' : '✗'} ${result.step} ${result.title}${result.ok ? ` (${result.ms} ms)` : `\n    ${result.error}`}`,
          )
      },
    })
  if (settings.bootstrapFile !== undefined) {
    const bootstrap = await readBootstrap(settings.bootstrapFile)
    if (!bootstrap) throw new ConfigurationError(`there is no bootstrap file ${settings.bootstrapFile}`)
    await walk(bootstrap, false)
  } else await throwAway(settings, (bootstrap) => walk(bootstrap, true))
  const ok = results.length > 0 && results.every((result) => result.ok)
  if (flags.json) print(JSON.stringify({ ok, steps: results }))
  return ok ? 0 : 1
}

/** Starts both apps on free ports, on data that is gone afterwards: a folder, and in a given server a database, of its own. */
async function throwAway(settings: Settings, walk: (bootstrap: Bootstrap) => Promise<unknown>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-tour-'))
  const database = settings.databaseUrl === undefined ? undefined : await ownDatabase(settings.databaseUrl)
  try {
    const running = await startBoth({
      ...settings,
      dataFolder: folder,
      databaseUrl: database?.url,
      portalPort: 0,
      directoryPort: 0,
      portalUrl: undefined,
      directoryUrl: undefined,
      bootstrapFile: undefined,
      sample: 5,
      cycleIntervalSeconds: 40 * 60,
      logLevel: process.env.MUSTER_LOG_LEVEL === undefined ? 'error' : settings.logLevel,
    })
    try {
      await walk(running.bootstrap)
    } finally {
      await running.stop()
    }
  } finally {
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function ownDatabase(url: string): Promise<{ readonly url: string; drop(): Promise<void> }> {
  await checkDatabase({ connectionString: url })
  const name = `muster_tour_${randomBytes(6).toString('hex')}`
  const admin = async (statement: string) => {
    const pool = openPool({ connectionString: url, max: 1 }, { names: false })
    try {
      await pool.query(statement)
    } finally {
      await pool.end()
    }
  }
  try {
    await admin(`create database ${name}`)
  } catch (error) {
    throw new ConfigurationError(
      `tour makes a database of its own and may not: ${(error as Error).message.replace(/\s+/g, ' ')}`,
    )
  }
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => admin(`drop database if exists ${name} with (force)`) }
}
