import { Refusal } from '../refusals.ts'

/** The window in which requests are counted. */
export const WINDOW_MS = 60_000

/** `details.retryAfter`: whole seconds until the window in which there were too many has passed. */
export function tooMany(windowBegan: number, now: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil((windowBegan + WINDOW_MS - now) / 1000))
  return new Refusal('tooManyRequests', `Too many requests. Try again in ${retryAfter} s.`, { retryAfter })
}
