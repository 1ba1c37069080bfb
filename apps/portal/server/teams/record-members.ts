import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { AuditEntry } from '../audit/record.ts'
import type { LockedPeople } from '../users/person-lock.ts'
import type { ChangedMembers } from './change-members.ts'
import type { Team } from './team.ts'

const EMAILS = hot('select id, email from portal.users where workspace_id = $1 and id = any($2::uuid[]) order by id')

/** People named in one audit entry; beyond it the entry tells how many there were. */
const NAMED_AT_MOST = 100

/**
 * What the audit tells of who was put in a team and taken out of it, and of whom in it something else is said, by name:
 * whoever reads it later may not find them any more. Nothing when there was nobody.
 *
 * @param people Whom the caller has locked, so that only others are looked up.
 */
export async function memberEntries(
  tx: Tx,
  team: Team,
  people: LockedPeople,
  { added, removed }: ChangedMembers,
  described: readonly string[] = [],
): Promise<AuditEntry[]> {
  if (added.length + removed.length + described.length === 0) return []
  const named = [added, removed, described].flatMap((ids) => ids.slice(0, NAMED_AT_MOST))
  const emails = await emailsOf(tx, team.workspaceId, named, people)
  const those = (ids: readonly string[]) => emails.filter(({ id }) => ids.includes(id))
  return [
    {
      action: actionOf(added.length, removed.length, described.length),
      objectType: 'TEAM_MEMBER',
      objectId: team.id,
      objectIdentifier: team.name,
      details: {
        teamTag: team.tag,
        added: those(added),
        removed: those(removed),
        ...(described.length === 0 ? {} : { described: those(described) }),
        counts: { added: added.length, removed: removed.length },
      },
    },
  ]
}

interface Named {
  readonly id: string
  readonly email: string
}

/** In the order of their ids. */
async function emailsOf(tx: Tx, workspaceId: string, ids: readonly string[], people: LockedPeople): Promise<Named[]> {
  const unknown = ids.filter((id) => !people.has(id))
  const read = unknown.length === 0 ? [] : await run<Named>(tx, EMAILS, [workspaceId, unknown])
  const locked = [...new Set(ids)].flatMap((id) => {
    const person = people.get(id)
    return person ? [{ id, email: person.email }] : []
  })
  return [...locked, ...read].sort((one, other) => (one.id < other.id ? -1 : 1))
}

function actionOf(added: number, removed: number, described: number): 'CREATE' | 'UPDATE' | 'DELETE' {
  if (described > 0 || (added > 0 && removed > 0)) return 'UPDATE'
  return added > 0 ? 'CREATE' : 'DELETE'
}
