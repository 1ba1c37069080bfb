import { sqlMigration } from '@muster/service-kit/migrate.ts'

// Every key begins with the tenant, so that the data can be spread by it; `domains` alone is keyed by name, since a
// verified domain belongs to one tenant. Keys that are compared (`*_key`) are computed in TypeScript, collate "C".
export const theRoad = sqlMigration(`
create schema if not exists directory;

create table directory.installation (
  only_row boolean primary key check (only_row),
  key_fingerprint text not null,
  created_at timestamptz not null
);

create table directory.tenants (
  tenant_id uuid primary key,
  name text not null,
  created_at timestamptz not null
);

create table directory.domains (
  name text collate "C" primary key,
  tenant_id uuid not null references directory.tenants,
  is_default boolean not null default false
);

create table directory.sequences (
  tenant_id uuid not null,
  feed text not null,
  last bigint not null,
  primary key (tenant_id, feed)
);

create table directory.users (
  tenant_id uuid not null references directory.tenants,
  id uuid not null,
  user_principal_name text not null,
  -- Null while deleted: the name is free again.
  user_principal_name_key text collate "C",
  display_name text not null,
  display_name_key text collate "C" not null,
  mail_key text collate "C",
  account_enabled boolean not null,
  manager_id uuid,
  -- Graph's other properties by their names (givenName, jobTitle, businessPhones, …), as they were given.
  properties jsonb not null,
  -- argon2id
  password_hash text,
  force_change_password boolean not null default false,
  -- Grows whenever everything they are signed in with ends: what was proven under a lower number lets nobody in.
  sign_in_epoch integer not null default 0,
  version bigint not null default 1,
  created_at timestamptz not null,
  last_modified_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id),
  constraint users_principal_name_unique unique (tenant_id, user_principal_name_key)
);
create index users_display_name on directory.users (tenant_id, display_name_key, id) where deleted_at is null;
create index users_mail on directory.users (tenant_id, mail_key) where mail_key is not null;
create index users_manager on directory.users (tenant_id, manager_id) where manager_id is not null;
create index users_deleted on directory.users (tenant_id, deleted_at, id) where deleted_at is not null;

create table directory.groups (
  tenant_id uuid not null references directory.tenants,
  id uuid not null,
  display_name text not null,
  display_name_key text collate "C" not null,
  mail_nickname text not null,
  security_enabled boolean not null,
  mail_enabled boolean not null,
  properties jsonb not null default '{}',
  version bigint not null default 1,
  created_at timestamptz not null,
  last_modified_at timestamptz not null,
  deleted_at timestamptz,
  primary key (tenant_id, id)
);
create index groups_display_name on directory.groups (tenant_id, display_name_key, id) where deleted_at is null;

create table directory.group_members (
  tenant_id uuid not null,
  group_id uuid not null,
  member_id uuid not null,
  member_type text not null check (member_type in ('User', 'Group')),
  added_at timestamptz not null,
  primary key (tenant_id, group_id, member_id),
  foreign key (tenant_id, group_id) references directory.groups on delete cascade
);
create index group_members_by_member on directory.group_members (tenant_id, member_id);

-- Who holds which directory role. The four roles, by Microsoft's template ids, are in the program.
create table directory.directory_role_members (
  tenant_id uuid not null,
  role_template_id uuid not null,
  user_id uuid not null,
  assigned_at timestamptz not null,
  primary key (tenant_id, role_template_id, user_id),
  foreign key (tenant_id, user_id) references directory.users on delete cascade
);
create index directory_role_members_by_user on directory.directory_role_members (tenant_id, user_id);

create table directory.applications (
  tenant_id uuid not null references directory.tenants,
  id uuid not null,
  app_id uuid not null,
  display_name text not null,
  redirect_uris text[] not null default '{}',
  -- The tenant's own admin client may do everything; others nothing yet.
  is_admin_client boolean not null default false,
  -- Muster's own portal: no consent is asked for.
  is_first_party boolean not null default false,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint applications_app_id_unique unique (tenant_id, app_id)
);

create table directory.application_passwords (
  tenant_id uuid not null,
  key_id uuid not null,
  application_id uuid not null,
  display_name text,
  -- Sealed, not hashed: the sign-in protocol's library compares the secret itself.
  sealed_secret text not null,
  hint text not null,
  start_at timestamptz not null,
  end_at timestamptz,
  primary key (tenant_id, key_id),
  foreign key (tenant_id, application_id) references directory.applications on delete cascade
);
create index application_passwords_by_application on directory.application_passwords (tenant_id, application_id);

create table directory.service_principals (
  tenant_id uuid not null,
  id uuid not null,
  app_id uuid not null,
  application_id uuid not null,
  display_name text not null,
  account_enabled boolean not null default true,
  app_role_assignment_required boolean not null default true,
  template_id uuid,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint service_principals_app_id_unique unique (tenant_id, app_id),
  foreign key (tenant_id, application_id) references directory.applications on delete cascade
);

create table directory.app_role_assignments (
  tenant_id uuid not null,
  id uuid not null,
  resource_id uuid not null,
  principal_id uuid not null,
  principal_type text not null check (principal_type in ('User', 'Group')),
  app_role_id uuid not null,
  created_at timestamptz not null,
  primary key (tenant_id, id),
  constraint app_role_assignments_unique unique (tenant_id, resource_id, principal_id, app_role_id),
  foreign key (tenant_id, resource_id) references directory.service_principals on delete cascade
);
create index app_role_assignments_by_principal on directory.app_role_assignments (tenant_id, principal_id);

-- One row for every change of an object, a reference or an assignment, in the transaction that made it.
create table directory.changes (
  tenant_id uuid not null,
  id bigint generated always as identity,
  sequence bigint,
  time timestamptz not null,
  -- object: object_id of object_type. reference: attribute ('members', 'manager') of object_id names target_id.
  -- assignment: object_id of object_type is assigned to the service principal target_id.
  kind text not null check (kind in ('object', 'reference', 'assignment')),
  operation text not null check (operation in ('add', 'update', 'remove', 'softDelete', 'restore', 'hardDelete')),
  object_type text not null check (object_type in ('User', 'Group')),
  object_id uuid not null,
  object_version bigint,
  attribute text,
  target_id uuid,
  primary key (tenant_id, id)
);
create index changes_unnumbered on directory.changes (tenant_id, id) where sequence is null;
create unique index changes_sequence on directory.changes (tenant_id, sequence) where sequence is not null;
create index changes_time on directory.changes (tenant_id, time);

create table directory.audit_entries (
  tenant_id uuid not null,
  id bigint generated always as identity,
  sequence bigint,
  entry_id uuid not null,
  time timestamptz not null,
  category text not null,
  activity text not null,
  initiated_by jsonb not null,
  target jsonb not null,
  details jsonb not null default '{}',
  request_id text,
  primary key (tenant_id, id)
);
create index audit_entries_time on directory.audit_entries (tenant_id, time desc, id desc);
create index audit_entries_unnumbered on directory.audit_entries (tenant_id, id) where sequence is null;
create unique index audit_entries_sequence on directory.audit_entries (tenant_id, sequence) where sequence is not null;

-- Console sign-ins.
create table directory.sessions (
  tenant_id uuid not null,
  id uuid not null,
  user_id uuid not null,
  hash bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  seen_at timestamptz not null,
  primary key (tenant_id, id),
  constraint sessions_hash_unique unique (tenant_id, hash),
  foreign key (tenant_id, user_id) references directory.users on delete cascade
);
create index sessions_by_user on directory.sessions (tenant_id, user_id);

-- Graph bearers given to applications by client credentials.
create table directory.access_tokens (
  tenant_id uuid not null,
  hash bytea not null,
  application_id uuid not null,
  expires_at timestamptz not null,
  primary key (tenant_id, hash),
  foreign key (tenant_id, application_id) references directory.applications on delete cascade
);
create index access_tokens_expiry on directory.access_tokens (tenant_id, expires_at);

-- What the sign-in protocol remembers: interactions, sessions, grants, codes, tokens. By (model, hash of id).
create table directory.openid_records (
  tenant_id uuid not null,
  model text not null,
  id text not null,
  payload jsonb not null,
  account_id text,
  grant_id text,
  uid text,
  consumed_at timestamptz,
  expires_at timestamptz,
  primary key (tenant_id, model, id)
);
create index openid_records_account on directory.openid_records (tenant_id, account_id) where account_id is not null;
create index openid_records_grant on directory.openid_records (tenant_id, grant_id) where grant_id is not null;
create index openid_records_uid on directory.openid_records (tenant_id, uid) where uid is not null;
create index openid_records_expiry on directory.openid_records (tenant_id, expires_at);

-- Signing keys (sealed private JWK) and cookie keys, newest first in use, older ones still published.
create table directory.signing_keys (
  tenant_id uuid not null references directory.tenants,
  kid text not null,
  purpose text not null check (purpose in ('jwks', 'cookies')),
  sealed_key text not null,
  created_at timestamptz not null,
  primary key (tenant_id, kid)
);

create table directory.jobs (
  tenant_id uuid not null,
  -- '<template>.<tenant>.<uuid>'
  job_id text not null,
  service_principal_id uuid not null,
  template_id text not null,
  -- Graph's schedule.state
  state text not null check (state in ('Active', 'Disabled', 'Paused')),
  interval_seconds integer not null,
  -- The number of the change feed up to which everything was seen; null: the next cycle is an initial one.
  watermark bigint,
  watermark_at timestamptz,
  cycle_number bigint not null default 0,
  -- Grows when the watermark is cleared: a cycle that was under way then must not put it back.
  resets bigint not null default 0,
  next_cycle_at timestamptz,
  -- A run was asked for while one was under way: exactly one more follows.
  run_requested boolean not null default false,
  steady_state_first_at timestamptz,
  steady_state_last_at timestamptz,
  -- {reason, currentBegan, nextAttempt, seriesBegan, seriesCount, error} or null
  quarantine jsonb,
  created_at timestamptz not null,
  primary key (tenant_id, job_id),
  foreign key (tenant_id, service_principal_id) references directory.service_principals on delete cascade
);
create index jobs_due on directory.jobs (next_cycle_at) where state = 'Active';
create index jobs_by_service_principal on directory.jobs (tenant_id, service_principal_id);

-- The mapping document of a job. No row: the default one.
create table directory.schemas (
  tenant_id uuid not null,
  job_id text not null,
  document jsonb not null,
  version bigint not null,
  primary key (tenant_id, job_id),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);

-- Hang on the service principal, as in Graph. Every value is sealed.
create table directory.secrets (
  tenant_id uuid not null,
  service_principal_id uuid not null,
  key text not null,
  sealed_value text not null,
  primary key (tenant_id, service_principal_id, key),
  foreign key (tenant_id, service_principal_id) references directory.service_principals on delete cascade
);

create table directory.leases (
  tenant_id uuid not null,
  job_id text not null,
  holder text not null,
  until timestamptz not null,
  -- Grows with every holder. Two clocks may disagree about 'until'; nobody disagrees about this.
  generation bigint not null,
  primary key (tenant_id, job_id),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);

create table directory.links (
  tenant_id uuid not null,
  job_id text not null,
  source_type text not null check (source_type in ('User', 'Group')),
  source_id uuid not null,
  -- Null while it is an intent: a create with 'match_value' may have been sent, its answer is not known.
  target_id text collate "C",
  match_attribute text not null,
  match_value text not null,
  display_name text not null,
  -- Whether the object was in scope when it was last looked at: only then does a hard delete travel on.
  managed boolean not null,
  -- Digest of the mapped values last exported. Null: not known, the target is read again.
  digest text,
  -- The cycle in which the target was linked or came back: its references are compared then, also after a crash.
  linked_cycle bigint not null default 0,
  -- The cycle that last brought the target up to date: an initial cycle that goes on after a crash passes it over.
  seen_cycle bigint not null default 0,
  created_at timestamptz not null,
  primary key (tenant_id, job_id, source_id),
  constraint links_target_unique unique (tenant_id, job_id, source_type, target_id),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);
create index links_by_cycle on directory.links (tenant_id, job_id, linked_cycle);

create table directory.references_sent (
  tenant_id uuid not null,
  job_id text not null,
  -- Target system's ids on both ends.
  owner_type text not null check (owner_type in ('User', 'Group')),
  owner_target_id text collate "C" not null,
  attribute text not null,
  target_id text collate "C" not null,
  -- False from before the request is sent until its answer is recorded.
  confirmed boolean not null,
  primary key (tenant_id, job_id, owner_type, owner_target_id, attribute, target_id),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);
create index references_sent_by_target on directory.references_sent (tenant_id, job_id, target_id);
create index references_sent_unconfirmed on directory.references_sent (tenant_id, job_id) where not confirmed;

create table directory.escrows (
  tenant_id uuid not null,
  job_id text not null,
  source_type text not null check (source_type in ('User', 'Group')),
  source_id uuid not null,
  -- '' for the object itself, else the reference: 'manager' or 'members', with the other end's source id.
  attribute text not null,
  reference_id uuid not null default '00000000-0000-0000-0000-000000000000',
  error_code text not null,
  error_message text not null,
  attempts integer not null,
  due_cycle bigint not null,
  first_failed_at timestamptz not null,
  last_failed_at timestamptz not null,
  primary key (tenant_id, job_id, source_id, attribute, reference_id),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);
create index escrows_due on directory.escrows (tenant_id, job_id, due_cycle);

create table directory.cycles (
  tenant_id uuid not null,
  job_id text not null,
  number bigint not null,
  -- Graph's activityIdentifier
  cycle_id uuid not null,
  kind text not null check (kind in ('Initial', 'Incremental')),
  state text not null check (state in ('Running', 'Succeeded', 'Failed', 'EntryLevelErrors')),
  watermark_before bigint,
  watermark_after bigint not null,
  counts jsonb not null default '{}',
  progress jsonb not null default '{}',
  error jsonb,
  began_at timestamptz not null,
  ended_at timestamptz,
  primary key (tenant_id, job_id, number),
  foreign key (tenant_id, job_id) references directory.jobs on delete cascade
);
create index cycles_running on directory.cycles (tenant_id, job_id) where state = 'Running';

create table directory.provisioning_log (
  tenant_id uuid not null,
  -- A version 7 UUID: newest first is by (time, id).
  id uuid not null,
  time timestamptz not null,
  job_id text not null,
  service_principal_id uuid not null,
  cycle_id uuid not null,
  change_id uuid not null,
  action text not null check (action in ('create', 'update', 'delete', 'disable', 'stagedDelete', 'other')),
  status text not null check (status in ('success', 'failure', 'skipped', 'warning')),
  duration_ms integer not null,
  source jsonb not null,
  target jsonb not null,
  error jsonb,
  steps jsonb not null,
  modified_properties jsonb not null,
  primary key (tenant_id, id)
);
create index provisioning_log_time on directory.provisioning_log (tenant_id, time desc, id desc);
create index provisioning_log_source on directory.provisioning_log (tenant_id, (source ->> 'id'), time desc, id desc);
create index provisioning_log_job on directory.provisioning_log (tenant_id, job_id, time desc, id desc);
`)
