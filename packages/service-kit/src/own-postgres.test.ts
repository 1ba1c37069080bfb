import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openPool } from './database.ts'
import { joinOwnPostgres, startOwnPostgres } from './own-postgres.ts'
import { launchAsSystemUser, socketFolder } from './own-postgres-launch.ts'

const settings = ['fsync=off']
let folder = ''
let stops: (() => Promise<void>)[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'muster-own-'))
  stops = []
})

afterEach(async () => {
  for (const stop of stops) await stop()
  await rm(folder, { recursive: true, force: true })
})

async function start(options: Parameters<typeof startOwnPostgres>[1] = {}) {
  const server = await startOwnPostgres(folder, { settings, ...options })
  stops.push(server.stop)
  return server
}

async function ask(host: string, statement: string): Promise<unknown[]> {
  const pool = openPool({ host, user: 'muster', database: 'postgres', max: 1 }, { names: false })
  try {
    return (await pool.query(statement)).rows
  } finally {
    await pool.end()
  }
}

/** A process that starts the server and is then killed as the machine's memory killer would do it. */
async function startInKilledProcess(): Promise<void> {
  const program = `
    const { startOwnPostgres } = await import(${JSON.stringify(new URL('./own-postgres.ts', import.meta.url).href)})
    await startOwnPostgres(${JSON.stringify(folder)}, { settings: ['fsync=off'] })
    process.kill(process.pid, 'SIGKILL')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' })
  expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])
}

describe('our own PostgreSQL', () => {
  test('starts on a socket only we can enter, stops without a trace, and finds its data again', async () => {
    const first = await start()
    expect((await stat(first.host)).mode & 0o777).toBe(0o700)
    expect(await ask(first.host, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
    await ask(first.host, 'create table kept (n int)')
    await first.stop()
    expect(existsSync(first.host)).toBe(false)
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await ask(second.host, 'select n from kept')).toEqual([])
  })

  test('adopts the server that a killed process left running', async () => {
    await startInKilledProcess()
    const server = await start()
    expect(server.adopted).toBe(true)
    expect(await ask(server.host, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await joinOwnPostgres(folder)).toMatchObject({ host: server.host, pid: server.pid })
  })

  test('replaces a left server that no one can reach any more', async () => {
    await startInKilledProcess()
    await rm(socketFolder(join(folder, 'postgres-18')), { recursive: true })
    const server = await start()
    expect(server.adopted).toBe(false)
    expect(await ask(server.host, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('starts after a crash although its number belongs to another program now', async () => {
    const { pid, stop } = await start()
    const lock = join(folder, 'postgres-18/postmaster.pid')
    const text = await readFile(lock, 'utf8')
    process.kill(pid, 'SIGKILL')
    await stop()
    const bystander = spawn('sleep', ['60'], { stdio: 'ignore' })
    try {
      await writeFile(lock, text.replace(String(pid), String(bystander.pid)))
      expect(await ask((await start()).host, 'select 1 as one')).toEqual([{ one: 1 }])
    } finally {
      bystander.kill()
    }
  })

  test.runIf(process.getuid?.() === 0)(
    'runs as a system user where root has no namespace for it, and back',
    async () => {
      const asUser = await start({ launch: await launchAsSystemUser() })
      await ask(asUser.host, 'create table kept (n int)')
      await asUser.stop()
      expect(await ask((await start()).host, 'select n from kept')).toEqual([])
    },
  )

  test('refuses a folder of another major version in one line that names it', async () => {
    await mkdir(join(folder, 'postgres-17'))
    await writeFile(join(folder, 'postgres-17/PG_VERSION'), '17\n')
    await expect(start()).rejects.toThrow(/^data folder .* was written by PostgreSQL 17, this is 18: [^\n]+$/)
    expect(existsSync(join(folder, 'postgres-18'))).toBe(false)
  })

  test('leaves files alone that are no database', async () => {
    await mkdir(join(folder, 'postgres-18'))
    await writeFile(join(folder, 'postgres-18/thesis.txt'), '')
    await expect(start()).rejects.toThrow(/holds files, but no database$/)
    expect(existsSync(join(folder, 'postgres-18/thesis.txt'))).toBe(true)
  })

  test('refuses a socket folder that someone else has put in its place', async () => {
    const host = socketFolder(join(folder, 'postgres-18'))
    await symlink(folder, host)
    try {
      await expect(start()).rejects.toThrow(/belongs to another user/)
    } finally {
      await rm(host)
    }
  })
})
