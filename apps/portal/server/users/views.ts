import type { Role } from '../../contract/roles.ts'
import type { UserView } from '../../contract/users.ts'
import type { RoleKey } from '../roles/role.ts'
import type { ListedUser } from './list.ts'

/** A person as callers of the REST API read them. */
export function viewUser({ user, roles, teams, lastActiveAt }: ListedUser, viewRole: (key: RoleKey) => Role): UserView {
  return {
    id: user.id,
    email: user.email,
    name: user.displayName,
    status: user.active ? 'ACTIVE' : 'DEACTIVATED',
    source: user.source,
    ...(user.externalId === undefined ? {} : { externalId: user.externalId }),
    roles: roles.map(viewRole),
    teams: teams.map((team) => ({ ...team })),
    joinedAt: user.createdAt.toISOString(),
    ...(lastActiveAt === undefined ? {} : { lastActiveAt: lastActiveAt.toISOString() }),
  }
}
