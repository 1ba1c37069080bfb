import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { findCredentials } from '@muster/service-kit/ids.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** What must hold besides the tests: a title and the tool that judges it. */
const CHECKS = [
  { title: 'types', tool: ['tsc', '-p', 'tsconfig.json'] },
  { title: 'console types', tool: ['tsc', '-p', 'tsconfig.console.json'] },
  { title: 'lint', tool: ['biome', 'check', '.'] },
  {
    title: 'boundaries',
    tool: ['depcruise', '--config', '.dependency-cruiser.cjs', 'packages', 'apps', 'test', 'bench', 'examples'],
  },
  { title: 'unused code', tool: ['knip'] },
] as const

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/**
 * `muster test`: types, lint, boundaries, unused code, then every test. All of them run, whichever fails, so that one
 * run tells everything. With arguments only the tests that they select, as vitest reads them.
 *
 * The last line is `N passed, N failed, N skipped`, checks and tests together.
 *
 * @returns the exit code: 0 when nothing failed.
 */
export async function runTests(args: readonly string[]): Promise<number> {
  let [passed, failed] = [0, 0]
  if (args.length === 0)
    for (const { title, tool } of CHECKS) {
      if (await runCheck(title, tool)) passed += 1
      else failed += 1
    }
  const tests = await runVitest(args)
  const total = { passed: passed + tests.passed, failed: failed + tests.failed, skipped: tests.skipped }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return total.failed === 0 ? 0 : 1
}

/** Runs a tool; what it says is shown only when it fails. */
async function runCheck(title: string, tool: readonly string[]): Promise<boolean> {
  const start = performance.now()
  const { code, said } = await runTool(tool, 'quiet')
  console.log(`${code === 0 ? '✓' : '✗'} ${title.padEnd(13)} ${secondsSince(start)}`)
  if (code !== 0) console.log(said.trimEnd())
  return code === 0
}

async function runVitest(args: readonly string[]): Promise<Counts> {
  const start = performance.now()
  const folder = await mkdtemp(join(tmpdir(), 'muster-report-'))
  const report = join(folder, 'report.json')
  try {
    console.log('  tests')
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const { code, said } = await runTool(['vitest', 'run', ...reporters, ...args], 'shown')
    const counts = readReport(await readFile(report, 'utf8').catch(() => '{}'))
    // A run can fail without a test that does: an error outside of any, no file found, the server not started.
    const failed = code !== 0 && counts.failed === 0 ? 1 : counts.failed
    console.log(`${failed === 0 ? '✓' : '✗'} ${'tests'.padEnd(13)} ${secondsSince(start)}`)
    const leaked = findCredentials(said).length
    console.log(
      `${leaked === 0 ? '✓' : '✗'} ${'no secret'.padEnd(13)} ${leaked} keys, tokens or sessions in that output`,
    )
    return { ...counts, passed: counts.passed + (leaked === 0 ? 1 : 0), failed: failed + (leaked === 0 ? 0 : 1) }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The part of vitest's JSON report that is counted. */
interface Report {
  readonly numPassedTests?: number
  readonly numFailedTests?: number
  readonly numPendingTests?: number
  readonly numTodoTests?: number
  readonly testResults?: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

function readReport(text: string): Counts {
  const report = JSON.parse(text) as Report
  // A file that can't even be loaded holds no test that fails.
  const broken = (report.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  )
  return {
    passed: report.numPassedTests ?? 0,
    failed: (report.numFailedTests ?? 0) + broken.length,
    skipped: (report.numPendingTests ?? 0) + (report.numTodoTests ?? 0),
  }
}

const secondsSince = (start: number): string => `${((performance.now() - start) / 1000).toFixed(1)} s`

/** Runs one of the installed tools on the Node that runs us: their own first line would ask the PATH for one. */
function runTool(
  tool: readonly string[],
  output: 'quiet' | 'shown',
): Promise<{ readonly code: number; readonly said: string }> {
  const [name = '', ...args] = tool
  const child = spawn(process.execPath, [join(ROOT, 'node_modules/.bin', name), ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    // It writes into a pipe; colours are for whoever looks at ours.
    env: output === 'shown' && process.stdout.isTTY ? { ...process.env, FORCE_COLOR: '1' } : process.env,
  })
  const said: Buffer[] = []
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const)
    from.on('data', (chunk: Buffer) => {
      said.push(chunk)
      if (output === 'shown') to.write(chunk)
    })
  // A terminal's Ctrl-C reaches the tool itself; a signal sent to us alone must not leave it behind.
  const hand = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGTERM', hand)
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code) => {
      process.off('SIGTERM', hand)
      done({ code: code ?? 1, said: Buffer.concat(said).toString('utf8') })
    })
  })
}
