import type { Clock } from '../clock.ts'
import { tooMany, WINDOW_MS } from './too-many.ts'

/**
 * Lets each key through `limit` times a minute; 0 is no limit. Each node counts for itself, in memory, and forgets
 * everybody when the minute is over. Keys must be ones that were proven: a stranger who makes some up would fill the memory.
 *
 * @throws {Refusal} `tooManyRequests`, from what it answers.
 */
export function countRequests(limit: number, clock: Clock): (key: string) => void {
  let began = 0
  let counts = new Map<string, number>()
  return (key) => {
    if (limit === 0) return
    const now = clock.now().getTime()
    if (now >= began + WINDOW_MS || now < began) {
      began = now
      counts = new Map()
    }
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > limit) throw tooMany(began, now)
  }
}
