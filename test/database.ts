import { randomUUID } from 'node:crypto'
import { type Database, openDatabase, openPool } from '@muster/service-kit/database.ts'
import { afterAll, inject } from 'vitest'

/** How to reach a database, as `openPool` takes it. */
export type Connection = Parameters<typeof openPool>[0]

/** A database of one's own, with both apps' schemas in it, dropped after the test file. */
export interface FreshDatabase<Tables = unknown> {
  /** For what opens pools of its own. */
  readonly config: Connection
  /** The same as a `postgres:` URL, as MUSTER_DATABASE_URL takes it. */
  readonly url: string
  readonly pool: ReturnType<typeof openPool>
  readonly database: Database<Tables>
  /** Ends the pool before the file's end; harmless twice. */
  close(): Promise<void>
}

/** A database cloned for this test file (or test, when called in one). */
export async function freshDatabase<Tables = unknown>(): Promise<FreshDatabase<Tables>> {
  const config = await freshDatabaseConfig()
  const pool = openPool({ ...config, max: 10 }, { names: true })
  let ended: Promise<void> | undefined
  const close = () => {
    ended ??= pool.end()
    return ended
  }
  closers.push(close)
  return { config, url: toUrl(config), pool, database: openDatabase<Tables>(pool), close }
}

/** As `freshDatabase`, for a test that opens all its pools itself. */
export async function freshDatabaseConfig(): Promise<Connection> {
  const server = inject('server')
  const name = `muster_t_${randomUUID().replaceAll('-', '')}`
  await administer(`create database ${name} template ${inject('template')}`)
  made.push(name)
  return { ...server, database: name }
}

/** The configuration as a URL; a socket's folder travels as `?host=`. */
export function toUrl({ host, port, user, password, database }: Connection): string {
  const who = [user, password]
    .filter((part) => typeof part === 'string' && part !== '')
    .map((part) => encodeURIComponent(String(part)))
  const socket = host?.startsWith('/')
  return `postgres://${who.join(':')}@${socket ? 'localhost' : host}:${port}/${database}${socket ? `?host=${encodeURIComponent(host ?? '')}` : ''}`
}

const closers: (() => Promise<void>)[] = []
const made: string[] = []

afterAll(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
  // FORCE: a pool that the test forgot must not keep the database.
  for (const name of made.splice(0)) await administer(`drop database if exists ${name} with (force)`)
})

async function administer(statement: string): Promise<void> {
  const pool = openPool({ ...inject('server'), max: 1 }, { names: false })
  try {
    await pool.query(statement)
  } finally {
    await pool.end()
  }
}
