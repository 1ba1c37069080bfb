#!/usr/bin/env node
/**
 * The door of `npm start`, `npm test` and `npx muster`: sets up what is missing or stale, then runs the command line on
 * the pinned Node. Plain JavaScript without dependencies, because it runs before there are any, and on older Nodes.
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildConsoles, staleConsoles } from './build-consoles.mjs'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP']
/** Exit code for what the user must mend; the command line uses it likewise. */
const CANNOT_RUN = 2
const OLDEST_NODE = 24

const root = dirname(fileURLToPath(import.meta.url))
/** Says which lock `node_modules` was installed from. In there, so that it goes when that goes. */
const stamp = join(root, 'node_modules/.muster-lock')
/** Held by whoever is setting up. */
const turn = join(root, '.muster-setup')
const pinned = join(root, 'node_modules/.bin/node')

/** Something to be told in one line. */
class SetUpError extends Error {}

const lock = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform + process.arch)
    .digest('hex')

const readOr = (file, other) => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return other
  }
}

/** Runs a program to its end, handing signals on; a terminal's Ctrl-C reaches it by the process group already. */
function run(command, args, options, onStart = () => {}) {
  const child = spawn(command, args, options)
  let told
  const hand = (signal) => {
    told = signal
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
  }
  for (const signal of SIGNALS) process.on(signal, hand)
  onStart(child)
  return new Promise((done, fail) => {
    const settle = (how, value) => {
      for (const signal of SIGNALS) process.off(signal, hand)
      how(value)
    }
    child.on('error', (error) => settle(fail, error))
    child.on('exit', (code, signal) => {
      // What it said last may still be in its pipes; what it left behind may hold them open for long.
      const late = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, 500)
      child.once('close', () => {
        clearTimeout(late)
        settle(done, { code, signal, told })
      })
    })
  })
}

const lives = (pid) => {
  try {
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** How often the holder of the turn shows that it lives, and how long its silence is borne. */
const BEAT_MS = 1_000
const SILENCE_MS = 120_000
const POLL_MS = 200

/**
 * One set-up at a time: two starts at once must not both run `npm ci`. The turn names the launcher and its npm, which
 * outlives a killed launcher. It is passed over when both are gone, or when nobody has touched it for long: then its
 * numbers belong to other programs.
 */
async function takeTurn() {
  let passedOver = false
  let [silence, beat] = [0, 0]
  for (let waited = 0; ; waited += POLL_MS) {
    try {
      writeFileSync(turn, `${process.pid} 0`, { flag: 'wx' })
      // Of two that passed over the same dead holder, the later one may just be removing what the earlier one wrote.
      if (passedOver) await sleep(2 * POLL_MS)
      if (readOr(turn, '').startsWith(`${process.pid} `)) return
    } catch (error) {
      if (error.code !== 'EEXIST') throw new SetUpError(`cannot write ${root} (${error.code})`)
    }
    const holders = readOr(turn, '').split(' ').map(Number)
    const touched = statSync(turn, { throwIfNoEntry: false })?.mtimeMs ?? 0
    silence = touched === beat ? silence + POLL_MS : 0
    beat = touched
    // A file that is still empty has a holder that is just writing it.
    const isDead = holders.length === 2 ? !holders.some(lives) : silence > 10 * BEAT_MS
    if (isDead || silence > SILENCE_MS) {
      rmSync(turn, { force: true })
      passedOver = true
      continue
    }
    if (waited === 5 * POLL_MS) console.error(`muster: waiting for the set-up that process ${holders[0]} is at`)
    await sleep(POLL_MS)
  }
}

/** What the outer npm was told must not reach the inner one; the user's registry or proxy must. */
const OUTER =
  /^(npm_(package|lifecycle)_.*|npm_config_(workspaces?|include_workspace_root|omit|include|only|production|global|location|dry_run|json|call|package|package_lock|package_lock_only)|NODE_ENV)$/i

async function npmCi() {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OUTER.test(name)))
  const cli = process.env.npm_execpath
  const [command, ...before] = cli?.endsWith('npm-cli.js') ? [process.execPath, cli] : ['npm']
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
  const said = []
  const options = { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }
  const beat = setInterval(() => utimesSync(turn, new Date(), new Date()), BEAT_MS)
  try {
    const ended = await run(command, [...before, ...args], options, (child) => {
      if (child.pid) writeFileSync(turn, `${process.pid} ${child.pid}`)
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
    })
    return { ...ended, said: Buffer.concat(said).toString('utf8') }
  } catch (error) {
    throw new SetUpError(error.code === 'ENOENT' ? 'npm was not found' : `npm did not start (${error.message})`)
  } finally {
    clearInterval(beat)
  }
}

