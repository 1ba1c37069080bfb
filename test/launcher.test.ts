import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

/** What stands for npm: notes that it ran, takes a moment, and leaves a `node_modules` or, told so, a complaint. */
const NPM = `#!/bin/sh
echo "$$ $*" >> npm.log
if [ -e broken ]; then echo 'npm error code E404' >&2; echo 'npm error 404 Not Found: left-pad' >&2; exit 1; fi
rm -rf node_modules
[ -e slow ] && sleep 4
sleep 0.2
mkdir node_modules
`
const COMMAND = `console.log(process.argv.slice(2).join(' ')); process.exitCode = 7`

let home = ''
let children: ChildProcess[] = []

beforeEach(async () => {
  children = []
  home = await mkdtemp(join(tmpdir(), 'muster-launch-'))
  for (const name of ['launch.mjs', 'build-consoles.mjs'])
    await copyFile(join(import.meta.dirname, '..', name), join(home, name))
  await writeFile(join(home, 'package-lock.json'), '{}')
  await mkdir(join(home, 'apps/muster'), { recursive: true })
  await writeFile(join(home, 'apps/muster/main.ts'), COMMAND)
  await mkdir(join(home, 'bin'))
  await writeFile(join(home, 'bin/npm'), NPM)
  await chmod(join(home, 'bin/npm'), 0o755)
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(home, { recursive: true, force: true })
})

function launch(...args: string[]) {
  const env = { PATH: `${join(home, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`, NODE_ENV: 'production' }
  const child = spawn(process.execPath, ['launch.mjs', ...args], { cwd: home, env, stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    err += String(chunk)
  })
  return { child, ended: once(child, 'close').then(([code, signal]) => ({ code, signal, out, err })) }
}

const installs = async (): Promise<string[]> =>
  (await readFile(join(home, 'npm.log'), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '')

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(10)
}

describe('the launcher', () => {
  test('sets up once, saying so on standard error, and hands arguments and exit code through', async () => {
    const first = await launch('check', '--report', 'json').ended
    expect(first).toMatchObject({
      code: 7,
      out: 'check --report json\n',
      err: expect.stringMatching(/^muster: installing/),
    })
    expect(await launch('up').ended).toEqual({ code: 7, signal: null, out: 'up\n', err: '' })
    expect(await installs()).toEqual([expect.stringContaining('ci --include=dev --include=optional')])
  })

  test.each([
    { why: 'the lock has changed', spoil: () => writeFile(join(home, 'package-lock.json'), '{ }') },
    { why: 'node_modules is gone', spoil: () => rm(join(home, 'node_modules'), { recursive: true }) },
  ])('sets up again when $why', async ({ spoil }) => {
    await launch().ended
    await spoil()
    await launch().ended
    expect(await installs()).toHaveLength(2)
  })

  test('started twice at once, sets up once', async () => {
    const both = await Promise.all([launch('a').ended, launch('b').ended])
    expect(both.map(({ code }) => code)).toEqual([7, 7])
    expect(await installs()).toHaveLength(1)
  })

  test('killed at the set-up, is repeated by the next start once its npm is gone', async () => {
    await writeFile(join(home, 'slow'), '')
    const killed = launch()
    await until(async () => (await installs()).length === 1)
    killed.child.kill('SIGKILL')
    await killed.ended.catch(() => undefined)
    await rm(join(home, 'slow'))
    const next = launch('up')
    await until(async () => existsSync(join(home, '.muster-setup')))
    process.kill(Number((await installs())[0]?.split(' ')[0]), 'SIGKILL')
    expect(await next.ended).toMatchObject({ code: 7, out: 'up\n' })
    expect(await installs()).toHaveLength(2)
    expect(existsSync(join(home, '.muster-setup'))).toBe(false)
  })

  test('told to end during the set-up, ends by that signal and leaves the turn free', async () => {
    await writeFile(join(home, 'slow'), '')
    const stopped = launch()
    await until(async () => (await installs()).length === 1)
    stopped.child.kill('SIGTERM')
    expect(await stopped.ended).toMatchObject({ signal: 'SIGTERM' })
    expect(existsSync(join(home, '.muster-setup'))).toBe(false)
  })

  test('hands SIGTERM on, and gives back how the command ended', async () => {
    await writeFile(
      join(home, 'apps/muster/main.ts'),
      `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('up')`,
    )
    const { child, ended } = launch()
    await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject({ code: 0, signal: null })
  })

  test('says in one line why a set-up failed, and exits 2', async () => {
    await writeFile(join(home, 'broken'), '')
    const { code, out, err } = await launch().ended
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.split('\n').slice(1)).toEqual([
      'muster: set-up failed: npm ci failed (exit 1): 404 Not Found: left-pad',
      '',
    ])
  })
})
