import { sqlMigration } from '@muster/service-kit/migrate.ts'

/** The audit log can be asked who did something and what was done to someone. */
export const auditAndDelta = sqlMigration(`
-- What the entry is about besides its first target: the member of a group, the role that was given.
alter table directory.audit_entries add column related jsonb not null default '[]';

-- Every target as 'tenant|id': one index serves the question for each of them, and never another tenant's.
alter table directory.audit_entries add column target_terms text[] collate "C" not null default '{}';
update directory.audit_entries set target_terms = array[tenant_id::text || '|' || (target ->> 'id')];
create index audit_entries_targets on directory.audit_entries using gin (target_terms);

create index audit_entries_user on directory.audit_entries (tenant_id, (initiated_by #>> '{user,id}'), time desc, id desc)
  where initiated_by #>> '{user,id}' is not null;
create index audit_entries_activity on directory.audit_entries (tenant_id, activity, time desc, id desc);

-- An application was kept by its object id where Graph names it by its client id.
update directory.audit_entries e
  set initiated_by = jsonb_build_object('app', jsonb_build_object('appId', a.app_id, 'displayName', e.initiated_by #> '{app,displayName}'))
  from directory.applications a where a.tenant_id = e.tenant_id and a.id::text = e.initiated_by #>> '{app,appId}';
`)
