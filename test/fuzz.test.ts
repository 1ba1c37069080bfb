import { writeFile } from 'node:fs/promises'
import { portalForTests } from '@muster/portal/server/portal-for-tests.ts'
import { expect, test } from 'vitest'
import { freshDatabase } from './database.ts'
import { runFuzz } from './fuzz/run-fuzz.ts'

/** `npm run fuzz` asks for more requests, for the seed of an earlier run, and for a report as JSON. */
const { FUZZ_REQUESTS = '5000', FUZZ_SEED, FUZZ_REPORT } = process.env
const requests = Number(FUZZ_REQUESTS)
const seed = Number(FUZZ_SEED ?? Date.now() % 1_000_000)

test(
  `${requests} mutated requests: no fault, no silence, and what is refused changes nothing`,
  async () => {
    const { database } = await freshDatabase()
    const report = await runFuzz(await portalForTests(database), { requests, seed })
    const { losses, statuses } = report
    console.log(`fuzz: seed ${seed}, answers by status ${JSON.stringify(statuses)}`)
    if (FUZZ_REPORT !== undefined) await writeFile(FUZZ_REPORT, JSON.stringify(report))
    const told = losses.slice(0, 20).map((loss) => JSON.stringify(loss).slice(0, 3_000))
    expect(told, `seed ${seed}`).toEqual([])
    expect(report.requests).toBe(requests)
    // Requests that are all refused, or all taken, would look into one corner only.
    const good = Object.entries(statuses).reduce((sum, [status, count]) => sum + (status < '300' ? count : 0), 0)
    expect(good / requests).toBeGreaterThan(0.15)
    expect(good / requests).toBeLessThan(0.85)
  },
  60_000 + requests * 100,
)
