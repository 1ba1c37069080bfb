import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openPool } from '@muster/service-kit/database.ts'
import { readBootstrap } from '../../apps/muster/bootstrap.ts'
import { Visitor } from '../../apps/muster/tour/http.ts'
import { graphVisitor } from '../connect-over-http.ts'

const MAIN = join(import.meta.dirname, '../../apps/muster/main.ts')
const POLL_MS = 10
/** A boot takes a second; two cores at work elsewhere may make it many. */
const START_LIMIT_MS = 60_000
/** How long a lease outlives whoever held it. The next process' clock is put forward by as much, so that nobody waits. */
const LEASE_SECONDS = 60

/** `muster up` as a process of its own, on a data folder and a PostgreSQL of its own, to be killed and started again. */
export async function openMuster(folder: string, people: number) {
  const data = join(folder, 'data')
  const bootstrapFile = join(folder, 'bootstrap.json')
  let child: ChildProcess | undefined
  let said = ''
  let starts = 0

  const start = async () => {
    const { PATH = '', HOME = '', TMPDIR } = process.env
    const flags = ['--portal-port', '0', '--directory-port', '0', '--cycle-interval', 'PT10S', '--log-level', 'warn']
    said = ''
    child = spawn(
      process.execPath,
      [MAIN, 'up', '--data', data, '--sample', String(people), '--bootstrap-file', bootstrapFile, ...flags],
      {
        env: {
          PATH,
          HOME,
          ...(TMPDIR ? { TMPDIR } : {}),
          MUSTER_CLOCK_OFFSET: `PT${starts * LEASE_SECONDS}S`,
          MUSTER_RATE_LIMIT_REST: '0',
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    )
    starts += 1
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += part))
    for (let waited = 0; !said.includes('Ctrl-C stops'); waited += POLL_MS) {
      if (child.exitCode !== null || waited > START_LIMIT_MS) throw new Error(`muster up did not start:\n${said}`)
      await sleep(POLL_MS)
    }
    const bootstrap = await readBootstrap(bootstrapFile)
    if (!bootstrap) throw new Error('There is no bootstrap file.')
    const { portal, directory } = bootstrap
    const postmaster = (await readFile(join(data, 'postgres-18/postmaster.pid'), 'utf8')).split('\n')
    const pool = openPool(
      { host: postmaster[4]?.trim(), port: 5432, user: 'muster', database: 'muster', max: 2 },
      { names: false },
    )
    // Its server is going to be killed under it.
    pool.on('error', () => {})
    return {
      bootstrap,
      postgresPid: Number(postmaster[0]),
      admin: new Visitor({ bearer: portal.adminApiKey ?? '' }),
      graph: await graphVisitor(directory),
      graphUrl: directory.graphUrl,
      scimUrl: portal.scimUrl,
      portalUrl: portal.url,
      workspaceId: portal.workspaceId,
      tenantId: directory.tenantId,
      /** Rows, read beside the running process. */
      async ask<Row>(statement: string, values: readonly unknown[] = []): Promise<Row[]> {
        return (await pool.query(statement, [...values])).rows as Row[]
      },
      close: () => pool.end().catch(() => {}),
    }
  }

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
  }

  return {
    start,
    /** What the process has said since it was started. */
    said: () => said,
    isRunning: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    kill: () => end('SIGKILL'),
    /** Stops in an orderly way, PostgreSQL too, and removes what is on the disk. */
    async remove() {
      if (!child || child.exitCode !== null || child.signalCode !== null) await start().then(({ close }) => close())
      await end('SIGTERM')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export type MusterProcess = Awaited<ReturnType<typeof openMuster>>
export type RunningMuster = Awaited<ReturnType<MusterProcess['start']>>

/** Kills a PostgreSQL as the machine's memory killer might: the server and every process of it, none asked. */
export async function killPostgres(pid: number): Promise<void> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')).split(' ')
  for (const one of [pid, ...children.map(Number).filter((child) => child > 0)])
    try {
      process.kill(one, 'SIGKILL')
    } catch {} // gone already
}
