import { ConfigurationError } from './configuration-error.ts'
import { type Database, run } from './database.ts'

/**
 * Remembers which secret key the stored secrets were sealed with, and refuses a node that holds another one: it could
 * read none of them, and what it wrote nobody else could. Each app's schema has a table `installation` of one row.
 *
 * @throws {ConfigurationError} when this node's key is the odd one.
 */
export async function checkSecretKey<Tables>(
  database: Database<Tables>,
  schema: 'portal' | 'directory',
  fingerprint: string,
  now: Date,
): Promise<void> {
  const rows = await run<{ key_fingerprint: string }>(
    database,
    `insert into ${schema}.installation (only_row, key_fingerprint, created_at) values (true, $1, $2)
     on conflict (only_row) do update set key_fingerprint = ${schema}.installation.key_fingerprint returning key_fingerprint`,
    [fingerprint, now],
  )
  if (rows[0]?.key_fingerprint !== fingerprint)
    throw new ConfigurationError(
      'MUSTER_SECRET_KEY is not the key that this database was set up with: give every node the same one',
    )
}
