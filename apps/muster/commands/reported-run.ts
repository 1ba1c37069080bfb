import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ConfigurationError } from '@muster/service-kit/configuration-error.ts'
import { runNode, toolPath } from './run-node.ts'

/**
 * Runs a test that goes on for as long as it is told to, and writes down what came of it.
 *
 * @param test names the test, `test/{test}.test.ts`, and its variables: `{TEST}_REPORT`, `{TEST}_SEED`, `{TEST}_{COUNT}`.
 * @returns its exit code, and the report: empty when it wrote none.
 */
export async function runReported<Report extends object>(
  test: string,
  { count, many, seed }: { readonly count: string; readonly many: number; readonly seed: string | undefined },
): Promise<{ readonly code: number; readonly report: Partial<Report> }> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-report-'))
  const file = join(folder, `${test}.json`)
  const variable = (name: string) => `${test}_${name}`.toUpperCase()
  try {
    const environment = {
      [variable(count)]: String(many),
      [variable('report')]: file,
      ...(seed === undefined ? {} : { [variable('seed')]: seed }),
    }
    const code = await runNode([toolPath('vitest/vitest.mjs'), 'run', `test/${test}.test.ts`], environment)
    return { code, report: JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Partial<Report> }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Reads `--{count} N [--seed S]`.
 *
 * @throws {ConfigurationError} for anything else.
 */
export function readCount(args: readonly string[], count: string, usual: number) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { [count]: { type: 'string', default: String(usual) }, seed: { type: 'string' } },
    })
    const many = Number(values[count])
    const seed = typeof values.seed === 'string' ? values.seed : undefined
    if (!Number.isInteger(many) || many < 1) throw new Error(`--${count} must be a whole number from 1`)
    if (seed !== undefined && !/^\d{1,9}$/.test(seed)) throw new Error('--seed must be a whole number')
    return { count, many, seed }
  } catch (error) {
    throw new ConfigurationError((error as Error).message)
  }
}
