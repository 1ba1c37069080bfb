import { spawn } from 'node:child_process'
import { join } from 'node:path'

const MAIN = join(import.meta.dirname, '../apps/muster/main.ts')

interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The command line as a process of its own. Variables of ours that this process was given do not reach it. */
export function muster(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const env = {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('MUSTER_'))),
    ...environment,
  }
  const child = spawn(process.execPath, [MAIN, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const ended = new Promise<Outcome>((done) => child.on('close', (code) => done({ code, ...output })))
  /** Waits until standard output holds `text`; throws what went wrong when the process ends first. */
  const says = (text: string | RegExp) =>
    new Promise<void>((done, fail) => {
      const look = () => {
        if (output.stdout.search(text) >= 0) done()
      }
      child.stdout.on('data', look)
      child.on('close', (code) => fail(new Error(`It ended with ${code}: ${output.stderr}`)))
      look()
    })
  return { child, output, ended, says }
}
