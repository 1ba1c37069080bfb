import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'

/** A browser that is signed in. */
export interface Session {
  readonly id: string
  readonly userId: string
  readonly via: 'OPENID' | 'LOCAL'
  readonly createdAt: Date
  /** Absolute end, however busy it is. */
  readonly expiresAt: Date
  /** Its last request, to the minute; sign-in before any. */
  readonly lastSeenAt: Date
  readonly ipAddress: string | undefined
  readonly userAgent: string | undefined
}

interface SessionRow {
  readonly id: string
  readonly user_id: string
  readonly via: 'OPENID' | 'LOCAL'
  readonly created_at: Date
  readonly expires_at: Date
  readonly last_seen_at: Date
  readonly ip_address: string | null
  readonly user_agent: string | null
}

const COLUMNS = `s.id, s.user_id, s.via, s.created_at, s.expires_at, coalesce(l.seen_at, s.created_at) as last_seen_at, s.ip_address, s.user_agent`
const FROM = `portal.sessions s left join portal.last_seen l on l.workspace_id = s.workspace_id and l.kind = 'SESSION' and l.id = s.id::text`
const LIVE = 's.expires_at > $3 and coalesce(l.seen_at, s.created_at) > $4'

const INSERT =
  hot(`insert into portal.sessions (workspace_id, id, user_id, hash, via, ip_address, user_agent, created_at, expires_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
const LIST_OF = hot(
  `select ${COLUMNS} from ${FROM} where s.workspace_id = $1 and s.user_id = $2 and ${LIVE} order by s.created_at desc, s.id desc`,
)
const FIND = hot(`select ${COLUMNS} from ${FROM} where s.workspace_id = $1 and s.id = $2`)
const FORGET_SEEN = `delete from portal.last_seen l using gone g
  where l.workspace_id = g.workspace_id and l.kind = 'SESSION' and l.id = g.id::text`
const DELETE =
  hot(`with gone as (delete from portal.sessions where workspace_id = $1 and id = $2 returning workspace_id, id),
  seen as (${FORGET_SEEN}) select id from gone`)
const DELETE_OF =
  hot(`with gone as (delete from portal.sessions where workspace_id = $1 and user_id = $2 returning workspace_id, id),
  seen as (${FORGET_SEEN}) select id from gone`)
// Locked in id order, and those that someone holds are left for the next time: a sweep must not meet a deprovisioning.
const SWEEP = hot(`with ended as (
    select s.workspace_id, s.id from ${FROM} where s.workspace_id = $1 and (s.expires_at <= $2 or coalesce(l.seen_at, s.created_at) <= $3)
    order by s.id limit 1000 for update of s skip locked
  ), seen as (
    delete from portal.last_seen l using ended e where l.workspace_id = e.workspace_id and l.kind = 'SESSION' and l.id = e.id::text
  )
  delete from portal.sessions s using ended e where s.workspace_id = e.workspace_id and s.id = e.id`)

export interface NewSession extends Omit<Session, 'lastSeenAt'> {
  readonly hash: Buffer
}

export async function insertSession(tx: Tx, workspaceId: string, session: NewSession): Promise<void> {
  const { id, userId, hash, via, ipAddress, userAgent, createdAt, expiresAt } = session
  await run(tx, INSERT, [
    workspaceId,
    id,
    userId,
    hash,
    via,
    ipAddress ?? null,
    userAgent ?? null,
    createdAt,
    expiresAt,
  ])
}

/** The sessions of a person that have not ended, newest first. */
export async function listSessionsOf(
  on: Executor,
  workspaceId: string,
  userId: string,
  now: Date,
  idleSince: Date,
): Promise<Session[]> {
  return (await run<SessionRow>(on, LIST_OF, [workspaceId, userId, now, idleSince])).map(fromRow)
}

export async function findSessionById(on: Executor, workspaceId: string, id: string): Promise<Session | undefined> {
  const [row] = await run<SessionRow>(on, FIND, [workspaceId, id])
  return row && fromRow(row)
}

/** Ends a session; the person is locked. @returns whether there was one. */
export async function deleteSession(tx: Tx, workspaceId: string, id: string): Promise<boolean> {
  return (await run(tx, DELETE, [workspaceId, id])).length > 0
}

/** Ends every session of a person, who is locked. @returns how many there were. */
export async function deleteSessionsOf(tx: Tx, workspaceId: string, userId: string): Promise<number> {
  return (await run(tx, DELETE_OF, [workspaceId, userId])).length
}

/** Takes away up to 1,000 sessions that have ended. They were refused before already. @returns how many. */
export async function sweepSessions(on: Executor, workspaceId: string, now: Date, idleSince: Date): Promise<number> {
  return execute(on, SWEEP, [workspaceId, now, idleSince])
}

function fromRow(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    via: row.via,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastSeenAt: row.last_seen_at,
    ipAddress: row.ip_address ?? undefined,
    userAgent: row.user_agent ?? undefined,
  }
}
