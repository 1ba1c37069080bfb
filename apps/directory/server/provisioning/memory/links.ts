import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'
import type { JobKey } from '../job/job.ts'
import type { Link } from '../steps/link.ts'
import type { ObjectType } from '../steps/mapping.ts'

const COLUMNS = `source_type, source_id, target_id, match_attribute, match_value, display_name, managed, digest,
  linked_cycle, seen_cycle`

interface LinkRow {
  source_type: string
  source_id: string
  target_id: string | null
  match_attribute: string
  match_value: string
  display_name: string
  managed: boolean
  digest: string | null
  linked_cycle: string
  seen_cycle: string
}

function fromRow(row: LinkRow): Link {
  return {
    sourceType: row.source_type as ObjectType,
    sourceId: row.source_id,
    targetId: row.target_id ?? undefined,
    matchAttribute: row.match_attribute,
    matchValue: row.match_value,
    displayName: row.display_name,
    isManaged: row.managed,
    digest: row.digest ?? undefined,
    linkedCycle: Number(row.linked_cycle),
    seenCycle: Number(row.seen_cycle),
  }
}

const READ = hot(`select ${COLUMNS} from directory.links
  where tenant_id = $1 and job_id = $2 and source_type = $3 and source_id = any($4)`)

/** By source id. An id may be a group's where a user is looked for: a member can be either. */
export async function readLinks(
  on: Executor,
  key: JobKey,
  type: ObjectType,
  sourceIds: readonly string[],
): Promise<Map<string, Link>> {
  if (sourceIds.length === 0) return new Map()
  const rows = await run<LinkRow>(on, READ, [key.tenantId, key.jobId, type, sourceIds])
  return new Map(rows.map((row) => [row.source_id, fromRow(row)]))
}

const READ_TARGETS = hot(`select ${COLUMNS} from directory.links
  where tenant_id = $1 and job_id = $2 and source_type = $3 and target_id = any($4)`)

/** By target id. */
export async function readLinksTo(
  on: Executor,
  key: JobKey,
  type: ObjectType,
  targetIds: readonly string[],
): Promise<Map<string, Link>> {
  if (targetIds.length === 0) return new Map()
  const rows = await run<LinkRow>(on, READ_TARGETS, [key.tenantId, key.jobId, type, targetIds])
  return new Map(rows.map((row) => [row.target_id ?? '', fromRow(row)]))
}

// A link that is no longer managed gives way: its account belongs to whoever matches it now.
const MAKE_ROOM = hot(`delete from directory.links where tenant_id = $1 and job_id = $2 and source_type = $3
  and target_id = any($4) and source_id <> all($5) and not managed returning target_id`)
// What was sent of the one before is compared with what is wanted of the one who takes over.
const DOUBT_NAMED = hot(`update directory.references_sent set confirmed = false
  where tenant_id = $1 and job_id = $2 and target_id = any($3)`)
const STORE = hot(`insert into directory.links
  (tenant_id, job_id, source_type, source_id, target_id, match_attribute, match_value, display_name, managed, digest,
   linked_cycle, seen_cycle, created_at)
  select $1, $2, l.*, $13 from unnest($3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[],
    $9::boolean[], $10::text[], $11::bigint[], $12::bigint[]) l
  on conflict (tenant_id, job_id, source_id) do update set target_id = excluded.target_id,
    match_attribute = excluded.match_attribute, match_value = excluded.match_value, display_name = excluded.display_name,
    managed = excluded.managed, digest = excluded.digest, linked_cycle = excluded.linked_cycle, seen_cycle = excluded.seen_cycle`)

/**
 * Remembers links of different objects, or the intents of some while they have no `targetId`.
 *
 * @throws PostgreSQL's unique violation of `links_target_unique` when a target is another managed object's.
 */
export async function storeLinks(tx: Tx, key: JobKey, now: Date, links: readonly Link[]): Promise<void> {
  if (links.length === 0) return
  for (const type of ['User', 'Group'] as const) await makeRoom(tx, key, type, links)
  // In the order of their ids, as rows are locked everywhere.
  const sorted = links.toSorted((one, other) => (one.sourceId < other.sourceId ? -1 : 1))
  const column = <T>(of: (link: Link) => T): T[] => sorted.map(of)
  await execute(tx, STORE, [
    key.tenantId,
    key.jobId,
    column(({ sourceType }) => sourceType),
    column(({ sourceId }) => sourceId),
    column(({ targetId }) => targetId ?? null),
    column(({ matchAttribute }) => matchAttribute),
    column(({ matchValue }) => matchValue),
    column(({ displayName }) => displayName),
    column(({ isManaged }) => isManaged),
    column(({ digest }) => digest ?? null),
    column(({ linkedCycle }) => linkedCycle),
    column(({ seenCycle }) => seenCycle),
    now,
  ])
}

