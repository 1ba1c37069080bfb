import type { Tx } from '@muster/service-kit/database.ts'
import { together } from '@muster/service-kit/together.ts'
import type { Deed } from '../audit/deed.ts'
import { audited } from '../audit/record.ts'
import { told } from '../events/record.ts'
import { removedTeam } from './repository.ts'
import type { Team } from './team.ts'

/** A team as the audit names it. */
export const object = ({ id, name }: Team) => ({ objectType: 'TEAM', objectId: id, objectIdentifier: name }) as const

/**
 * Takes a locked team away, whoever kept it, with the audit and the event that tell of it.
 *
 * @param data What the event says of the team that was.
 */
export async function endTeam(tx: Tx, deed: Deed, team: Team, data: Readonly<Record<string, unknown>>): Promise<void> {
  const { workspaceId, id, version, type, tag } = team
  await together(tx, [
    removedTeam(team),
    audited(deed, [{ action: 'DELETE', ...object(team), details: { type, teamTag: tag } }]),
    told(workspaceId, deed.now, { type: 'team.deleted', objectId: id, objectVersion: version + 1, data }),
  ])
}
