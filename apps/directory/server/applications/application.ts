import { graphTime } from '../directory/users/user.ts'

/** What an app is: its identity, its sign-in addresses. */
export interface Application {
  readonly tenantId: string
  readonly id: string
  /** The client id. */
  readonly appId: string
  readonly displayName: string
  readonly redirectUris: readonly string[]
  readonly isAdminClient: boolean
  readonly isFirstParty: boolean
  readonly createdAt: Date
}

/** An app as it is used in this tenant: who is assigned, how it is provisioned. `/enterprise-apps/{id}` names this one. */
export interface ServicePrincipal {
  readonly tenantId: string
  readonly id: string
  readonly appId: string
  readonly applicationId: string
  readonly displayName: string
  readonly accountEnabled: boolean
  readonly appRoleAssignmentRequired: boolean
  readonly templateId: string | undefined
  readonly createdAt: Date
}

/** An application in Graph's shape. */
export function toGraphApplication(application: Application) {
  return {
    id: application.id,
    appId: application.appId,
    displayName: application.displayName,
    createdDateTime: graphTime(application.createdAt),
    signInAudience: 'AzureADMyOrg',
    web: { redirectUris: application.redirectUris },
    deletedDateTime: null,
  }
}

/** A service principal in Graph's shape. The tags are what Entra marks an app of its enterprise list with. */
export function toGraphServicePrincipal(principal: ServicePrincipal) {
  return {
    id: principal.id,
    appId: principal.appId,
    displayName: principal.displayName,
    appDisplayName: principal.displayName,
    accountEnabled: principal.accountEnabled,
    appRoleAssignmentRequired: principal.appRoleAssignmentRequired,
    applicationTemplateId: principal.templateId ?? null,
    appOwnerOrganizationId: principal.tenantId,
    appRoles: [],
    servicePrincipalType: 'Application',
    tags: principal.templateId
      ? ['WindowsAzureActiveDirectoryIntegratedApp', 'WindowsAzureActiveDirectoryCustomSingleSignOnApplication']
      : [],
    createdDateTime: graphTime(principal.createdAt),
    deletedDateTime: null,
  }
}
