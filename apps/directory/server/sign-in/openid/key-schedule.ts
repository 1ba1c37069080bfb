const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How old a key gets before its successor is made. */
export const ROTATE_MS = 90 * DAY_MS
/** How long a key is published before it is used: by then every node and every client that keeps a copy has read it. */
export const LEAD_MS = DAY_MS
/** How long a key is believed after its successor is used: longer than the 12 hours of a session and the hour of an ID token. */
export const KEEP_MS = DAY_MS

export interface DatedKey {
  readonly createdAt: Date
}

/** What each key of a tenant is good for now. */
export interface KeySchedule<Key> {
  /** The one that signs first, then its successor if it is there, then those that are still believed. */
  readonly published: readonly Key[]
  /** Those whose last signature has ended. */
  readonly ended: readonly Key[]
  /** Whether there must be another one. */
  readonly isDue: boolean
}

/** Decides that from the keys of one purpose, newest first. A tenant's first key is used at once. */
export function scheduleKeys<Key extends DatedKey>(keys: readonly Key[], now: Date): KeySchedule<Key> {
  const usedFrom = ({ createdAt }: Key): number => createdAt.getTime() + LEAD_MS
  const ripe = keys.findIndex((key) => usedFrom(key) <= now.getTime())
  const used = ripe === -1 ? keys.length - 1 : ripe
  const isBelieved = (_key: Key, at: number): boolean => {
    const successor = keys[at - 1]
    return at <= used || successor === undefined || usedFrom(successor) + KEEP_MS > now.getTime()
  }
  const believed = keys.filter(isBelieved)
  const [newest] = keys
  return {
    published: [
      ...believed.slice(used, used + 1),
      ...believed.slice(0, Math.max(0, used)),
      ...believed.slice(used + 1),
    ],
    ended: keys.filter((key, at) => !isBelieved(key, at)),
    isDue: newest === undefined || newest.createdAt.getTime() + ROTATE_MS <= now.getTime(),
  }
}
