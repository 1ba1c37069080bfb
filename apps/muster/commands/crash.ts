import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { runNode, toolPath } from './run-node.ts'

/** What the rounds write down of themselves. */
interface Report {
  readonly seed?: number
  readonly rounds?: readonly { readonly wrong: readonly string[]; readonly acknowledged: number }[]
}

/**
 * `muster crash --rounds N [--seed S]`: kills a Muster of its own, and its PostgreSQL, N times in the middle of work
 * and looks for what is lost. The last line is a sentence with the counts.
 *
 * @returns the exit code: 1 on any loss.
 */
export async function runCrash(args: readonly string[]): Promise<number> {
  const { rounds, seed } = readArguments(args)
  const folder = await mkdtemp(join(tmpdir(), 'muster-report-'))
  const file = join(folder, 'crash.json')
  try {
    const environment = {
      CRASH_ROUNDS: String(rounds),
      CRASH_REPORT: file,
      ...(seed === undefined ? {} : { CRASH_SEED: seed }),
    }
    const code = await runNode([toolPath('vitest/vitest.mjs'), 'run', 'test/crash.test.ts'], environment)
    const report = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Report
    const done = report.rounds ?? []
    const losses = done.reduce((sum, { wrong }) => sum + wrong.length, 0)
    const acknowledged = done.at(-1)?.acknowledged ?? 0
    console.log(
      `Killed ${done.length} times of ${rounds} (seed ${report.seed ?? 'unknown'}): ${acknowledged} writes were acknowledged beside the cycles, and ${losses} things were lost, doubled or half there.`,
    )
    return code === 0 && losses === 0 && done.length === rounds ? 0 : 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readArguments(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { rounds: { type: 'string', default: '20' }, seed: { type: 'string' } },
    })
    const rounds = Number(values.rounds)
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds must be a whole number from 1')
    if (values.seed !== undefined && !/^\d{1,9}$/.test(values.seed)) throw new Error('--seed must be a whole number')
    return { rounds, seed: values.seed }
  } catch (error) {
    throw new ConfigurationError((error as Error).message)
  }
}
