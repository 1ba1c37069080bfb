import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Actor } from './actor.ts'
import { PASS_GATE } from './gate.ts'

// First the gate, then the person, then the credential: the order in which deprovisioning takes them, so that the two wait
// for each other instead of meeting in a deadlock.
const HELD_BY_PERSON = (table: 'sessions' | 'access_tokens') => `
  with gate as materialized (select ${PASS_GATE})
  select 1 as held from gate, portal.${table} c join portal.users u on u.workspace_id = c.workspace_id and u.id = c.user_id
  where c.workspace_id = $1 and c.user_id = $2::uuid and c.id = $3 and u.active for key share of u, c`
const SESSION = hot(HELD_BY_PERSON('sessions'))
const TOKEN = hot(HELD_BY_PERSON('access_tokens'))
const KEY = hot(`
  with gate as materialized (select ${PASS_GATE})
  select 1 as held from gate, portal.api_keys k where k.workspace_id = $1 and k.cid = $2 for key share of k`)

/**
 * Reads the actor's session, token or key again and holds it until the transaction ends. Every write on behalf of an
 * actor calls this first: whoever takes the access away then either waits for the write, or has it refused. Without it a
 * request that was under way could commit after the answer that said "gone".
 *
 * @throws {Refusal} `unauthorized` when it is gone.
 */
export async function confirm(tx: Tx, actor: Actor): Promise<void> {
  switch (actor.type) {
    case 'SYSTEM':
      return
    case 'USER':
      return hold(tx, SESSION, [actor.workspaceId, actor.userId, actor.sessionId])
    case 'PERSONAL_API_KEY':
      return hold(tx, TOKEN, [actor.workspaceId, actor.userId, actor.tokenId])
    case 'API_KEY':
      return hold(tx, KEY, [actor.workspaceId, actor.cid])
    default:
      actor satisfies never
  }
}

async function hold(tx: Tx, statement: string, values: readonly string[]): Promise<void> {
  const rows = await run(tx, statement, values)
  if (rows.length === 0) throw new Refusal('unauthorized', 'This session, token or key has ended.')
}
