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
  select ${columns} from gate, portal.${table} c
  join portal.users u on u.workspace_id = c.workspace_id and u.id = c.user_id ${joined}
  where c.workspace_id = $1 and c.user_id = $2::uuid and c.id = $3 and u.active for key share of u, c`
const HELD_AS_KEY = (columns: string, joined: string) => `
  select ${columns} from gate, portal.api_keys c ${joined} where c.workspace_id = $1 and c.cid = $2 for key share of c`

const GATE = `with gate as materialized (select ${PASS_GATE})`

/** Each of the statements by itself, and with what the workspace's settings are. */
const forms = (held: (columns: string, joined: string) => string) => ({
  alone: hot(`${GATE} ${held('1 as held', '')}`),
  withSettings: hot(`${GATE} ${held(SETTINGS_COLUMNS, 'join portal.settings s on s.workspace_id = c.workspace_id')}`),
})
const BY_SESSION = HELD_BY_PERSON('sessions')
const BY_TOKEN = HELD_BY_PERSON('access_tokens')
const HELD = { USER: forms(BY_SESSION), PERSONAL_API_KEY: forms(BY_TOKEN), API_KEY: forms(HELD_AS_KEY) }

/**
 * The beginning of a statement that goes on to lock something and confirms the actor itself: `held` has a row when they
 * are there, and what is locked must be taken from it. `confirmValues` are its values; `next` is the first of the others.
 */
export interface Confirming {
  readonly text: string
  readonly next: `$${number}`
}
const first = (held: (columns: string, joined: string) => string) =>
  `${GATE}, held as materialized (${held('1 as held', '')})`
export const CONFIRMING: Readonly<Record<HeldActor['type'], Confirming>> = {
  USER: { text: first(BY_SESSION), next: '$4' },
  PERSONAL_API_KEY: { text: first(BY_TOKEN), next: '$4' },
  API_KEY: { text: first(HELD_AS_KEY), next: '$3' },
}

/** Whoever can end: everybody but the program itself. */
export type HeldActor = Exclude<Actor, SystemActor>

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

/** As `confirm`, and reads the workspace's settings on the way: what they allow is asked once the actor is held. */
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
