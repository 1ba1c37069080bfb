import { hot, run, type Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import {
  readSettings,
  SETTINGS_COLUMNS,
  type Settings,
  type SettingsRow,
  settingsFromRow,
} from '../settings/repository.ts'
import type { Actor, SystemActor } from './actor.ts'
import { PASS_GATE } from './gate.ts'

// First the gate, then the person, then the credential: the order in which deprovisioning takes them, so that the two wait
// for each other instead of meeting in a deadlock.
const HELD_BY_PERSON = (table: 'sessions' | 'access_tokens') => (columns: string, joined: string) =>
  `
  with gate as materialized (select ${PASS_GATE})
  select ${columns} from gate, portal.${table} c
  join portal.users u on u.workspace_id = c.workspace_id and u.id = c.user_id ${joined}
  where c.workspace_id = $1 and c.user_id = $2::uuid and c.id = $3 and u.active for key share of u, c`
const HELD_AS_KEY = (columns: string, joined: string) => `
  with gate as materialized (select ${PASS_GATE})
  select ${columns} from gate, portal.api_keys c ${joined} where c.workspace_id = $1 and c.cid = $2 for key share of c`

/** Each of the statements alone, and with what the workspace's settings are. */
const both = (held: (columns: string, joined: string) => string) => ({
  alone: hot(held('1 as held', '')),
  withSettings: hot(held(SETTINGS_COLUMNS, 'join portal.settings s on s.workspace_id = c.workspace_id')),
})
const HELD = {
  USER: both(HELD_BY_PERSON('sessions')),
  PERSONAL_API_KEY: both(HELD_BY_PERSON('access_tokens')),
  API_KEY: both(HELD_AS_KEY),
}

/**
 * Reads the actor's session, token or key again and holds it until the transaction ends. Every write on behalf of an
 * actor calls this first: whoever takes the access away then either waits for the write, or has it refused. Without it a
 * request that was under way could commit after the answer that said "gone".
 *
 * @throws {Refusal} `unauthorized` when it is gone.
 */
export async function confirm(tx: Tx, actor: Actor): Promise<void> {
  if (actor.type !== 'SYSTEM') held(await run(tx, HELD[actor.type].alone, identify(actor)))
}

/** As `confirm`, and reads the workspace's settings on the way: what they allow is asked once the actor is held. */
export async function confirmWithSettings(tx: Tx, actor: Actor): Promise<Settings> {
  if (actor.type === 'SYSTEM') return readSettings(tx, actor.workspaceId)
  return settingsFromRow(held(await run<SettingsRow>(tx, HELD[actor.type].withSettings, identify(actor))))
}

function held<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Refusal('unauthorized', 'This session, token or key has ended.')
  return row
}

function identify(actor: Exclude<Actor, SystemActor>): readonly string[] {
  switch (actor.type) {
    case 'USER':
      return [actor.workspaceId, actor.userId, actor.sessionId]
    case 'PERSONAL_API_KEY':
      return [actor.workspaceId, actor.userId, actor.tokenId]
    case 'API_KEY':
      return [actor.workspaceId, actor.cid]
    default:
      return actor satisfies never
  }
}
