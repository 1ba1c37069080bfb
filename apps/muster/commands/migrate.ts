import { systemClock } from '@muster/service-kit/clock.ts'
import { openDatabases, readyApp } from '../databases.ts'
import type { Settings } from '../settings.ts'

/** `muster migrate`: brings both schemas up to date. Safe while nodes run, and again. */
export async function runMigrate(settings: Settings): Promise<void> {
  const databases = await openDatabases(settings, 'guest')
  try {
    const clock = systemClock(settings.clockOffsetMs)
    for (const app of ['portal', 'directory'] as const) await readyApp(settings, databases, app, clock)
    process.stdout.write('The database is up to date.\n')
  } finally {
    await databases.close()
  }
}
