import { hot, run } from '@muster/service-kit/database.ts'
import type { PortalDeps } from '../portal-deps.ts'
import type { Actor } from './actor.ts'

/** Last used and last seen are true to the minute. */
const EVERY_MS = 60_000

/** Most holders remembered: beyond it the memory starts anew, which costs a statement each and nothing else. */
const MOST_REMEMBERED = 50_000

// Several nodes may write at once; the newest counts, and whoever comes within the minute changes nothing.
const NOTE = hot(`insert into portal.last_seen (workspace_id, kind, id, seen_at)
  select $1, kind, id, $4 from unnest($2::text[], $3::text[]) as seen (kind, id)
  order by kind, id
  on conflict (workspace_id, kind, id) do update set seen_at = excluded.seen_at
  where portal.last_seen.seen_at < excluded.seen_at - interval '50 seconds'`)

/** What was written lately, and what is being written, per database: each node has its own. */
interface Memory {
  readonly written: Map<string, number>
  readonly pending: Set<Promise<unknown>>
}

const memories = new WeakMap<object, Memory>()

function memoryOf(database: object): Memory {
  const memory = memories.get(database) ?? { written: new Map(), pending: new Set() }
  memories.set(database, memory)
  return memory
}

/**
 * Notes that a key, token or session was used and a person seen: beside the request, never in its transaction, in rows
 * of their own, at most once a minute. It is never waited for, and a failure costs a date, so it harms nobody.
 */
export function noteSeen({ database, clock }: PortalDeps, actor: Actor): void {
  const { written, pending } = memoryOf(database)
  const now = clock.now()
  const seen = seenBy(actor)
  const key = `${actor.workspaceId} ${seen.map(({ kind, id }) => `${kind} ${id}`).join(' ')}`
  const last = written.get(key)
  if (seen.length === 0 || (last !== undefined && now.getTime() - last < EVERY_MS)) return
  if (written.size >= MOST_REMEMBERED) written.clear()
  written.set(key, now.getTime())
  const writing = run(database, NOTE, [actor.workspaceId, seen.map(({ kind }) => kind), seen.map(({ id }) => id), now])
    .catch(() => written.delete(key))
    .finally(() => pending.delete(writing))
  pending.add(writing)
}

/** Waits for the dates that are being written: before a shutdown, or before a test reads them. */
export async function seenIsWritten({ database }: Pick<PortalDeps, 'database'>): Promise<void> {
  await Promise.all(memoryOf(database).pending)
}

function seenBy(actor: Actor): readonly { readonly kind: string; readonly id: string }[] {
  switch (actor.type) {
    case 'USER':
      return [
        { kind: 'SESSION', id: actor.sessionId },
        { kind: 'USER', id: actor.userId },
      ]
    case 'PERSONAL_API_KEY':
      return [
        { kind: 'ACCESS_TOKEN', id: actor.tokenId },
        { kind: 'USER', id: actor.userId },
      ]
    case 'API_KEY':
      return [{ kind: 'API_KEY', id: actor.cid }]
    case 'SYSTEM':
      return []
    default:
      return actor satisfies never
  }
}
