import type { Tx } from '@muster/service-kit/database.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { Deed } from '../audit/deed.ts'
import { recordAudit } from '../audit/record.ts'
import { lockSettings } from '../settings/repository.ts'
import { comparable, readNetwork } from './network.ts'
import { type AllowListEntry, allowsAddress, listEntries, replaceEntries, type StoredEntry } from './repository.ts'

const ALL = { limit: undefined, offset: 0 }

/**
 * Makes these the addresses that may call; none at all lets everybody in. It holds from the next request on.
 *
 * @param force Stores the list although the caller's own address is not in it.
 * @throws {Refusal} `invalid`, naming the first entry that is no address; `conflict` when it would shut the caller out.
 */
export async function replaceAllowList(
  tx: Tx,
  deed: Deed,
  wanted: readonly AllowListEntry[],
  { force }: { readonly force: boolean },
): Promise<readonly AllowListEntry[]> {
  const { actor, origin } = deed
  const entries = wanted.map(stored)
  // Whoever changes the list waits for the other, so that each audits what they really changed.
  await lockSettings(tx, actor.workspaceId)
  const before = (await listEntries(tx, actor.workspaceId, ALL)).entries
  await replaceEntries(tx, actor.workspaceId, entries)
  const after = (await listEntries(tx, actor.workspaceId, ALL)).entries
  if (!force && !(await allowsAddress(tx, actor.workspaceId, comparable(origin.ipAddress ?? ''))))
    throw new Refusal(
      'conflict',
      `This list does not hold your own address, ${origin.ipAddress}: it would shut you out. Add it, or send force=true.`,
      { ipAddress: origin.ipAddress },
    )
  await recordChanges(tx, deed, before, after)
  return after
}

function stored(entry: AllowListEntry): StoredEntry {
  const read = readNetwork(entry.address)
  if (!read.valid) throw new Refusal('invalid', read.message, { address: entry.address })
  return { ...entry, network: read.network }
}

/** One audit entry for each address that came, went, or is written or described otherwise. */
async function recordChanges(
  tx: Tx,
  { actor, origin, now }: Deed,
  before: readonly StoredEntry[],
  after: readonly StoredEntry[],
): Promise<void> {
  const had = new Map(before.map((entry) => [entry.network, entry]))
  const has = new Map(after.map((entry) => [entry.network, entry]))
  const record = (action: 'CREATE' | 'UPDATE' | 'DELETE', { address, network, description }: StoredEntry) =>
    recordAudit(tx, actor, origin, now, {
      action,
      objectType: 'ALLOW_LIST_ENTRY',
      objectIdentifier: address,
      details: { network, ...(description === undefined ? {} : { description }) },
    })
  for (const entry of before) if (!has.has(entry.network)) await record('DELETE', entry)
  for (const entry of after) {
    const old = had.get(entry.network)
    if (!old) await record('CREATE', entry)
    else if (old.address !== entry.address || old.description !== entry.description) await record('UPDATE', entry)
  }
}
