import { type BasicRole, includes } from './basic-roles.ts'

export interface Permission {
  /** Its identifier too: keys, refusals and the API call it by this. */
  readonly name: string
  readonly group: string
  readonly description: string
  /** The smallest built-in role that holds it. */
  readonly lowestRole: BasicRole
}

const permission = <Name extends string>(group: string, name: Name, lowestRole: BasicRole, description: string) =>
  ({ name, group, description, lowestRole }) as const

/**
 * Everything that a role can allow. Names are the field's own, one spelling each; older ones ("Execute Workflow runs",
 * "Configure Scorecards") are not kept beside them. Where no public source tells the lowest role, "View …" is a Viewer's,
 * "Edit …" and "Run …" a User's, and the rest an Admin's. Audit logs left the Viewer's list in the field, so they are an Admin's.
 */
export const PERMISSIONS = [
  permission('Catalogs', 'View Catalogs', 'VIEWER', 'See catalogs and the entities in them.'),
  permission('Catalogs', 'Edit Catalogs', 'MANAGER', 'Create, edit and delete catalogs.'),
  permission('Catalogs', 'Edit Entity types', 'USER', 'Create, edit and delete entity types.'),
  permission('Catalogs', 'Edit Entities', 'USER', 'Create and edit entities and teams.'),
  permission('Catalogs', 'Archive entities', 'USER', 'Archive and delete entities.'),
  permission('Catalogs', 'Configure entities', 'ADMIN', 'Bring archived entities back.'),
  permission('Catalogs', 'Edit Domains', 'USER', 'Create and edit domains.'),
  permission('Catalogs', 'Discover dependencies', 'ADMIN', 'Let dependencies between entities be discovered.'),
  permission('Catalogs', 'Manage discovery audit events', 'ADMIN', 'Handle what the discovery audit found.'),
  permission('Scorecards', 'View Scorecards', 'VIEWER', 'See Scorecards and their results.'),
  permission('Scorecards', 'Edit Scorecards', 'MANAGER', 'Create, edit and delete Scorecards.'),
  permission('Scorecards', 'Refresh Scorecards', 'ADMIN', 'Have Scorecards evaluated again.'),
  permission('Initiatives', 'View Initiatives', 'VIEWER', 'See Initiatives.'),
  permission('Initiatives', 'Edit Initiatives', 'USER', 'Create, edit and delete Initiatives.'),
  permission('Reports', 'View CQL reports', 'VIEWER', 'See CQL reports.'),
  permission('Reports', 'Edit CQL reports', 'USER', 'Create, update and delete CQL reports.'),
  permission('Reports', 'Run query builder', 'USER', 'Run queries over the catalog.'),
  permission('Reports', 'Run query builder with external request', 'USER', 'Run queries that call outside systems.'),
  permission('Eng Intelligence', 'View Eng Intelligence', 'VIEWER', 'See engineering metrics.'),
  permission('Eng Intelligence', 'Edit user labels', 'USER', 'Label people for engineering metrics.'),
  permission('Scaffolder', 'Run the Scaffolder', 'USER', 'Make new services from templates.'),
  permission('Scaffolder', 'Configure Scaffolder templates', 'USER', 'Add, change and remove templates.'),
  permission('Workflows', 'View workflows', 'VIEWER', 'See workflows.'),
  permission('Workflows', 'Edit workflows', 'USER', 'Create, edit and delete workflows.'),
  permission('Workflows', 'Run workflows', 'USER', 'Start workflow runs.'),
  permission('Workflows', 'View workflow runs', 'VIEWER', 'See workflow runs and what they answered.'),
  permission('Workflows', 'Edit workflow runs', 'USER', "Answer a run's callback."),
  permission('Actions', 'Configure actions', 'ADMIN', 'Create, read, update and delete actions.'),
  permission('Plugins', 'Configure plugins', 'ADMIN', 'Add, change and remove plugins.'),
  permission('Plugins', 'Configure proxies', 'ADMIN', 'Set up the proxies that plugins call through.'),
  permission('Onboarding', 'View onboarding management', 'VIEWER', 'See how far onboarding has come.'),
  permission('Logs', 'View audit logs', 'ADMIN', 'Read the audit log, on its page and by the API.'),
  permission('Logs', 'View GitOps logs', 'VIEWER', 'Read what GitOps did.'),
  permission('Logs', 'View Notification logs', 'VIEWER', 'Read which notifications were sent.'),
  permission('Settings', 'Edit settings', 'ADMIN', 'Change general settings.'),
  permission('Settings', 'Configure appearance', 'ADMIN', 'Change logo and look.'),
  permission('Security', 'Edit API keys', 'ADMIN', 'List, create, rename and delete workspace API keys.'),
  permission('Security', 'Create secrets', 'ADMIN', 'List, create, edit and delete secrets.'),
  permission('Security', 'Configure IP allowlist', 'ADMIN', 'Choose the addresses that may call.'),
  permission(
    'Security',
    'Configure Open ID Connector & SCIM',
    'ADMIN',
    'Set up sign-in, turn the SCIM switches, call the SCIM API, map roles.',
  ),
  permission('Security', 'View Roles', 'ADMIN', 'List people, and who holds which role.'),
  permission('Security', 'Edit Roles', 'ADMIN', 'Assign roles, make custom ones, choose the default role.'),
  permission('Security', 'Manage Identity Mappings', 'ADMIN', "Link and unlink everybody's accounts elsewhere."),
] as const satisfies readonly Permission[]

export type PermissionName = (typeof PERMISSIONS)[number]['name']

/** Every permission by name. */
export const ALL_PERMISSIONS: ReadonlySet<PermissionName> = new Set(PERMISSIONS.map(({ name }) => name))

export const isPermission = (name: string): name is PermissionName => (ALL_PERMISSIONS as ReadonlySet<string>).has(name)

const heldBy = (role: BasicRole): readonly PermissionName[] =>
  PERMISSIONS.filter(({ lowestRole }) => includes(role, lowestRole)).map(({ name }) => name)

const OF_BASIC_ROLE: Readonly<Record<BasicRole, readonly PermissionName[]>> = {
  VIEWER: heldBy('VIEWER'),
  USER: heldBy('USER'),
  MANAGER: heldBy('MANAGER'),
  ADMIN: heldBy('ADMIN'),
}

/** What a built-in role allows: its own, and all that the smaller ones allow. */
export const permissionsOfBasicRole = (role: BasicRole): readonly PermissionName[] => OF_BASIC_ROLE[role]
