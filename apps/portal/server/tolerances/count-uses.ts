import type { Executor } from '@muster/service-kit/database.ts'
import { addUses } from './repository.ts'

/**
 * Counts the requests that needed a tolerance, in the memory of this node, so that no request pays for it. `flush` writes
 * what has come together in one statement; it runs every second, before a read and at close. A node that is killed
 * outright (kill -9, a lost machine) takes the last second's counts along; nothing else is lost.
 */
export interface ToleranceCounts {
  /** One request: each name counts once, however often it was needed in it. */
  add(workspaceId: string, names: Iterable<string>): void
  flush(): Promise<void>
}

export function countTolerances(database: Executor): ToleranceCounts {
  let counts = new Map<string, Map<string, number>>()
  let writing: Promise<void> = Promise.resolve()

  const add = (workspaceId: string, name: string, count: number) => {
    const names = counts.get(workspaceId) ?? new Map<string, number>()
    counts.set(workspaceId, names.set(name, (names.get(name) ?? 0) + count))
  }

  const write = async () => {
    if (counts.size === 0) return
    const taken = [...counts].flatMap(([workspaceId, names]) =>
      [...names].map(([name, count]) => ({ workspaceId, name, count })),
    )
    counts = new Map()
    try {
      await addUses(database, taken)
    } catch (error) {
      // The database was away: they are written with what comes next.
      for (const { workspaceId, name, count } of taken) add(workspaceId, name, count)
      throw error
    }
  }

  return {
    add: (workspaceId, names) => {
      for (const name of names) add(workspaceId, name, 1)
    },
    flush: () => {
      writing = writing.catch(() => {}).then(write)
      return writing
    },
  }
}
