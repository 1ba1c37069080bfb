import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Deed } from '../audit/deed.ts'
import { grantRole } from '../roles/grants.ts'
import { type RoleRef, readRoleKey } from '../roles/role.ts'
import { readSettings } from '../settings/repository.ts'
import { restoreStanding, standingTeamIdsOf } from '../teams/members-repository.ts'
import { lockTeams, touchTeams } from '../teams/repository.ts'
import type { EndedAccess } from './end-access.ts'
import type { UserKey } from './repository.ts'

const FORGET_IDENTITIES = hot('delete from portal.identities where workspace_id = $1 and user_id = $2')

/** What somebody who came back was given. */
export interface ReturnedAccess {
  readonly roles: readonly RoleRef[]
  readonly teams: EndedAccess['teams']
}

/** The role that a workspace gives to whoever comes in. An admin chose it, so it is given whoever provisions. */
async function giveDefaultRole(tx: Tx, deed: Deed, userId: string): Promise<RoleRef> {
  const { defaultRole } = await readSettings(tx, deed.actor.workspaceId)
  await grantRole(tx, deed.actor, deed.now, { userId, role: defaultRole, source: 'DEFAULT' })
  return readRoleKey(defaultRole)
}

/**
 * Lets somebody in again, whose row the caller holds `for update`: with the default role and the places in teams that
 * their provider still names. Whom they signed in as before is forgotten, so that the next sign-in binds anew.
 */
export async function returnAccessTo(tx: Tx, deed: Deed, { workspaceId, id }: UserKey): Promise<ReturnedAccess> {
  await run(tx, FORGET_IDENTITIES, [workspaceId, id])
  const teams = await lockTeams(tx, workspaceId, await standingTeamIdsOf(tx, workspaceId, id))
  const restored = await restoreStanding(
    tx,
    workspaceId,
    id,
    teams.map((team) => team.id),
    deed.now,
  )
  await touchTeams(tx, workspaceId, restored, deed.now)
  const role = await giveDefaultRole(tx, deed, id)
  return {
    roles: [role],
    teams: teams.filter((team) => restored.includes(team.id)).map(({ id, tag, name }) => ({ id, teamTag: tag, name })),
  }
}
