import { execFile } from 'node:child_process'
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A server that holds a data folder, as its `postmaster.pid` tells. */
export interface RunningServer {
  readonly pid: number
  /** The folder of its socket. */
  readonly host: string
  /** Whether it takes connections. */
  readonly ready: boolean
}

/**
 * Reads who serves the data: of `postmaster.pid` the lines 1 (process), 5 (socket folder) and 8 (state). Undefined when
 * no one does; a number that now belongs to another program doesn't count, nor does a process that only waits to be buried.
 */
export async function readRunningServer(data: string): Promise<RunningServer | undefined> {
  const lines = (await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  // A negative number is a single-user server's; nothing of ours starts one.
  if (!(pid > 0) || !(await isServerOf(pid, data))) return undefined
  return { pid, host: lines[4]?.trim() ?? '', ready: lines[7]?.trim() === 'ready' }
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (process.platform === 'linux') {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    return words.includes(data)
  }
  return new Promise((resolve) => {
    execFile('ps', ['-ww', '-o', 'args=', '-p', String(pid)], (error, stdout) =>
      resolve(!error && stdout.includes(` -D ${data} `)),
    )
  })
}

/**
 * After a crash the number in `postmaster.pid` may have gone to another program, and PostgreSQL would take that for a
 * running server. It takes its own parent for none, so we put ourselves there; the file stays, because PostgreSQL also
 * reads in it whether processes of the crashed server still hold its memory.
 */
export async function forgetReusedProcess(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined || (await readRunningServer(data))) return
  // Empty: the machine stopped while it was being written. PostgreSQL would wait for someone to look into it.
  if (text === '') return rm(file)
  const [, ...rest] = text.split('\n')
  const { uid, gid } = await stat(file)
  await writeFile(`${file}.new`, [String(process.pid), ...rest].join('\n'), { mode: 0o600 })
  await chown(`${file}.new`, uid, gid)
  await rename(`${file}.new`, file)
}
