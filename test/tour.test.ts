import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readSettings } from '../apps/muster/settings.ts'
import { startBoth } from '../apps/muster/start.ts'
import { STEPS } from '../apps/muster/tour/steps.ts'
import { type StepResult, tour } from '../apps/muster/tour/tour.ts'
import { freshDatabase } from './database.ts'

const folder = await mkdtemp(join(tmpdir(), 'muster-tour-test-'))
afterAll(() => rm(folder, { recursive: true, force: true }))

test('all nine steps hold over sockets, and a second walk finds the first one cleaned up', async () => {
  const { url } = await freshDatabase()
  const environment = {
    MUSTER_DATA_DIR: folder,
    MUSTER_DATABASE_URL: url,
    MUSTER_PORTAL_PORT: '0',
    MUSTER_DIRECTORY_PORT: '0',
    MUSTER_LOG_LEVEL: 'error',
    MUSTER_SAMPLE: '4',
  }
  const running = await startBoth(readSettings({}, environment))
  try {
    const said: string[] = []
    for (const walk of [1, 2]) {
      const results: StepResult[] = []
      await tour(running.bootstrap, {
        insistOnInterval: true,
        say: (line) => void said.push(line),
        onStep: (result) => void results.push(result),
      })
      expect(results.map(({ step, ok, error }) => ({ walk, step, ok, error }))).toEqual(
        STEPS.map((_, index) => ({ walk, step: index + 1, ok: true, error: undefined })),
      )
    }
    expect(said.filter((line) => line.startsWith('could not clean up'))).toEqual([])
  } finally {
    await running.stop()
  }
}, 120_000)
