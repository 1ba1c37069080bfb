import type { AuditTarget } from './record.ts'

interface Named {
  readonly id: string
  readonly displayName: string
}

export function userTarget(user: Named & { readonly userPrincipalName: string }): AuditTarget {
  return { id: user.id, displayName: user.displayName, type: 'User', userPrincipalName: user.userPrincipalName }
}

export function groupTarget(
  group: Named & { readonly properties: { readonly groupTypes?: readonly string[] } },
): AuditTarget {
  const groupType = group.properties.groupTypes?.includes('Unified') ? 'unifiedGroups' : 'azureAD'
  return { id: group.id, displayName: group.displayName, type: 'Group', groupType }
}

export const roleTarget = ({ id, displayName }: Named): AuditTarget => ({ id, displayName, type: 'Role' })

export const applicationTarget = ({ id, displayName }: Named): AuditTarget => ({ id, displayName, type: 'Application' })

export function servicePrincipalTarget({ id, displayName }: Named): AuditTarget {
  return { id, displayName, type: 'ServicePrincipal' }
}
