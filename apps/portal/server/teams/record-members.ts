import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import type { ChangedMembers } from './change-members.ts'
import type { Team } from './team.ts'

const EMAILS = hot('select id, email from portal.users where workspace_id = $1 and id = any($2::uuid[]) order by id')

/** People named in one audit entry; beyond it the entry tells how many there were. */
const NAMED_AT_MOST = 100

/**
 * Audits who was put in a team and taken out of it, and of whom in it something else is said, by name: whoever reads it
 * later may not find them any more.
 */
export async function recordMembers(
  tx: Tx,
  { actor, origin, now }: Deed,
  team: Team,
  { added, removed }: ChangedMembers,
  described: readonly string[] = [],
) {
  if (added.length + removed.length + described.length === 0) return
  const named = [added, removed, described].flatMap((ids) => ids.slice(0, NAMED_AT_MOST))
  const rows = await run<{ id: string; email: string }>(tx, EMAILS, [team.workspaceId, named])
  const people = (ids: readonly string[]) => rows.filter(({ id }) => ids.includes(id))
  await recordAudit(tx, actor, origin, now, {
    action: actionOf(added.length, removed.length, described.length),
    objectType: 'TEAM_MEMBER',
    objectId: team.id,
    objectIdentifier: team.name,
    details: {
      teamTag: team.tag,
      added: people(added),
      removed: people(removed),
      ...(described.length === 0 ? {} : { described: people(described) }),
      counts: { added: added.length, removed: removed.length },
    },
  })
}

function actionOf(added: number, removed: number, described: number): 'CREATE' | 'UPDATE' | 'DELETE' {
  if (described > 0 || (added > 0 && removed > 0)) return 'UPDATE'
  return added > 0 ? 'CREATE' : 'DELETE'
}
