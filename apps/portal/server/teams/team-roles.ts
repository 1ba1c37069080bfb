import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { actorIdentifier } from '../identity/actor.ts'
import { assertMayGive } from '../roles/may-give.ts'
import { newPermissions } from '../roles/replace-user-roles.ts'
import { lockRolesForGrant } from '../roles/repository.ts'
import { type RoleKey, type RoleRef, roleKey } from '../roles/role.ts'
import type { TeamKey } from './repository.ts'
import type { Team } from './team.ts'

const OF_TEAM = hot('select role from portal.team_roles where workspace_id = $1 and team_id = $2 order by role')
const REPLACE = hot(`
  with gone as (
    delete from portal.team_roles where workspace_id = $1 and team_id = $2 and role <> all($3::text[])
  )
  insert into portal.team_roles (workspace_id, team_id, role, granted_by, granted_at)
  select $1, $2, role, $4, $5 from unnest($3::text[]) role on conflict do nothing`)

/** The roles that every member of a team holds. */
export async function rolesOfTeam(on: Executor, { workspaceId, id }: TeamKey): Promise<RoleKey[]> {
  return (await run<{ role: RoleKey }>(on, OF_TEAM, [workspaceId, id])).map(({ role }) => role)
}

/**
 * Makes `roles` what every member of the team holds, whoever joins later too. The team is locked.
 *
 * @throws {Refusal} `invalid` for a role that does not exist; `forbidden` when the roles that are new allow what the
 * caller lacks.
 */
export async function replaceTeamRoles(tx: Tx, deed: Deed, team: Team, roles: readonly RoleRef[]): Promise<void> {
  const { actor, origin, now } = deed
  const before = await rolesOfTeam(tx, team)
  const after = [...new Set(roles.map(roleKey))].sort()
  const added = after.filter((key) => !before.includes(key))
  const removed = before.filter((key) => !after.includes(key))
  if (added.length === 0 && removed.length === 0) return
  await lockRolesForGrant(tx, team.workspaceId, added)
  assertMayGive(tx, actor, await newPermissions(tx, team.workspaceId, before, added))
  await run(tx, REPLACE, [team.workspaceId, team.id, after, actorIdentifier(actor), now])
  await recordAudit(tx, actor, origin, now, {
    action: 'UPDATE',
    objectType: 'ROLE_ASSIGNMENT',
    objectId: team.id,
    objectIdentifier: team.name,
    details: { team: team.tag, added, removed },
  })
}

/**
 * Whether the caller may put people in a team: that gives them what its roles allow.
 *
 * @throws {Refusal} `forbidden`, naming what the caller lacks.
 */
export async function assertMayAddMembers(tx: Tx, { actor }: Deed, team: Team): Promise<void> {
  const roles = await rolesOfTeam(tx, team)
  await lockRolesForGrant(tx, team.workspaceId, roles)
  assertMayGive(tx, actor, await newPermissions(tx, team.workspaceId, [], roles))
}
