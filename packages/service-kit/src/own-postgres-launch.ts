import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, cp, lchown, lstat, mkdir, readFile, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ConfigurationError } from './configuration-error.ts'
import type { Binaries } from './own-postgres-binaries.ts'

/** How to start a program that refuses to be root: with a command before it, or as another user. */
export interface Launch {
  readonly before: readonly string[]
  readonly as?: { readonly uid: number; readonly gid: number }
}

/** How a program ended. `status` is undefined when it could not be started or was killed. */
interface Ended {
  readonly status: number | undefined
  readonly said: string
}

/** Runs a program to its end. The folder is `/`, which every user may enter. */
export function runToEnd(command: string, args: readonly string[], as?: Launch['as']): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(command, args, { ...as, cwd: '/', encoding: 'utf8' }, (error, stdout, stderr) => {
      const status = error ? (typeof error.code === 'number' ? error.code : undefined) : 0
      resolve({ status, said: stderr || stdout || (error?.message ?? '') })
    })
  })
}

/**
 * PostgreSQL refuses root. A user namespace shows it root's own files as another user's, so nothing is copied or given
 * away; where the machine forbids that, a system user runs it.
 *
 * @throws {ConfigurationError} when we are root and neither way is open.
 */
export async function chooseLaunch(): Promise<Launch> {
  if (process.getuid?.() !== 0) return { before: [] }
  // 1 is a user that every /etc/passwd knows: initdb looks its name up.
  const namespace = ['--user', '--map-user=1', '--map-group=1', '--']
  const { status } = await runToEnd('unshare', [...namespace, 'true'])
  return status === 0 ? { before: ['unshare', ...namespace] } : launchAsSystemUser()
}

/** @throws {ConfigurationError} when the machine has no user for it. */
export async function launchAsSystemUser(): Promise<Launch> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '')
  const found = /^postgres:[^:]*:(\d+):(\d+)/m.exec(passwd) ?? /^nobody:[^:]*:(\d+):(\d+)/m.exec(passwd)
  if (!found)
    throw new ConfigurationError(
      'PostgreSQL does not run as root: start Muster as another user, or set MUSTER_DATABASE_URL',
    )
  return { before: [], as: { uid: Number(found[1]), gid: Number(found[2]) } }
}

const userOf = ({ as }: Launch) => as ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 }

const short = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Longest path of a Unix socket that every system takes: macOS 103 bytes, Linux 107. */
const LONGEST_SOCKET_PATH = 103

/** The folder of the server's socket: short, and named after the data, whose own path may be longer than a socket's may be. */
export function socketFolder(data: string): string {
  const name = `muster-${short(data)}`
  const folder = join(tmpdir(), name)
  return Buffer.byteLength(join(folder, '.s.PGSQL.5432')) > LONGEST_SOCKET_PATH ? join('/tmp', name) : folder
}

/**
 * Makes the socket's folder ours alone. Who may enter it may speak to the server, and the temporary folder is
 * everyone's: one that another user has put there is refused.
 *
 * @throws {ConfigurationError} when it is another user's, or no folder.
 */
export async function prepareSocketFolder(folder: string, data: string, launch: Launch): Promise<void> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return
    throw new ConfigurationError(`the temporary folder ${dirname(folder)} cannot be written (${error.code})`, {
      cause: error,
    })
  })
  const found = await lstat(folder)
  const { uid, gid } = userOf(launch)
  // The data's present owner counts as us: an earlier start may have run the server as that user.
  const owners = [process.getuid?.() ?? 0, uid, (await stat(data)).uid]
  if (!found.isDirectory() || !owners.includes(found.uid))
    throw new ConfigurationError(`${folder} belongs to another user: remove it, or set TMPDIR to a folder of your own`)
  if (found.uid !== uid) await lchown(folder, uid, gid)
  if ((found.mode & 0o777) !== 0o700) await chmod(folder, 0o700)
}

/**
 * Makes the data and the programs usable by whom PostgreSQL will run as.
 *
 * @returns the folder of the programs to run.
 * @throws {ConfigurationError} when that user can't reach the data at all.
 */
export async function prepareFiles(launch: Launch, binaries: Binaries, data: string): Promise<string> {
  const { uid, gid } = userOf(launch)
  if (process.getuid?.() === 0 && (await stat(data)).uid !== uid) {
    const { status, said } = await runToEnd('chown', ['-R', `${uid}:${gid}`, data])
    if (status !== 0)
      throw new ConfigurationError(`data folder ${dirname(data)} cannot be given to user ${uid}: ${said.trim()}`)
  }
  const bin = join(binaries.home, 'bin')
  if (!launch.as) return bin
  // Through, not into: the names in the data folder stay unreadable.
  await chmod(dirname(data), 0o711)
  if ((await runToEnd('test', ['-x', dirname(data)], launch.as)).status !== 0)
    throw new ConfigurationError(
      `PostgreSQL does not run as root, and no other user can reach ${dirname(data)}: choose a data folder outside root's home`,
    )
  if ((await runToEnd(join(bin, 'postgres'), ['-V'], launch.as)).status === 0) return bin
  return join(await copyBinaries(binaries), 'bin')
}

/** A copy that any user can read, for programs under a folder like root's home. Named by version: it is never stale. */
async function copyBinaries({ home, version }: Binaries): Promise<string> {
  const copy = join(tmpdir(), `muster-postgres-${version}-${short(home)}`)
  if (!existsSync(copy)) {
    const part = `${copy}.${process.pid}`
    await cp(home, part, { recursive: true, verbatimSymlinks: true })
    await chmod(part, 0o755)
    await rename(part, copy).catch((error) => {
      if (!existsSync(copy)) throw error // else another start was first
    })
  }
  const found = await lstat(copy)
  if (!found.isDirectory() || found.uid !== process.getuid?.() || (found.mode & 0o022) !== 0)
    throw new ConfigurationError(`${copy} belongs to another user: remove it, or set TMPDIR to a folder of your own`)
  return copy
}
