import { sqlMigration } from '@muster/service-kit/migrate.ts'

export const teamRelationships = sqlMigration(`
-- Which team is part of which. They give nobody anything, and go with either team.
create table portal.team_relationships (
  workspace_id text not null,
  parent_id uuid not null,
  child_id uuid not null,
  -- Who said so, as it was sent; null when nobody was named.
  provider text,
  primary key (workspace_id, parent_id, child_id),
  check (parent_id <> child_id),
  foreign key (workspace_id, parent_id) references portal.teams on delete cascade,
  foreign key (workspace_id, child_id) references portal.teams on delete cascade
);
create index team_relationships_by_child on portal.team_relationships (workspace_id, child_id);
`)
