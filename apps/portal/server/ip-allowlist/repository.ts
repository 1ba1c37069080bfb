import { type Executor, execute, hot, run, type Tx } from '@muster/service-kit/database.ts'

/** One address or range that may call. */
export interface AllowListEntry {
  /** As it was written. */
  readonly address: string
  readonly description?: string | undefined
}

export interface StoredEntry extends AllowListEntry {
  /** As PostgreSQL writes it: no prefix when it is one address. */
  readonly network: string
}

interface EntryRow {
  readonly network: string
  readonly address: string
  readonly description: string | null
}

/**
 * Whether a workspace (`$1`) lets an address call: it is in some network, or none is listed. Two index scans, asked with
 * every request. An address that can't be read is in no network.
 */
export const isListedAddress = (address: `$${number}`): string => `(
  not exists (select from portal.ip_allowlist_entries where workspace_id = $1)
  or exists (select from portal.ip_allowlist_entries where workspace_id = $1 and network >>= ${address}::inet))`

const ALLOWS = hot(`select ${isListedAddress('$2')} as allowed`)
const LIST = hot(`
  select network::text, address, description from portal.ip_allowlist_entries where workspace_id = $1
  order by family(network), network limit $2 offset $3`)
const COUNT = hot('select count(*)::int as total from portal.ip_allowlist_entries where workspace_id = $1')
const CLEAR = hot('delete from portal.ip_allowlist_entries where workspace_id = $1')
const INSERT = hot(`
  insert into portal.ip_allowlist_entries (workspace_id, network, address, description)
  select distinct on (network) $1, network, address, description from (
    select network(network) as network, address, description, position
    from unnest($2::inet[], $3::text[], $4::text[]) with ordinality as given (network, address, description, position)
  ) given order by network, position desc`)

/** Whether an address may call: it is in some network, or none is listed. `undefined` is in no network. */
export async function allowsAddress(on: Executor, workspaceId: string, address: string | undefined): Promise<boolean> {
  const [row] = await run<{ allowed: boolean }>(on, ALLOWS, [workspaceId, address ?? null])
  return row?.allowed === true
}

/** A page of the list, IPv4 first, in the order of the addresses. */
export async function listEntries(
  on: Executor,
  workspaceId: string,
  { limit, offset }: { readonly limit: number | undefined; readonly offset: number },
): Promise<{ readonly entries: readonly StoredEntry[]; readonly total: number }> {
  const rows = await run<EntryRow>(on, LIST, [workspaceId, limit ?? null, offset])
  const [count] = await run<{ total: number }>(on, COUNT, [workspaceId])
  return { entries: rows.map(fromRow), total: count?.total ?? 0 }
}

/** Makes these all there are. Of two that say the same network, the later one counts. */
export async function replaceEntries(tx: Tx, workspaceId: string, entries: readonly StoredEntry[]): Promise<void> {
  await execute(tx, CLEAR, [workspaceId])
  await execute(tx, INSERT, [
    workspaceId,
    entries.map(({ network }) => network),
    entries.map(({ address }) => address),
    entries.map(({ description }) => description ?? null),
  ])
}

const fromRow = ({ network, address, description }: EntryRow): StoredEntry => ({
  network,
  address,
  ...(description === null ? {} : { description }),
})
