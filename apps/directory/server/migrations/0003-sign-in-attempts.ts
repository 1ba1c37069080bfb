import { sqlMigration } from '@muster/service-kit/migrate.ts'

// One row for each address and account that tried to sign in lately. The key is a keyed hash, so that the table tells
// nobody who that was; it carries no tenant, because an address is counted before one is known.
export const signInAttempts = sqlMigration(`
create table directory.sign_in_attempts (
  key bytea primary key,
  window_began_at timestamptz not null,
  count integer not null
);
create index sign_in_attempts_window on directory.sign_in_attempts (window_began_at);
`)
