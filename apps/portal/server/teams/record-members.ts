import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import type { ChangedMembers } from './change-members.ts'
import type { Team } from './team.ts'

const EMAILS = hot('select id, email from portal.users where workspace_id = $1 and id = any($2::uuid[]) order by id')

/** People named in one audit entry; beyond it the entry tells how many there were. */
const NAMED_AT_MOST = 100

/** Audits who was put in a team and taken out of it, by name: whoever reads it later may not find them any more. */
export async function recordMembers(
  tx: Tx,
  { actor, origin, now }: Deed,
  team: Team,
  { added, removed }: ChangedMembers,
) {
  if (added.length + removed.length === 0) return
  const named = [...added.slice(0, NAMED_AT_MOST), ...removed.slice(0, NAMED_AT_MOST)]
  const rows = await run<{ id: string; email: string }>(tx, EMAILS, [team.workspaceId, named])
  const people = (ids: readonly string[]) => rows.filter(({ id }) => ids.includes(id))
  await recordAudit(tx, actor, origin, now, {
    action: removed.length === 0 ? 'CREATE' : added.length === 0 ? 'DELETE' : 'UPDATE',
    objectType: 'TEAM_MEMBER',
    objectId: team.id,
    objectIdentifier: team.name,
    details: {
      teamTag: team.tag,
      added: people(added),
      removed: people(removed),
      counts: { added: added.length, removed: removed.length },
    },
  })
}
