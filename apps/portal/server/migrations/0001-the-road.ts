import { sqlMigration } from '@muster/service-kit/migrate.ts'

// Every key begins with the workspace, so that the data can be spread by it. Keys that are compared (`*_key`) are
// computed in TypeScript and collate "C": the database never folds a letter.
export const theRoad = sqlMigration(`
create schema if not exists portal;

create table portal.installation (
  only_row boolean primary key check (only_row),
  key_fingerprint text not null,
  created_at timestamptz not null
);

create table portal.workspaces (
  workspace_id text primary key,
  name text not null,
  created_at timestamptz not null
);

create table portal.settings (
  workspace_id text primary key references portal.workspaces,
  version bigint not null default 1,
  automatic_provisioning boolean not null default false,
  automatic_deprovisioning boolean not null default false,
  reject_unprovisioned_sign_in boolean not null default false,
  default_role text not null default 'BASIC:VIEWER',
  local_sign_in boolean not null default true,
  -- {type, identifier, sealedSecret, issuer, domains}; null until a connection is set up.
  openid_connector jsonb
);

-- The number that follows commits: one row per tenant and feed ('audit_entries', 'events').
create table portal.sequences (
  workspace_id text not null,
  feed text not null,
  last bigint not null,
  primary key (workspace_id, feed)
);

create table portal.users (
  workspace_id text not null references portal.workspaces,
  id uuid not null,
  -- Null for the local first admin, who stands outside the uniqueness of people's names.
  user_name_key text collate "C",
  user_name text not null,
  external_id text collate "C",
  display_name text not null,
  display_name_key text collate "C" not null,
  email text not null,
  email_key text collate "C" not null,
  active boolean not null,
  local_admin boolean not null default false,
  -- argon2id, of the local first admin only.
  password_hash text,
  source text not null check (source in ('SCIM', 'SIGN_IN', 'MANUAL')),
  -- The SCIM resource as it was given, without id and meta.
  attributes jsonb not null,
  -- One term 'workspace|path|folded value' for each value that an equality filter may ask for.
  keys text[] not null,
  version bigint not null default 1,
  created_at timestamptz not null,
  last_modified_at timestamptz not null,
  primary key (workspace_id, id),
  constraint users_user_name_unique unique (workspace_id, user_name_key)
);
create index users_external_id on portal.users (workspace_id, external_id) where external_id is not null;
create index users_display_name on portal.users (workspace_id, display_name_key, id);
create index users_active on portal.users (workspace_id, active, id);
create index users_keys on portal.users using gin (keys);
create index users_local_admin on portal.users (workspace_id, email_key) where local_admin;

create table portal.user_emails (
  workspace_id text not null,
  value_key text collate "C" not null,
  user_id uuid not null,
  primary key (workspace_id, value_key, user_id),
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index user_emails_by_user on portal.user_emails (workspace_id, user_id);

create table portal.identities (
  workspace_id text not null,
  issuer text not null,
  subject text not null,
  user_id uuid not null,
  bound_at timestamptz not null,
  primary key (workspace_id, issuer, subject),
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index identities_by_user on portal.identities (workspace_id, user_id);

-- Keyed hashes of who was removed by a SCIM DELETE: 'issuer|sub' and e-mail keys. A sign-in with these is refused.
create table portal.departed (
  workspace_id text not null,
  mark bytea not null,
  -- The id they had: all marks of one person are forgotten together when they are made again.
  person uuid not null,
  departed_at timestamptz not null,
  primary key (workspace_id, mark)
);
create index departed_by_person on portal.departed (workspace_id, person);

-- How many people there are, as appended differences: no two writers meet on one row. Folded into one row later.
create table portal.population (
  workspace_id text not null,
  id bigint generated always as identity,
  people integer not null,
  active_people integer not null,
  primary key (workspace_id, id)
);

create table portal.teams (
  workspace_id text not null references portal.workspaces,
  id uuid not null,
  tag text collate "C" not null,
  type text not null check (type in ('CORTEX', 'IDP')),
  name text not null,
  -- Set for teams of type IDP: a Group's displayName is unique among the workspace's Groups.
  group_name_key text collate "C",
  external_id text collate "C",
  description text,
  summary text,
  links jsonb not null default '[]',
  slack_channels jsonb not null default '[]',
  is_archived boolean not null default false,
  -- The SCIM Group as it was given, without id, meta and members. Empty for teams kept by hand.
  attributes jsonb not null default '{}',
  keys text[] not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null,
  last_modified_at timestamptz not null,
  primary key (workspace_id, id),
  constraint teams_tag_unique unique (workspace_id, tag),
  constraint teams_group_name_unique unique (workspace_id, group_name_key)
);
create index teams_external_id on portal.teams (workspace_id, external_id) where external_id is not null;
create index teams_keys on portal.teams using gin (keys);

create table portal.team_members (
  workspace_id text not null,
  team_id uuid not null,
  user_id uuid not null,
  source text not null check (source in ('SCIM', 'MANUAL')),
  added_at timestamptz not null,
  primary key (workspace_id, team_id, user_id),
  foreign key (workspace_id, team_id) references portal.teams on delete cascade,
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index team_members_by_user on portal.team_members (workspace_id, user_id);

-- What the provider said of someone who is inactive: it gives nothing and is shown nowhere, until they return.
create table portal.standing_members (
  workspace_id text not null,
  team_id uuid not null,
  user_id uuid not null,
  since timestamptz not null,
  primary key (workspace_id, team_id, user_id),
  foreign key (workspace_id, team_id) references portal.teams on delete cascade,
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index standing_members_by_user on portal.standing_members (workspace_id, user_id);

-- Custom roles. The four built-in ones are in the program.
create table portal.roles (
  workspace_id text not null references portal.workspaces,
  tag text collate "C" not null,
  name text not null,
  description text,
  created_at timestamptz not null,
  primary key (workspace_id, tag)
);

create table portal.role_permissions (
  workspace_id text not null,
  role_tag text collate "C" not null,
  permission text not null,
  primary key (workspace_id, role_tag, permission),
  foreign key (workspace_id, role_tag) references portal.roles on delete cascade
);

-- 'role' is 'BASIC:ADMIN' or 'CUSTOM:<tag>'. What a person gave is another row than what provisioning gave.
create table portal.user_roles (
  workspace_id text not null,
  user_id uuid not null,
  role text not null,
  source text not null check (source in ('DEFAULT', 'MAPPING', 'ADMIN', 'BOOTSTRAP')),
  granted_by text,
  granted_at timestamptz not null,
  primary key (workspace_id, user_id, role, source),
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index user_roles_by_role on portal.user_roles (workspace_id, role);

create table portal.team_roles (
  workspace_id text not null,
  team_id uuid not null,
  role text not null,
  granted_by text,
  granted_at timestamptz not null,
  primary key (workspace_id, team_id, role),
  foreign key (workspace_id, team_id) references portal.teams on delete cascade
);
create index team_roles_by_role on portal.team_roles (workspace_id, role);

create table portal.api_keys (
  workspace_id text not null references portal.workspaces,
  -- 'ak' and 16 hexadecimal digits.
  cid text not null,
  hash bytea not null,
  last4 text not null,
  name text not null,
  description text,
  expires_at timestamptz,
  created_by text,
  created_at timestamptz not null,
  primary key (workspace_id, cid),
  constraint api_keys_hash_unique unique (workspace_id, hash)
);

create table portal.api_key_roles (
  workspace_id text not null,
  cid text not null,
  role text not null,
  primary key (workspace_id, cid, role),
  foreign key (workspace_id, cid) references portal.api_keys on delete cascade
);
create index api_key_roles_by_role on portal.api_key_roles (workspace_id, role);

create table portal.access_tokens (
  workspace_id text not null,
  id uuid not null,
  user_id uuid not null,
  hash bytea not null,
  last4 text not null,
  name text not null,
  description text,
  expires_at timestamptz,
  created_at timestamptz not null,
  primary key (workspace_id, id),
  constraint access_tokens_hash_unique unique (workspace_id, hash),
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index access_tokens_by_user on portal.access_tokens (workspace_id, user_id);

create table portal.sessions (
  workspace_id text not null,
  id uuid not null,
  user_id uuid not null,
  hash bytea not null,
  via text not null check (via in ('OPENID', 'LOCAL')),
  ip_address text,
  user_agent text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  primary key (workspace_id, id),
  constraint sessions_hash_unique unique (workspace_id, hash),
  foreign key (workspace_id, user_id) references portal.users on delete cascade
);
create index sessions_by_user on portal.sessions (workspace_id, user_id);

-- Last used and last seen, of keys, tokens, sessions and people: written at most once a minute, outside of the
-- request's transaction, and never a reason for two of them to meet. No foreign key: a late write harms nobody.
create table portal.last_seen (
  workspace_id text not null,
  kind text not null check (kind in ('API_KEY', 'ACCESS_TOKEN', 'SESSION', 'USER')),
  id text not null,
  seen_at timestamptz not null,
  primary key (workspace_id, kind, id)
);

create table portal.audit_entries (
  workspace_id text not null,
  id bigint generated always as identity,
  sequence bigint,
  time timestamptz not null,
  action text not null check (action in ('CREATE', 'READ', 'UPDATE', 'DELETE')),
  object_type text not null,
  object_id text,
  object_identifier text not null,
  actor_type text not null,
  actor_identifier text,
  actor_email text,
  ip_address text,
  request_id text,
  details jsonb not null default '{}',
  primary key (workspace_id, id)
);
create index audit_entries_time on portal.audit_entries (workspace_id, time desc, id desc);
create index audit_entries_object on portal.audit_entries (workspace_id, object_id, time desc) where object_id is not null;
create index audit_entries_unnumbered on portal.audit_entries (workspace_id, id) where sequence is null;
create unique index audit_entries_sequence on portal.audit_entries (workspace_id, sequence) where sequence is not null;

create table portal.events (
  workspace_id text not null,
  id bigint generated always as identity,
  sequence bigint,
  event_id uuid not null,
  time timestamptz not null,
  type text not null,
  object_id text not null,
  object_version bigint,
  data jsonb not null,
  primary key (workspace_id, id)
);
create index events_unnumbered on portal.events (workspace_id, id) where sequence is null;
create unique index events_sequence on portal.events (workspace_id, sequence) where sequence is not null;
`)
