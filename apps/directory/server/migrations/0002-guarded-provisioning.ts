import { sqlMigration } from '@muster/service-kit/migrate.ts'

/** Restarts that forget links and outlive a crash, and indexes for clearing away what is older than 30 days. */
export const guardedProvisioning = sqlMigration(`
-- The next initial cycle lets leavers go and then forgets which object is which account.
alter table directory.jobs add column links_reset boolean not null default false;

-- How often the job had been reset when the cycle began: also after a crash it is known whether a restart came since.
alter table directory.cycles add column resets bigint not null default 0;
update directory.cycles c set resets = j.resets from directory.jobs j
  where c.state = 'Running' and j.tenant_id = c.tenant_id and j.job_id = c.job_id;

-- Old rows are cleared away over all tenants at once.
create index provisioning_log_age on directory.provisioning_log (time);
create index cycles_age on directory.cycles (ended_at) where ended_at is not null;
`)
