import { Refusal } from '@muster/service-kit/refusals.ts'

/** How much is let through a minute; 0 is no limit. */
export interface PortalLimits {
  /** Requests to `/scim/v2` per key, counted by each node. */
  readonly scim: number
  /** Requests to `/api/v1` per key, token or session, counted by each node. */
  readonly rest: number
  /** Sign-ins by password per address, counted in the database. */
  readonly signIn: number
  /** Failed sign-ins by password per account, counted in the database. */
  readonly signInFailures: number
}

export const USUAL_LIMITS: PortalLimits = { scim: 0, rest: 1000, signIn: 60, signInFailures: 10 }

/** The window in which requests are counted. */
export const WINDOW_MS = 60_000

/** `details.retryAfter`: whole seconds until the window in which there were too many has passed. */
export function tooMany(windowBegan: number, now: number): Refusal {
  const retryAfter = Math.max(1, Math.ceil((windowBegan + WINDOW_MS - now) / 1000))
  return new Refusal('tooManyRequests', `Too many requests. Try again in ${retryAfter} s.`, { retryAfter })
}
