import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { ConfigurationError } from './configuration-error.ts'
import type { Database } from './database.ts'

/** Migrations by name, in the order of their names. Each runs once, all of them in one transaction. */
export type Migrations = Readonly<Record<string, Migration>>

/** A migration that is plain SQL, several statements if need be. */
export function sqlMigration(text: string): Migration {
  return { up: async (on: Kysely<unknown>) => void (await sql.raw(text).execute(on)) }
}

/**
 * Brings `schema` (an app's own) up to date. Several nodes may start at once: Kysely's lock lets one do it.
 *
 * @throws {ConfigurationError} when the database was migrated by a newer Muster: its data is not touched.
 */
export async function migrate<Tables>(
  database: Database<Tables>,
  migrations: Migrations,
  schema: string,
): Promise<void> {
  const migrator = new Migrator({
    db: database.query as unknown as Kysely<unknown>,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schema,
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  })
  const { error } = await migrator.migrateToLatest()
  if (!error) return
  const missing = /previously executed migration (\S+) is missing/.exec(error instanceof Error ? error.message : '')
  if (missing)
    throw new ConfigurationError(
      `the database is newer than this Muster (schema ${schema} has ${missing[1]}): start the version that wrote it, or a later one`,
    )
  throw error
}

/** Whether every migration has run: what `/readyz` asks. */
export async function isMigrated<Tables>(
  database: Database<Tables>,
  migrations: Migrations,
  schema: string,
): Promise<boolean> {
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(`${schema}.migrations`)}`.execute(
    database.query,
  )
  const done = new Set(rows.map((row) => row.name))
  return Object.keys(migrations).every((name) => done.has(name))
}
