import { readCount, runReported } from './reported-run.ts'

/** What the rounds write down of themselves. */
interface Report {
  readonly seed: number
  readonly rounds: readonly { readonly wrong: readonly string[]; readonly acknowledged: number }[]
}

/**
 * `muster crash --rounds N [--seed S]`: kills a Muster of its own, and its PostgreSQL, N times in the middle of work
 * and looks for what is lost. The last line is a sentence with the counts.
 *
 * @returns the exit code: 1 on any loss.
 */
export async function runCrash(args: readonly string[]): Promise<number> {
  const wanted = readCount(args, 'rounds', 20)
  const { code, report } = await runReported<Report>('crash', wanted)
  const { rounds = [], seed = 'unknown' } = report
  const losses = rounds.reduce((sum, { wrong }) => sum + wrong.length, 0)
  const acknowledged = rounds.at(-1)?.acknowledged ?? 0
  console.log(
    `Killed ${rounds.length} times of ${wanted.many} (seed ${seed}): ${acknowledged} writes were acknowledged beside the cycles, and ${losses} things were lost, doubled or half there.`,
  )
  return code === 0 && losses === 0 && rounds.length === wanted.many ? 0 : 1
}
