import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openPool } from '@muster/service-kit/database.ts'
import { startOwnPostgres } from '@muster/service-kit/own-postgres.ts'
import { toUrl } from './database.ts'

/** A PostgreSQL of one test's own, given to Muster as one from outside, so that nobody but the test starts it again. */
export async function stoppablePostgres() {
  const folder = await mkdtemp(join(tmpdir(), 'muster-stoppable-'))
  const start = () => startOwnPostgres(folder, { settings: ['fsync=off'] })
  let server = await start()
  const config = { host: server.host, port: 5432, user: 'muster', database: 'postgres' }
  const pool = openPool({ ...config, max: 2 }, { names: false })
  let frozen: readonly number[] = []
  const signal = (pids: readonly number[], name: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, name)
  }
  const thaw = async () => {
    signal(frozen.toReversed(), 'SIGCONT')
    frozen = []
  }
  return {
    url: toUrl(config),
    pool,
    /** Ends every session and refuses new ones, as when somebody restarts the database's machine. */
    stop: () => server.stop(),
    start: async () => {
      server = await start()
    },
    /** Nothing is answered and nothing ends, as on a machine whose disk hangs. What was sent is done after the thaw. */
    freeze: async () => {
      // The parent first: it must not start another one meanwhile.
      process.kill(server.pid, 'SIGSTOP')
      frozen = [server.pid]
      const children = await childrenOf(server.pid)
      signal(children, 'SIGSTOP')
      frozen = [server.pid, ...children]
    },
    thaw,
    close: async () => {
      await thaw()
      await pool.end()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid='])
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return pairs.flatMap(([pid, its]) => (pid !== undefined && its === parent ? [pid] : []))
}
