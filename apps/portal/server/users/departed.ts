import { type Executor, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { SecretBox } from '@muster/service-kit/secrets.ts'
import type { Statement } from '@muster/service-kit/together.ts'
import { emailKeyOf } from './user.ts'

const INSERT = hot(`
  insert into portal.departed (workspace_id, mark, person, departed_at)
  select $1, mark, $3, $4 from unnest($2::bytea[]) mark order by mark
  on conflict (workspace_id, mark) do update set person = excluded.person, departed_at = excluded.departed_at`)
const CLEAR = hot(`
  delete from portal.departed where workspace_id = $1 and person in
    (select person from portal.departed where workspace_id = $1 and mark = any($2::bytea[]))`)
const ANY = hot('select 1 from portal.departed where workspace_id = $1 and mark = any($2::bytea[]) limit 1')

/** What somebody may show up with at a sign-in. */
export interface Known {
  readonly identities?: readonly { readonly issuer: string; readonly subject: string }[]
  /** Addresses and user names that hold `@`, as written. */
  readonly emails?: readonly string[]
}

/** Keyed hashes, so that the table tells no one who was here. */
export function marksOf(secrets: SecretBox, workspaceId: string, { identities = [], emails = [] }: Known): Buffer[] {
  const texts = [
    ...identities.map(({ issuer, subject }) => `${workspaceId}|identity|${issuer}|${subject}`),
    ...emails.map((email) => `${workspaceId}|email|${emailKeyOf(email)}`),
  ]
  return [...new Set(texts)].map((text) => secrets.keyedHash(text))
}

/** Remembers that `person` was removed by SCIM, so that a sign-in doesn't bring them back. */
export async function rememberDeparted(
  tx: Tx,
  workspaceId: string,
  person: string,
  marks: readonly Buffer[],
  now: Date,
): Promise<void> {
  if (marks.length > 0) await run(tx, INSERT, [workspaceId, marks, person, now])
}

/**
 * Forgets everything about whoever left one of these marks: they have been made again. To be sent once their row is made,
 * for that waits for a deletion that holds the name, and so sees its marks.
 */
export const forgotten = (workspaceId: string, marks: readonly Buffer[]): Statement => ({
  text: CLEAR,
  values: [workspaceId, marks],
})

/** Whether a sign-in that shows up with these belongs to somebody whom SCIM removed. */
export async function hasDeparted(on: Executor, workspaceId: string, marks: readonly Buffer[]): Promise<boolean> {
  return marks.length > 0 && (await run(on, ANY, [workspaceId, marks])).length > 0
}
