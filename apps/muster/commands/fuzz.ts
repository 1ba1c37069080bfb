import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { runNode, toolPath } from './run-node.ts'

/** What the run writes down of itself. */
interface Report {
  readonly seed?: number
  readonly requests?: number
  readonly statuses?: Readonly<Record<string, number>>
  readonly losses?: readonly unknown[]
}

/**
 * `muster fuzz --requests N [--seed S]`: sends N mutated requests to a portal of its own and judges every answer. The
 * last line is a sentence with the counts.
 *
 * @returns the exit code: 1 on any loss.
 */
export async function runFuzz(args: readonly string[]): Promise<number> {
  const { requests, seed } = readArguments(args)
  const folder = await mkdtemp(join(tmpdir(), 'muster-report-'))
  const file = join(folder, 'fuzz.json')
  try {
    const environment = {
      FUZZ_REQUESTS: String(requests),
      FUZZ_REPORT: file,
      ...(seed === undefined ? {} : { FUZZ_SEED: seed }),
    }
    const code = await runNode([toolPath('vitest/vitest.mjs'), 'run', 'test/fuzz.test.ts'], environment)
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Report
    const { requests: sent = 0, statuses = {}, losses = [] } = report
    const refused = Object.entries(statuses).reduce((sum, [status, count]) => sum + (status >= '400' ? count : 0), 0)
    console.log(
      `Sent ${sent} requests of ${requests} (seed ${report.seed ?? 'unknown'}): ${sent - refused} were obeyed, ${refused} refused, and ${losses.length} answers were wrong, late or left something behind.`,
    )
    return code === 0 && losses.length === 0 && sent === requests ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { requests: { type: 'string', default: '5000' }, seed: { type: 'string' } },
    })
    const requests = Number(values.requests)
    if (!Number.isInteger(requests) || requests < 1) throw new Error('--requests must be a whole number from 1')
    if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error('--seed must be a whole number')
    return { requests, seed: values.seed }
  } catch (error) {
    throw new ConfigurationError((error as Error).message)
  }
}
