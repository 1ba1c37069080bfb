import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { type Round, runRounds } from './crash/rounds.ts'

/** `npm run crash` asks for more rounds, for the seed of an earlier run, and for the rounds as JSON. */
const { CRASH_ROUNDS = '20', CRASH_SEED, CRASH_REPORT } = process.env
const rounds = Number(CRASH_ROUNDS)
const seed = Number(CRASH_SEED ?? Date.now() % 1_000_000)

test(
  `killed ${rounds} times in the middle of cycles and PATCHes, nothing is lost, doubled or half there`,
  async () => {
    console.log(`crash: seed ${seed}`)
    const seen: Round[] = []
    const onRound = (round: Round) => {
      seen.push(round)
      if (CRASH_REPORT !== undefined || round.wrong.length > 0) console.log(JSON.stringify(round))
    }
    try {
      await runRounds({ rounds, seed, people: 60, onRound })
    } finally {
      if (CRASH_REPORT !== undefined) await writeFile(CRASH_REPORT, JSON.stringify({ seed, rounds: seen }))
    }
    expect(seen.filter(({ wrong }) => wrong.length > 0)).toEqual([])
    expect(seen).toHaveLength(rounds)
    // A kill that came when nothing was under way shows nothing.
    expect(seen.filter(({ midCycle }) => midCycle).length).toBeGreaterThan(rounds / 3)
    expect(seen.at(-1)?.acknowledged).toBeGreaterThan(rounds)
  },
  60_000 + rounds * 30_000,
)
