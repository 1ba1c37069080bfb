import type { Tx } from '@muster/service-kit/database.ts'
import { deleteAccessTokensOf } from '../access-tokens/repository.ts'
import { deleteRolesOf } from '../roles/grants.ts'
import type { RoleRef } from '../roles/role.ts'
import { deleteSessionsOf } from '../sessions/repository.ts'
import { keepStanding, removeUserFromTeams, teamIdsOf } from '../teams/members-repository.ts'
import { lockTeams, touchTeams } from '../teams/repository.ts'
import type { UserKey } from './repository.ts'

/** What somebody held until now. The audit keeps it; nothing else does. */
export interface EndedAccess {
  readonly roles: readonly RoleRef[]
  readonly teams: readonly { readonly id: string; readonly teamTag: string; readonly name: string }[]
  /** Names of personal access tokens. */
  readonly accessTokens: readonly string[]
  /** How many sessions. */
  readonly sessions: number
}

/**
 * Takes everything that lets somebody in or that they may do: roles, places in teams, personal access tokens, sessions.
 * The caller holds their row `for update`, so nothing new can be given meanwhile. Rows are deleted, not marked: no query
 * can show them by forgetting a condition.
 *
 * That the provider had them in its own teams is kept beside, `standing`: it does not send memberships again for
 * somebody who returns. Without `standing` (somebody deleted for good) nothing is kept.
 */
export async function endAccessOf(
  tx: Tx,
  { workspaceId, id }: UserKey,
  now: Date,
  { standing }: { readonly standing: boolean },
): Promise<EndedAccess> {
  const teams = await lockTeams(tx, workspaceId, await teamIdsOf(tx, workspaceId, id))
  const places = await removeUserFromTeams(tx, workspaceId, id)
  const provided = places.filter(({ source }) => source === 'SCIM').map(({ teamId }) => teamId)
  if (standing) await keepStanding(tx, workspaceId, id, provided, now)
  const left = places.map(({ teamId }) => teamId)
  await touchTeams(tx, workspaceId, left, now)
  const roles = await deleteRolesOf(tx, workspaceId, id)
  const accessTokens = await deleteAccessTokensOf(tx, workspaceId, id)
  const sessions = await deleteSessionsOf(tx, workspaceId, id)
  return {
    roles,
    teams: teams.filter((team) => left.includes(team.id)).map(({ id, tag, name }) => ({ id, teamTag: tag, name })),
    accessTokens,
    sessions,
  }
}
