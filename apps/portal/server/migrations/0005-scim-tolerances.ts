import { sqlMigration } from '@muster/service-kit/migrate.ts'

export const scimTolerances = sqlMigration(`
-- A workspace that never changed anything has no row: every tolerance holds.
create table portal.scim_tolerances (
  workspace_id text primary key references portal.workspaces,
  strict boolean not null,
  switched_off text[] not null
);

create table portal.scim_tolerance_uses (
  workspace_id text not null,
  name text collate "C" not null,
  count bigint not null,
  primary key (workspace_id, name)
);
`)
