import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, realpath, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigurationError } from './configuration-error.ts'
import { postgresTrouble } from './data-folder-trouble.ts'
import { findBinaries } from './own-postgres-binaries.ts'
import {
  chooseLaunch,
  type Launch,
  prepareFiles,
  prepareSocketFolder,
  runToEnd,
  socketFolder,
} from './own-postgres-launch.ts'
import { forgetReusedProcess, type RunningServer, readRunningServer } from './own-postgres-running.ts'

/** The major version of the programs. Its data can be read by no other. */
export const POSTGRES_MAJOR = 18

/** A server on a Unix socket, without TCP. User `muster`, no password: who may enter the socket's folder may speak to it. */
export interface OwnPostgres {
  /** The socket's folder, which `pg` takes as its host. */
  readonly host: string
  readonly pid: number
  /** Whether it was running already: left by a process that was killed. */
  readonly adopted: boolean
  /** Ends sessions, writes a checkpoint, and resolves when the server is gone. Only the data folder's owner may. */
  stop(): Promise<void>
}

export interface OwnPostgresOptions {
  /** `name=value`, as `postgres -c` takes them. */
  readonly settings?: readonly string[]
  /** How to avoid being root; chosen by what the machine allows when left out. */
  readonly launch?: Launch
}

const SETTINGS = [
  'timezone=UTC',
  'log_timezone=UTC',
  'log_checkpoints=off',
  // A refused statement is logged by whoever sent it; here it would put people's names on the disk a second time.
  'log_min_messages=log',
]

const POLL_MS = 10
/** After a crash the server first replays its log, which takes the longer the more was written. */
const START_LIMIT_MS = 120_000
/** How long the children of a killed server may take to leave before its lock counts as held. */
const LOCK_LIMIT_MS = 10_000
/** `stop` has 10 s in all (a stopping Muster's limit): then sessions are cut off, and the next start replays the log. */
const STOP_LIMIT_MS = 8_000

const dataOf = async (folder: string): Promise<string> => join(await realpath(folder), `postgres-${POSTGRES_MAJOR}`)

/**
 * Starts the server of this data folder, or adopts the one that a killed process left running. The caller owns the
 * folder (`openDataFolder`), so that no one else does this at the same time.
 *
 * The server is a process group of its own: a Ctrl-C in the terminal reaches us and not the queries in flight.
 *
 * @throws {ConfigurationError} when the machine or the folder doesn't allow it, or the folder is another major version's.
 */
export async function startOwnPostgres(folder: string, options: OwnPostgresOptions = {}): Promise<OwnPostgres> {
  const data = await dataOf(folder)
  await refuseForeignMajor(data)
  const running = await readRunningServer(data)
  if (running) {
    const ready = await untilReady(data)
    if (ready && existsSync(join(ready.host, '.s.PGSQL.5432'))) return handle(data, ready, true)
    // Someone has emptied the temporary folder: no one can reach that server any more.
    await stopServer(data)
  }
  const launch = options.launch ?? (await chooseLaunch())
  await mkdir(data, { recursive: true, mode: 0o700 })
  const host = socketFolder(data)
  await prepareSocketFolder(host, data, launch)
  try {
    const bin = await prepareFiles(launch, await findBinaries(), data)
    if (!existsSync(join(data, 'PG_VERSION'))) await initialise(launch, bin, data)
    await forgetReusedProcess(data)
    const settings = [...SETTINGS, ...(options.settings ?? [])].flatMap((one) => ['-c', one])
    const args = ['-D', data, '-k', host, '-h', '', ...settings]
    return handle(data, await launchServer(launch, join(bin, 'postgres'), args, data), false)
  } catch (error) {
    await rm(host, { recursive: true, force: true })
    throw error
  }
}

/**
 * The server that the folder's owner runs or is just starting.
 *
 * @throws {ConfigurationError} when there is none.
 */
export async function joinOwnPostgres(folder: string): Promise<Omit<OwnPostgres, 'stop'>> {
  const data = await dataOf(folder)
  await refuseForeignMajor(data)
  for (let waited = 0; waited < START_LIMIT_MS / 4; waited += POLL_MS) {
    const running = await readRunningServer(data)
    if (running?.ready) return { host: running.host, pid: running.pid, adopted: true }
    await sleep(POLL_MS)
  }
  throw new ConfigurationError(`data folder ${folder} is in use, but its PostgreSQL does not run`)
}

/** Whether the folder's server is there, ready or not. */
export async function isOwnPostgresRunning(folder: string): Promise<boolean> {
  return (await readRunningServer(await dataOf(folder))) !== undefined
}

