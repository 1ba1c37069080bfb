import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Why a process holds a data folder: `owner` for as long as it runs, `guest` for one errand when nobody else does. */
export type Purpose = 'owner' | 'guest'

/** What stands in an owner's lock file. */
interface Lock {
  readonly pid: number
  /** Start of that process, so that another one that was given its number later is told apart. */
  readonly started: string
  readonly purpose: Purpose
  /** Whether it was given up; the file stays, so that numbers never repeat. */
  readonly released?: boolean
}

export type Claim =
  | { readonly outcome: 'taken'; readonly release: () => Promise<void> }
  | { readonly outcome: 'held'; readonly pid: number; readonly purpose: Purpose }

/**
 * Tries to become the folder's one owner.
 *
 * Locks are the files `owner-1.lock`, `owner-2.lock` …; the highest number counts. A successor of a dead or departed
 * owner makes the next number by `link`, which only one can; whoever then sees a higher number than his own came too
 * late and withdraws. So two that find the same dead owner at the same instant can't both succeed it, as they could if
 * each removed a single stale file and made it anew.
 */
export async function claimFolder(folder: string, purpose: Purpose): Promise<Claim> {
  for (;;) {
    const highest = Math.max(0, ...(await lockNumbers(folder)))
    const held = await readLock(folder, highest)
    if (held && !held.released && (await startOf(held.pid)) === held.started)
      return { outcome: 'held', pid: held.pid, purpose: held.purpose }
    const mine: Lock = { pid: process.pid, started: (await startOf(process.pid)) ?? '', purpose }
    if (await makeLock(folder, highest + 1, mine))
      return { outcome: 'taken', release: () => writeLock(folder, highest + 1, { ...mine, released: true }) }
  }
}

const lockFile = (folder: string, number: number): string => join(folder, `owner-${number}.lock`)

async function lockNumbers(folder: string): Promise<number[]> {
  const numbers = (await readdir(folder)).map((name) => Number(/^owner-(\d+)\.lock$/.exec(name)?.[1]))
  return numbers.filter((number) => number > 0)
}

/** Undefined when there is none, or the machine stopped before it had reached the disk. */
async function readLock(folder: string, number: number): Promise<Lock | undefined> {
  const text = await readFile(lockFile(folder, number), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
  try {
    return JSON.parse(text) as Lock
  } catch {
    return undefined
  }
}

/** Makes the lock unless another has; its file appears whole or not at all. */
async function makeLock(folder: string, number: number, lock: Lock): Promise<boolean> {
  const part = join(folder, `owner.${randomUUID()}`)
  await writeFile(part, `${JSON.stringify(lock)}\n`, { mode: 0o600 })
  try {
    await link(part, lockFile(folder, number))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(part, { force: true })
  }
  const numbers = await lockNumbers(folder)
  if (numbers.some((other) => other > number)) {
    await rm(lockFile(folder, number), { force: true })
    return false
  }
  for (const other of numbers) if (other < number) await rm(lockFile(folder, other), { force: true })
  return true
}

async function writeLock(folder: string, number: number, lock: Lock): Promise<void> {
  const part = join(folder, `owner.${randomUUID()}`)
  await writeFile(part, `${JSON.stringify(lock)}\n`, { mode: 0o600 })
  await rename(part, lockFile(folder, number))
}

/** When a process began, in whatever form the system tells; undefined when it doesn't run. */
async function startOf(pid: number): Promise<string | undefined> {
  if (process.platform !== 'linux')
    return new Promise((resolve) => {
      execFile('ps', ['-o', 'lstart=', '-p', String(pid)], { env: { LC_ALL: 'C' } }, (error, stdout) =>
        resolve(error ? undefined : stdout.trim() || undefined),
      )
    })
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  // proc(5): field 2, the name, may itself hold blanks and brackets; behind it follow 3, the state, and as 22 the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, ticks] = [fields[0], fields[19]]
  if (!ticks || state === 'Z' || state === 'X') return undefined // ended, only not yet buried by its parent
  // Ticks count from the machine's start.
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return `${boot.trim()} ${ticks}`
}