/** npm's own reason, without its code lines and the pointer to its log. */
function reasonOf(said) {
  const lines = said.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim())
  const telling = lines.filter((line) => line && !/^(code|errno|syscall) |A complete log|^npm warn/i.test(line))
  return telling.slice(0, 2).join(' ').slice(0, 300) || 'npm gave no reason'
}

/** Commands that serve the consoles, or try them in a browser. */
const WITH_CONSOLES = ['up', 'portal', 'directory', 'tour', 'test', 'screenshots']

const isInstalled = () => readOr(stamp) === lock()
const stale = () => (WITH_CONSOLES.includes(process.argv[2]) ? staleConsoles(root) : [])

/**
 * Installs what the lock names and builds the consoles that are stale. What is killed leaves no stamp, so that the next
 * start does it again.
 *
 * @returns the signal that we were told to end by meanwhile.
 */
async function setUp() {
  await takeTurn()
  try {
    // Whoever had the turn before us may have done it.
    return (isInstalled() ? undefined : await install()) ?? (await build())
  } finally {
    rmSync(turn, { force: true })
  }
}

async function install() {
  console.error('muster: installing dependencies (about a minute, once)')
  const { code, signal, told, said } = await npmCi()
  if (told) return told
  if (code !== 0) throw new SetUpError(`npm ci failed (${signal ?? `exit ${code}`}): ${reasonOf(said)}`)
  writeFileSync(stamp, lock())
  return undefined
}

async function build() {
  const consoles = stale()
  if (consoles.length === 0) return undefined
  console.error('muster: building the consoles (a few seconds, when they have changed)')
  let told
  const trouble = await buildConsoles(root, consoles, async (args) => {
    const said = []
    const vite = [join(root, 'node_modules/vite/bin/vite.js'), ...args]
    const env = { ...process.env, NODE_ENV: 'production' }
    const ended = await run(chooseNode(), vite, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }, (child) => {
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(chunk))
    })
    told ??= ended.told
    return { code: ended.code, said: Buffer.concat(said).toString('utf8') }
  })
  if (told) return told
  if (trouble) throw new SetUpError(trouble)
  return undefined
}

function chooseNode() {
  if (existsSync(pinned) && spawnSync(pinned, ['-v']).status === 0) return pinned
  if (Number.parseInt(process.versions.node, 10) >= OLDEST_NODE) return process.execPath
  throw new SetUpError(`Node ${OLDEST_NODE} or later is needed, this is ${process.version}`)
}

try {
  const told = isInstalled() && stale().length === 0 ? undefined : await setUp()
  const args = [join(root, 'apps/muster/main.ts'), ...process.argv.slice(2)]
  const { code, signal } = told ? { signal: told } : await run(chooseNode(), args, { stdio: 'inherit' })
  if (signal) process.kill(process.pid, signal)
  else process.exitCode = code ?? 1
} catch (error) {
  console.error(`muster: ${error instanceof SetUpError ? `set-up failed: ${error.message}` : error.message}`)
  process.exitCode = CANNOT_RUN
}
