import { z } from 'zod'

/** The template of an app that is not in the gallery: the only one there is (Graph applicationTemplate: instantiate). */
export const NON_GALLERY_TEMPLATE = '8adf8e6e-67b2-4cf2-a259-e3dc5476c621'

/** The role that stands for "no role in particular": default access. */
export const DEFAULT_ACCESS = '00000000-0000-0000-0000-000000000000'

/** POST /applicationTemplates/{id}/instantiate. */
export const instantiation = z
  .strictObject({ displayName: z.string().trim().min(1).max(120) })
  .meta({ id: 'Instantiation' })

/** PATCH of an application or a service principal. */
export const applicationChange = z
  .strictObject({ displayName: z.string().trim().min(1).max(120) })
  .meta({ id: 'ApplicationChange' })

/** POST /servicePrincipals/{id}/appRoleAssignedTo. */
export const assignmentNew = z
  .strictObject({
    principalId: z.guid().toLowerCase(),
    resourceId: z.guid().toLowerCase(),
    appRoleId: z.guid().toLowerCase(),
  })
  .meta({ id: 'NewAppRoleAssignment' })

/** Every name that `$select` may hold for an assignment. */
export const ASSIGNMENT_SELECT: readonly string[] = [
  'id',
  'deletedDateTime',
  'appRoleId',
  'createdDateTime',
  'principalDisplayName',
  'principalId',
  'principalType',
  'resourceDisplayName',
  'resourceId',
]
export const APPLICATION_SELECT: readonly string[] = [
  'id',
  'appId',
  'displayName',
  'createdDateTime',
  'signInAudience',
  'web',
  'deletedDateTime',
]
export const SERVICE_PRINCIPAL_SELECT: readonly string[] = [
  'id',
  'appId',
  'displayName',
  'appDisplayName',
  'accountEnabled',
  'appRoleAssignmentRequired',
  'applicationTemplateId',
  'appOwnerOrganizationId',
  'appRoles',
  'servicePrincipalType',
  'tags',
  'createdDateTime',
  'deletedDateTime',
]
