import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigurationError } from './configuration-error.ts'
import { openDataFolder, startDatabase } from './data-folder.ts'
import { folderTrouble } from './data-folder-trouble.ts'
import { openPool } from './database.ts'

let home = ''
let folder = ''
let children: ChildProcess[] = []

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'muster-folder-'))
  folder = join(home, 'data')
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

/** Another process that opens the folder as its owner, says how that went, and stays. */
function otherOwner() {
  const program = `
    const { openDataFolder } = await import(${JSON.stringify(new URL('./data-folder.ts', import.meta.url).href)})
    await openDataFolder(${JSON.stringify(folder)}, { purpose: 'owner' }).then(() => console.log('owner'), (error) => console.log(error.message))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const said = once(child.stdout, 'data').then(([text]) => String(text).trim())
  return { child, said }
}

async function currentLock(): Promise<string> {
  const [name] = (await readdir(folder)).filter((entry) => entry.endsWith('.lock'))
  return join(folder, name ?? '')
}

describe('the one owner of a data folder', () => {
  test('makes the folder for itself alone, and leaves it to the next', async () => {
    const first = await openDataFolder(folder, { purpose: 'owner' })
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    await expect(openDataFolder(folder, { purpose: 'owner' })).rejects.toThrow(ConfigurationError)
    await first.close()
    const second = await openDataFolder(folder, { purpose: 'owner' })
    await second.close()
    expect((await readdir(folder)).length).toBe(1)
  })

  test('refuses a second process in one line, and succeeds it once it is dead', async () => {
    const { child, said } = otherOwner()
    expect(await said).toBe('owner')
    await expect(openDataFolder(folder, { purpose: 'owner' })).rejects.toThrow(
      new RegExp(
        `^data folder .*/data is already in use by process ${child.pid}: stop it, or give every node one database`,
      ),
    )
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect((await openDataFolder(folder, { purpose: 'owner' })).role).toBe('owner')
  })

  test('succeeds a dead owner whose number belongs to another process now', async () => {
    await openDataFolder(folder, { purpose: 'owner' })
    const lock = await currentLock()
    const text = JSON.parse(await readFile(lock, 'utf8')) as object
    await writeFile(lock, JSON.stringify({ ...text, started: 'another time' }))
    expect((await openDataFolder(folder, { purpose: 'owner' })).role).toBe('owner')
  })

  test('of many that find a dead owner at the same instant exactly one succeeds it', async () => {
    const dead = otherOwner()
    await dead.said
    dead.child.kill('SIGKILL')
    await once(dead.child, 'exit')
    const here = await Promise.allSettled(
      Array.from({ length: 40 }, () => openDataFolder(folder, { purpose: 'owner' })),
    )
    expect(here.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  })

  test('of processes that start at once exactly one becomes the owner', async () => {
    const said = await Promise.all(Array.from({ length: 4 }, () => otherOwner().said))
    expect(said.filter((answer) => answer === 'owner').length).toBe(1)
    expect(said.filter((answer) => /is already in use by process \d+: /.test(answer)).length).toBe(3)
  })

  test('says in one line why a folder cannot be used', async () => {
    await writeFile(folder, '')
    await expect(openDataFolder(folder, { purpose: 'owner' })).rejects.toThrow(
      /^data folder .* cannot be used: it is not a folder$/,
    )
    await expect(openDataFolder(join(folder, 'below'), { purpose: 'owner' })).rejects.toThrow(
      /: part of its path is not a folder$/,
    )
    // Nobody can make a folder there, and Node's own recursive mkdir would try for ever.
    await expect(openDataFolder('/proc/muster/below', { purpose: 'owner' })).rejects.toThrow(
      /: no folder can be made there$/,
    )
    await expect(openDataFolder('/sys/muster', { purpose: 'owner' })).rejects.toThrow(ConfigurationError)
  })
})

/** A file system of its own, of so many bytes; undefined where this process may mount none. */
function mountSmall(at: string, size: string, more = ''): (() => void) | undefined {
  mkdirSync(at, { recursive: true })
  // By their whole names: the machine's own, and none that our packages bring.
  const mounted = spawnSync('/bin/mount', ['-t', 'tmpfs', '-o', `size=${size}${more}`, 'muster-test', at]).status === 0
  return mounted ? () => void spawnSync('/bin/umount', ['-l', at]) : undefined
}

describe('a folder that takes nothing', () => {
  test.each([
    { why: 'full', size: '64k', more: '', says: /cannot be used: no space left on/ },
    { why: 'read-only', size: '1m', more: ',ro', says: /cannot be used: it is on a read-only file system$/ },
  ])('$why is told in one line, and nothing is left running', async ({ size, more, says }) => {
    const unmount = mountSmall(folder, size, more)
    // Where nothing may be mounted the words are what can be held.
    if (!unmount) {
      const code = more === '' ? 'ENOSPC' : 'EROFS'
      expect(String(folderTrouble(folder, Object.assign(new Error('no'), { code })))).toMatch(says)
      return
    }
    try {
      const open = async () => {
        const owner = await openDataFolder(folder, { purpose: 'owner' })
        try {
          await startDatabase(owner)
        } finally {
          await owner.close()
        }
      }
      await expect(open()).rejects.toThrow(says)
      await expect(open()).rejects.toThrow(ConfigurationError)
    } finally {
      unmount()
    }
  })
})

test('a server that is killed under its owner comes back at the same place, with what was committed', async () => {
  const owner = await openDataFolder(folder, { purpose: 'owner' })
  let restarts = 0
  const own = await startDatabase(owner, {
    onRestart: (error) => {
      if (error === undefined) restarts += 1
    },
  })
  const pool = openPool({ ...own.connection, max: 1 }, { names: false })
  await pool.query('create table kept (n int)')
  await pool.query('insert into kept values (1)')
  const lines = (await readFile(join(folder, 'postgres-18/postmaster.pid'), 'utf8')).split('\n')
  const children = spawnSync('pgrep', ['-P', String(lines[0])], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
  for (const pid of [Number(lines[0]), ...children.map(Number)]) if (pid > 0) process.kill(pid, 'SIGKILL')
  await expect
    .poll(
      () =>
        pool.query('select n from kept').then(
          ({ rows }) => rows,
          () => 'away',
        ),
      { timeout: 20_000, interval: 50 },
    )
    .toEqual([{ n: 1 }])
  // It answers a moment before whoever started it has seen that.
  await expect.poll(() => restarts, { timeout: 10_000 }).toBe(1)
  await pool.end()
  await own.close()
  await owner.close()
}, 30_000)

describe('guests', () => {
  test('use the running database and leave it, and own it when nobody does', async () => {
    const settings = ['fsync=off']
    const owner = await openDataFolder(folder, { purpose: 'owner' })
    const database = await startDatabase(owner, { settings })
    const guest = await openDataFolder(folder, { purpose: 'guest' })
    expect(guest.role).toBe('guest')
    const joined = await startDatabase(guest, { settings })
    await joined.close()
    await guest.close()
    const pool = openPool({ ...database.connection, max: 1 }, { names: false })
    expect((await pool.query('select current_database() as name')).rows).toEqual([{ name: 'muster' }])
    await pool.end()
    await database.close()
    await owner.close()

    const alone = await openDataFolder(folder, { purpose: 'guest' })
    expect(alone.role).toBe('owner')
    const own = await startDatabase(alone, { settings })
    // An errand's owner is waited for: two errands never share a server that the first would stop.
    const next = openDataFolder(folder, { purpose: 'owner' })
    await own.close()
    await alone.close()
    expect((await next).role).toBe('owner')
  })
})
