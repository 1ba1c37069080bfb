import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { compareBothEnds } from './compare.ts'
import { openDice } from './dice.ts'
import { killPostgres, openMuster, type RunningMuster } from './muster-process.ts'
import { askForCycle, connectEveryone, nameTarget, stir, untilSteady } from './scene.ts'
import { openWriters, type Writers } from './writers.ts'

/** What is killed, and when: in the middle of a cycle, or of the PATCHes of a second client. */
const KILLS = [
  { victim: 'muster', moment: 'cycle' },
  { victim: 'muster', moment: 'patch' },
  { victim: 'postgres', moment: 'cycle' },
  { victim: 'muster', moment: 'cycle' },
  { victim: 'postgres', moment: 'patch' },
] as const

/** Longest wait for a moment to come; after it the kill comes all the same. */
const MOMENT_LIMIT_MS = 5_000

export interface Round {
  readonly round: number
  readonly victim: 'muster' | 'postgres'
  readonly moment: 'cycle' | 'patch'
  /** How many log rows or acknowledged PATCHes were waited for. */
  readonly after: number
  /** Whether a cycle was under way when the kill came. */
  readonly midCycle: boolean
  readonly acknowledged: number
  readonly cyclesToRest: number
  readonly milliseconds: number
  /** What was lost, doubled or half there: nothing, if all is well. */
  readonly wrong: readonly string[]
}

/**
 * Kills Muster or its PostgreSQL again and again in the middle of work, starts it, lets it come to rest and compares
 * both ends whole. One Muster lives through all rounds, so that what one leaves behind is found by the next.
 */
export async function runRounds(options: {
  readonly rounds: number
  readonly seed: number
  readonly people: number
  readonly onRound?: (round: Round) => void
}): Promise<Round[]> {
  const dice = openDice(options.seed)
  const process = await openMuster(await mkdtemp(join(tmpdir(), 'muster-crash-')), options.people)
  const results: Round[] = []
  let muster = await process.start()
  try {
    const jobPath = await connectEveryone(muster)
    const writers = await openWriters(muster)
    for (let round = 1; round <= options.rounds; round += 1) {
      const began = performance.now()
      const { victim, moment } = KILLS[(round - 1) % KILLS.length] ?? KILLS[0]
      // The first cycle has everyone to send, so it isn't stirred.
      if (round > 1) await stir(muster, dice, round)
      const after = moment === 'cycle' ? dice.between(1, 60) : dice.between(5, 150)
      const isOver = await momentOf(muster, writers, moment, after)
      const writing = writers.run(muster)
      await askForCycle(muster, jobPath, round === 1 ? 'start' : 'runNow')
      await isOver()
      const midCycle = await isMidCycle(muster)
      const wrong: string[] = []
      if (victim === 'postgres') {
        await killPostgres(muster.postgresPid)
        wrong.push(...(await writing.stop()))
        if (!process.isRunning()) wrong.push(`muster ended with its PostgreSQL: ${process.said()}`)
      }
      await process.kill()
      wrong.push(...(await writing.stop()))
      const acknowledged = writers.acknowledged()
      await muster.close()

      muster = await process.start()
      await nameTarget(muster, jobPath)
      const cyclesToRest = await untilSteady(muster, jobPath)
      wrong.push(...(await writers.check(muster)), ...(await compareBothEnds(muster, writers)))
      const milliseconds = Math.round(performance.now() - began)
      const result = { round, victim, moment, after, midCycle, acknowledged, cyclesToRest, milliseconds, wrong }
      results.push(result)
      options.onRound?.(result)
    }
  } finally {
    await muster.close()
    await process.remove()
  }
  return results
}

/** Prepares to see a moment come: so many rows more in the provisioning log, or PATCHes acknowledged. */
async function momentOf(muster: RunningMuster, writers: Writers, moment: 'cycle' | 'patch', after: number) {
  const count = async () =>
    moment === 'patch'
      ? writers.acknowledged()
      : Number((await muster.ask<{ rows: string }>('select count(*) as rows from directory.provisioning_log'))[0]?.rows)
  const before = await count()
  return async () => {
    const end = performance.now() + MOMENT_LIMIT_MS
    while ((await count()) < before + after && performance.now() < end) await sleep(2)
  }
}

async function isMidCycle({ ask }: RunningMuster): Promise<boolean> {
  return (await ask(`select 1 from directory.cycles where state = 'Running'`)).length > 0
}
