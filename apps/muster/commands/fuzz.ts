import { readCount, runReported } from './reported-run.ts'

/** What the run writes down of itself. */
interface Report {
  readonly seed: number
  readonly requests: number
  readonly statuses: Readonly<Record<string, number>>
  readonly losses: readonly unknown[]
}

/**
 * `muster fuzz --requests N [--seed S]`: sends N mutated requests to a portal of its own and judges every answer. The
 * last line is a sentence with the counts.
 *
 * @returns the exit code: 1 on any loss.
 */
export async function runFuzz(args: readonly string[]): Promise<number> {
  const wanted = readCount(args, 'requests', 5_000)
  const { code, report } = await runReported<Report>('fuzz', wanted)
  const { requests: sent = 0, statuses = {}, losses = [], seed = 'unknown' } = report
  const refused = Object.entries(statuses).reduce((sum, [status, count]) => sum + (status >= '400' ? count : 0), 0)
  console.log(
    `Sent ${sent} requests of ${wanted.many} (seed ${seed}): ${sent - refused} were obeyed, ${refused} refused, and ${losses.length} answers were wrong, late or left something behind.`,
  )
  return code === 0 && losses.length === 0 && sent === wanted.many ? 0 : 1
}
