import type { SignInLimits } from '@muster/service-kit/limits/sign-in-attempts.ts'

/** How much is let through a minute; 0 is no limit. Sign-ins are counted in the database. */
export interface PortalLimits extends SignInLimits {
  /** Requests to `/scim/v2` per key, counted by each node. */
  readonly scim: number
  /** Requests to `/api/v1` per key, token or session, counted by each node. */
  readonly rest: number
}

export const USUAL_LIMITS: PortalLimits = { scim: 0, rest: 1000, signIn: 60, signInFailures: 10 }

/** `PortalDeps.filterLimit` where nobody says otherwise. */
export const USUAL_FILTER_LIMIT = 10_000
