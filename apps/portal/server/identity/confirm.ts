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

/** Whoever can end: everybody but the program itself. */
export type HeldActor = Exclude<Actor, SystemActor>

// First the gate, then the person, then the credential: the order in which deprovisioning takes them, so that the two wait
// for each other instead of meeting in a deadlock.
const GATE = `with gate as materialized (select ${PASS_GATE})`
const heldByPerson = (table: 'sessions' | 'access_tokens') => (columns: string, joined: string) =>
  `select ${columns} from gate, portal.${table} c
  join portal.users u on u.workspace_id = c.workspace_id and u.id = c.user_id ${joined}
  where c.workspace_id = $1 and c.user_id = $2::uuid and c.id = $3 and u.active for key share of u, c`
const heldAsKey = (columns: string, joined: string) =>
  `select ${columns} from gate, portal.api_keys c ${joined}
  where c.workspace_id = $1 and c.cid = $2 for key share of c`

/**
 * The beginning of a statement that confirms the actor itself and then locks something: `held` has a row when they are
 * there, and what is locked must be taken from it. `confirmValues` are its values; `next` is the first of the others.
 */
export interface Confirming {
  readonly text: string
  readonly next: `$${number}`
}

/** A credential's statement by itself, with what the workspace's settings are, and as the beginning of another. */
const forms = (held: (columns: string, joined: string) => string, next: Confirming['next']) => ({
  alone: hot(`${GATE} ${held('1 as held', '')}`),
  withSettings: hot(`${GATE} ${held(SETTINGS_COLUMNS, 'join portal.settings s on s.workspace_id = c.workspace_id')}`),
  first: { text: `${GATE}, held as materialized (${held('1 as held', '')})`, next },
})
const HELD = {
  USER: forms(heldByPerson('sessions'), '$4'),
  PERSONAL_API_KEY: forms(heldByPerson('access_tokens'), '$4'),
  API_KEY: forms(heldAsKey, '$3'),
}

export const CONFIRMING: Readonly<Record<HeldActor['type'], Confirming>> = {
  USER: HELD.USER.first,
  PERSONAL_API_KEY: HELD.PERSONAL_API_KEY.first,
  API_KEY: HELD.API_KEY.first,
}

/**
 * Reads the actor's session, token or key again and holds it until the transaction ends. Every write on behalf of an
 * actor calls this first: whoever takes the access away then either waits for the write, or has it refused. Without it a
 * request that was under way could commit after the answer that said "gone".
 *
 * @throws {Refusal} `unauthorized` when it is gone.
 */
export async function confirm(tx: Tx, actor: Actor): Promise<void> {
  if (actor.type !== 'SYSTEM') held(await run(tx, HELD[actor.type].alone, confirmValues(actor)))
}

/** As `confirm`, and reads the workspace's settings on the way, as they were when the statement began. */
export async function confirmWithSettings(tx: Tx, actor: Actor): Promise<Settings> {
  if (actor.type === 'SYSTEM') return readSettings(tx, actor.workspaceId)
  return settingsFromRow(held(await run<SettingsRow>(tx, HELD[actor.type].withSettings, confirmValues(actor))))
}

function held<Row>([row]: readonly Row[]): Row {
  if (row === undefined) throw new Refusal('unauthorized', 'This session, token or key has ended.')
  return row
}

/** `$1` is the workspace. */
export function confirmValues(actor: HeldActor): readonly string[] {
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