function handle(data: string, { host, pid }: RunningServer, adopted: boolean): OwnPostgres {
  const stop = async () => {
    await stopServer(data)
    await rm(host, { recursive: true, force: true })
  }
  return { host, pid, adopted, stop }
}

/** Data that another major version wrote is left alone. */
async function refuseForeignMajor(data: string): Promise<void> {
  const folder = dirname(data)
  const names = (await readdir(folder)).filter((name) => /^postgres-\d+$/.test(name))
  const majors = await Promise.all(
    names.map(async (name) => (await readFile(join(folder, name, 'PG_VERSION'), 'utf8').catch(() => '')).trim()),
  )
  const foreign = majors.find((major) => major !== '' && major !== String(POSTGRES_MAJOR))
  if (foreign && !majors.includes(String(POSTGRES_MAJOR)))
    throw new ConfigurationError(
      `data folder ${folder} was written by PostgreSQL ${foreign}, this is ${POSTGRES_MAJOR}: make a backup with the Muster that wrote it, and restore that`,
    )
}

/** Makes an empty cluster, aside: an initdb that is killed leaves nothing under the real name. */
async function initialise(launch: Launch, bin: string, data: string): Promise<void> {
  const folder = dirname(data)
  for (const name of await readdir(folder))
    if (/^postgres-\d+\.\d+$/.test(name)) await rm(join(folder, name), { recursive: true, force: true })
  if ((await readdir(data)).length > 0)
    throw new ConfigurationError(`data folder ${folder} cannot be used: ${data} holds files, but no database`)
  const fresh = `${data}.${process.pid}`
  await rename(data, fresh) // of the right owner already
  const locale = ['-E', 'UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  const args = ['-D', fresh, '-U', 'muster', ...locale, '--auth=trust', '--no-instructions']
  const [file, ...rest] = commandLine(launch, join(bin, 'initdb'), args)
  const { status, said } = await runToEnd(file, rest, launch.as)
  if (status !== 0) {
    await rm(fresh, { recursive: true, force: true })
    throw postgresTrouble(folder, said)
  }
  await rename(fresh, data)
}

function commandLine({ before }: Launch, program: string, args: readonly string[]): [string, ...string[]] {
  const [first, ...rest] = before
  return first === undefined ? [program, ...args] : [first, ...rest, program, ...args]
}

/** Starts it and waits until it takes connections; again while the last remains of a killed one hold its lock. */
async function launchServer(
  launch: Launch,
  program: string,
  args: readonly string[],
  data: string,
): Promise<RunningServer> {
  const logFile = join(data, 'server.log')
  for (let waited = 0; ; waited += 200) {
    const log = await open(logFile, 'a')
    const { size } = await log.stat()
    const [file, ...rest] = commandLine(launch, program, args)
    const child = spawn(file, rest, { ...launch.as, cwd: '/', detached: true, stdio: ['ignore', log.fd, log.fd] })
    let failure: Error | undefined
    child.on('error', (error) => {
      failure = error
    })
    child.unref()
    await log.close()
    const server = await untilReady(
      data,
      () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
    )
    if (server) return server
    if (failure) throw postgresTrouble(dirname(data), failure.message)
    const said = (await readFile(logFile)).subarray(size).toString('utf8')
    if (waited >= LOCK_LIMIT_MS || !/lock file|shared memory block/.test(said))
      throw postgresTrouble(dirname(data), said)
    await sleep(200)
  }
}

/** Waits for a server that has been started. Undefined when it is gone (`hasEnded`), or was not ready in time. */
async function untilReady(data: string, hasEnded?: () => boolean): Promise<RunningServer | undefined> {
  for (let waited = 0; waited < START_LIMIT_MS; waited += POLL_MS) {
    const server = await readRunningServer(data)
    if (server?.ready) return server
    if (hasEnded ? hasEnded() : !server) return undefined
    await sleep(POLL_MS)
  }
  return undefined
}

async function stopServer(data: string): Promise<void> {
  for (let waited = 0; ; waited += POLL_MS) {
    const server = await readRunningServer(data)
    if (!server) return
    // SIGINT is PostgreSQL's "fast", SIGQUIT its "immediate".
    const signal = waited === 0 ? 'SIGINT' : waited === STOP_LIMIT_MS ? 'SIGQUIT' : undefined
    if (signal) endProcess(server.pid, signal)
    await sleep(POLL_MS)
  }
}

function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // gone meanwhile is what was wanted
  }
}
