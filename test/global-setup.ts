import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { directoryMigrations } from '@muster/directory/server/migrations/index.ts'
import { portalMigrations } from '@muster/portal/server/migrations/index.ts'
import { openDatabase, openPool } from '@muster/service-kit/database.ts'
import { migrate } from '@muster/service-kit/migrate.ts'
import { startOwnPostgres } from '@muster/service-kit/own-postgres.ts'
import type { TestProject } from 'vitest/node'
import type { Connection } from './database.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** How to reach the server as an administrator. */
    server: Connection
    /** The migrated database that each test file's own is cloned from. */
    template: string
  }
}

/** One PostgreSQL for the whole run: our own, or the one that MUSTER_TEST_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.MUSTER_TEST_DATABASE_URL
  const { server, stop } = given ? { server: fromUrl(given), stop: async () => {} } : await startOwn()
  // Unlike on our own server, others may test on a given one at the same time.
  const template = `muster_template_${process.pid}`
  const admin = openPool({ ...server, max: 1 }, { names: false })
  await admin.query(`drop database if exists ${template}`)
  await admin.query(`create database ${template}`)
  const pool = openPool({ ...server, database: template, max: 1 }, { names: false })
  await migrate(openDatabase(pool), portalMigrations, 'portal')
  await migrate(openDatabase(pool), directoryMigrations, 'directory')
  // A database is cloned only while nobody is connected to it.
  await pool.end()
  project.provide('server', server)
  project.provide('template', template)
  return async () => {
    await admin.query(`drop database if exists ${template}`)
    await admin.end()
    await stop()
  }
}

async function startOwn() {
  const folder = await mkdtemp(join(tmpdir(), 'muster-test-'))
  // Nothing here outlives the run, so nothing waits for the disk.
  const settings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_connections=200']
  const own = await startOwnPostgres(folder, { settings })
  const undertaker = startUndertaker(own.pid, [own.host, folder])
  const stop = async () => {
    await own.stop()
    undertaker.stdin.end()
    await once(undertaker, 'exit')
  }
  return { server: { host: own.host, port: 5432, user: 'muster', database: 'postgres' }, stop }
}

/** Clears up however this run ends: its input ends when we do, even when we are killed. */
function startUndertaker(pid: number, folders: readonly string[]) {
  const script =
    'cat >/dev/null; kill -INT "$1" 2>/dev/null; while kill -0 "$1" 2>/dev/null; do sleep 0.1; done; shift; rm -rf "$@"'
  const undertaker = spawn('sh', ['-c', script, 'sh', String(pid), ...folders], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  undertaker.unref()
  return undertaker
}

/** Taken apart, because a connection string would win over the database named beside it. */
function fromUrl(url: string): Connection {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  return {
    host: searchParams.get('host') ?? decodeURIComponent(hostname),
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)) || 'postgres',
  }
}
