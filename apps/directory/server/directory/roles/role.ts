/** The directory roles that mean something here. Every tenant has them; who holds one is stored. */
export type DirectoryRole =
  | 'Global Administrator'
  | 'Application Administrator'
  | 'Cloud Application Administrator'
  | 'Reports Reader'

export interface RoleTemplate {
  /** Microsoft's role template id (Entra built-in roles reference). A role of a tenant has the same id here. */
  readonly id: string
  readonly displayName: DirectoryRole
  readonly description: string
}

export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10'

export const DIRECTORY_ROLES: readonly RoleTemplate[] = [
  {
    id: GLOBAL_ADMINISTRATOR,
    displayName: 'Global Administrator',
    description: 'Manages everything in the directory.',
  },
  {
    id: '9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3',
    displayName: 'Application Administrator',
    description: 'Creates and manages enterprise apps and their provisioning.',
  },
  {
    id: '158c047a-c907-4556-b7ef-446551a6b5f7',
    displayName: 'Cloud Application Administrator',
    description: 'Creates and manages enterprise apps and their provisioning, except application proxy.',
  },
  {
    id: '4a5d8f65-41da-4de4-8968-e035b65339cf',
    displayName: 'Reports Reader',
    description: 'Reads audit and provisioning logs.',
  },
]

export function roleOfTemplate(id: string): RoleTemplate | undefined {
  return DIRECTORY_ROLES.find((role) => role.id === id.toLowerCase())
}

/** A role in Graph's shape. */
export function toGraphRole({ id, displayName, description }: RoleTemplate) {
  return { id, deletedDateTime: null, description, displayName, roleTemplateId: id }
}

/** Every name that `$select` may hold for a role. */
export const ROLE_SELECT: readonly string[] = ['id', 'deletedDateTime', 'description', 'displayName', 'roleTemplateId']
