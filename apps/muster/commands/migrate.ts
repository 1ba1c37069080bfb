import { directoryMigrations } from '@muster/directory/server/migrations/index.ts'
import { portalMigrations } from '@muster/portal/server/migrations/index.ts'
import { migrate } from '@muster/service-kit/migrate.ts'
import type { Settings } from '../settings.ts'
import { openDatabases } from '../start.ts'

/** `muster migrate`: brings both schemas up to date. Safe while nodes run, and again. */
export async function runMigrate(settings: Settings): Promise<void> {
  const { portalDatabase, directoryDatabase, close } = await openDatabases(settings, 'guest')
  try {
    await migrate(portalDatabase, portalMigrations, 'portal')
    await migrate(directoryDatabase, directoryMigrations, 'directory')
    process.stdout.write('The database is up to date.\n')
  } finally {
    await close()
  }
}
