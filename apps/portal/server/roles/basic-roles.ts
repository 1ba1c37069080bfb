/** The built-in roles from the smallest to the widest; each includes the ones before. */
export const BASIC_ROLES = ['VIEWER', 'USER', 'MANAGER', 'ADMIN'] as const

export type BasicRole = (typeof BASIC_ROLES)[number]

export const isBasicRole = (text: string): text is BasicRole => (BASIC_ROLES as readonly string[]).includes(text)

/** Whether `role` is `other` or a wider one. */
export const includes = (role: BasicRole, other: BasicRole): boolean =>
  BASIC_ROLES.indexOf(role) >= BASIC_ROLES.indexOf(other)

export const BASIC_ROLE_TEXTS: Readonly<Record<BasicRole, { readonly name: string; readonly description: string }>> = {
  VIEWER: { name: 'Viewer', description: 'Reads what is there and changes nothing.' },
  USER: { name: 'User', description: 'Also creates and edits entities and teams.' },
  MANAGER: { name: 'Manager', description: 'Also looks after catalogs and Scorecards.' },
  ADMIN: { name: 'Admin', description: 'Everything, all settings included.' },
}