async function makeRoom(tx: Tx, key: JobKey, type: ObjectType, links: readonly Link[]): Promise<void> {
  const linked = links.filter(({ sourceType, targetId }) => sourceType === type && targetId !== undefined)
  if (linked.length === 0) return
  const gone = await run<{ target_id: string }>(tx, MAKE_ROOM, [
    key.tenantId,
    key.jobId,
    type,
    linked.map(({ targetId }) => targetId),
    linked.map(({ sourceId }) => sourceId),
  ])
  if (gone.length === 0 || type !== 'User') return
  await execute(tx, DOUBT_NAMED, [key.tenantId, key.jobId, gone.map((row) => row.target_id)])
}

const MANAGE = hot(`update directory.links set managed = $4 where tenant_id = $1 and job_id = $2 and source_id = $3`)

export async function setManaged(tx: Tx, key: JobKey, sourceId: string, isManaged: boolean): Promise<void> {
  await execute(tx, MANAGE, [key.tenantId, key.jobId, sourceId, isManaged])
}

const DOUBT = hot(`update directory.links set digest = null where tenant_id = $1 and job_id = $2 and source_id = $3`)

/** Before a request that changes the target: should its answer be lost, the target is read again. */
export async function forgetDigest(tx: Tx, key: JobKey, sourceId: string): Promise<void> {
  await execute(tx, DOUBT, [key.tenantId, key.jobId, sourceId])
}

const DROP = hot(`delete from directory.links where tenant_id = $1 and job_id = $2 and source_id = $3`)
const DROP_OWNED = hot(`delete from directory.references_sent
  where tenant_id = $1 and job_id = $2 and owner_type = $3 and owner_target_id = $4`)
const DROP_NAMED = hot(`delete from directory.references_sent where tenant_id = $1 and job_id = $2 and target_id = $3`)

/** Drops a link, and with it every reference that was sent from or to its target, unless another has taken it over. */
export async function dropLink(tx: Tx, key: JobKey, link: Link): Promise<void> {
  const { tenantId, jobId } = key
  const dropped = await execute(tx, DROP, [tenantId, jobId, link.sourceId])
  if (dropped === 0 || link.targetId === undefined) return
  await execute(tx, DROP_OWNED, [tenantId, jobId, link.sourceType, link.targetId])
  if (link.sourceType === 'User') await execute(tx, DROP_NAMED, [tenantId, jobId, link.targetId])
}

const FORGET_LEFT = hot(`delete from directory.links
  where tenant_id = $1 and job_id = $2 and target_id is not null and not managed and source_id <> all($3)`)
const FORGET = hot(`update directory.links set target_id = null, digest = null, linked_cycle = 0, seen_cycle = 0
  where tenant_id = $1 and job_id = $2 and target_id is not null and source_id <> all($3)`)

/**
 * Forgets every link but those of `kept`. Of who is in scope the value to match stays, as after a create whose answer
 * was lost. What was sent as a reference stays too: it goes by the target's ids, and members are never read back.
 */
export async function forgetLinks(tx: Tx, key: JobKey, kept: readonly string[]): Promise<void> {
  for (const statement of [FORGET_LEFT, FORGET]) await execute(tx, statement, [key.tenantId, key.jobId, kept])
}

const COUNT = hot(`select source_type, count(*) as count from directory.links
  where tenant_id = $1 and job_id = $2 and target_id is not null group by source_type`)

/** How many users and groups are known in the target. */
export async function countLinks(on: Executor, key: JobKey): Promise<Record<ObjectType, number>> {
  const rows = await run<{ source_type: string; count: string }>(on, COUNT, [key.tenantId, key.jobId])
  const of = (type: ObjectType) => Number(rows.find((row) => row.source_type === type)?.count ?? 0)
  return { User: of('User'), Group: of('Group') }
}
