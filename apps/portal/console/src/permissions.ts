/** The permissions that pages ask for, by the names that the API has for them. */
export const PERMISSION = {
  viewRoles: 'View Roles',
  editRoles: 'Edit Roles',
  configureScim: 'Configure Open ID Connector & SCIM',
  manageIdentityMappings: 'Manage Identity Mappings',
  editApiKeys: 'Edit API keys',
  viewAuditLogs: 'View audit logs',
  editEntities: 'Edit Entities',
} as const

/** What a key needs to speak SCIM: exactly these. */
export const SCIM_PERMISSIONS: readonly string[] = [
  PERMISSION.configureScim,
  PERMISSION.editRoles,
  PERMISSION.manageIdentityMappings,
]
