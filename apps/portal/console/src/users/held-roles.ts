import { type Role, roleValue } from '../roles/role-names.ts'
import type { HeldPermission, UserDetail } from './users-queries.ts'

type Team = UserDetail['teams'][number]

/** The same roles by how they came. Only the direct ones are an admin's to change. */
export interface RolesBySource {
  readonly direct: readonly Role[]
  /** By a mapping of the directory's role values, and by nothing else. */
  readonly mapped: readonly Role[]
  readonly throughTeams: readonly { readonly team: Team; readonly roles: readonly Role[] }[]
}

/** Sorts the roles that somebody's account lists by the grants that their permissions come from. */
export function rolesBySource(roles: readonly Role[], held: readonly HeldPermission[]): RolesBySource {
  const grants = held.flatMap(({ via }) => via)
  const sources = (role: Role) =>
    new Set(
      grants.flatMap((grant) =>
        grant.team === undefined && roleValue(grant.role) === roleValue(role) ? [grant.source] : [],
      ),
    )
  const isMapped = (role: Role) => {
    const of = sources(role)
    return of.has('MAPPING') && of.size === 1
  }
  const teams = new Map<string, { team: Team; roles: Map<string, Role> }>()
  for (const { team, role } of grants)
    if (team) {
      const entry = teams.get(team.id) ?? { team, roles: new Map() }
      entry.roles.set(roleValue(role), role)
      teams.set(team.id, entry)
    }
  return {
    direct: roles.filter((role) => !isMapped(role)),
    mapped: roles.filter(isMapped),
    throughTeams: [...teams.values()].map((entry) => ({ team: entry.team, roles: [...entry.roles.values()] })),
  }
}
