import { sqlMigration } from '@muster/service-kit/migrate.ts'

export const wholePortal = sqlMigration(`
-- Without a row everybody may call; with one, only who is in some row's network.
create table portal.ip_allowlist_entries (
  workspace_id text not null references portal.workspaces,
  -- IPv4 that is mapped into IPv6 stands here as the IPv4 it is.
  network inet not null,
  -- As it was written.
  address text not null,
  description text,
  primary key (workspace_id, network)
);

-- A value that the provider sends among a person's roles, and the role here that it gives.
create table portal.role_mappings (
  workspace_id text not null references portal.workspaces,
  id uuid not null,
  idp_value text collate "C" not null,
  role text not null,
  created_by text,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  constraint role_mappings_value_unique unique (workspace_id, idp_value)
);
create index role_mappings_by_role on portal.role_mappings (workspace_id, role);

-- What is said of somebody in a team that is kept by hand. The tags are jobs, such as its leader; they allow nothing.
alter table portal.team_members add column role_tags text[] not null default '{}';
alter table portal.team_members add column notifications_enabled boolean not null default true;
alter table portal.team_members add column description text;
`)
