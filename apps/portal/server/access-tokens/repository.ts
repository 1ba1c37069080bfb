import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'

/** A personal access token, without its secret. */
export interface AccessToken {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly description: string | undefined
  readonly last4: string
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** To the minute; undefined before its first use. */
  readonly lastUsedAt: Date | undefined
}

interface AccessTokenRow {
  readonly id: string
  readonly user_id: string
  readonly name: string
  readonly description: string | null
  readonly last4: string
  readonly created_at: Date
  readonly expires_at: Date | null
  readonly last_used_at: Date | null
}

const SELECT = `select t.id, t.user_id, t.name, t.description, t.last4, t.created_at, t.expires_at, l.seen_at as last_used_at
  from portal.access_tokens t left join portal.last_seen l on l.workspace_id = t.workspace_id and l.kind = 'ACCESS_TOKEN' and l.id = t.id::text`
const INSERT =
  hot(`insert into portal.access_tokens (workspace_id, id, user_id, hash, last4, name, description, expires_at, created_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`)
const LIST_OF = hot(`${SELECT} where t.workspace_id = $1 and t.user_id = $2 order by t.created_at desc, t.id desc`)
const FORGET_SEEN = `delete from portal.last_seen l using gone g
  where l.workspace_id = g.workspace_id and l.kind = 'ACCESS_TOKEN' and l.id = g.id::text`
const DELETE = hot(`with gone as (
    delete from portal.access_tokens where workspace_id = $1 and user_id = $2 and id = $3 returning workspace_id, id, name
  ), seen as (${FORGET_SEEN}) select name from gone`)
const DELETE_OF = hot(`with gone as (
    delete from portal.access_tokens where workspace_id = $1 and user_id = $2 returning workspace_id, id, name
  ), seen as (${FORGET_SEEN}) select name from gone`)

export interface NewAccessToken extends Omit<AccessToken, 'lastUsedAt'> {
  readonly hash: Buffer
}

export async function insertAccessToken(tx: Tx, workspaceId: string, token: NewAccessToken): Promise<void> {
  const { id, userId, hash, last4, name, description, expiresAt, createdAt } = token
  await run(tx, INSERT, [workspaceId, id, userId, hash, last4, name, description ?? null, expiresAt ?? null, createdAt])
}

/** A person's tokens, newest first, expired ones too: their owner sees why a script stopped. */
export async function listAccessTokensOf(on: Executor, workspaceId: string, userId: string): Promise<AccessToken[]> {
  return (await run<AccessTokenRow>(on, LIST_OF, [workspaceId, userId])).map(fromRow)
}

/** @returns the name of the token that was deleted; undefined when the person has none of that id. */
export async function deleteAccessToken(
  tx: Tx,
  workspaceId: string,
  userId: string,
  id: string,
): Promise<string | undefined> {
  const [row] = await run<{ name: string }>(tx, DELETE, [workspaceId, userId, id])
  return row?.name
}

/** Deletes every token of a person, who is locked. @returns their names. */
export async function deleteAccessTokensOf(tx: Tx, workspaceId: string, userId: string): Promise<string[]> {
  return (await run<{ name: string }>(tx, DELETE_OF, [workspaceId, userId])).map(({ name }) => name).sort()
}

function fromRow(row: AccessTokenRow): AccessToken {
  return {
    id: row.id,
    userId: row.user_id,
    name: row.name,
    description: row.description ?? undefined,
    last4: row.last4,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  }
}
