import type { SignInLimits } from '@muster/service-kit/limits/sign-in-attempts.ts'

/** How much is let through a minute; 0 is no limit. Sign-ins are counted in the database. */
export interface DirectoryLimits extends SignInLimits {
  /** Requests to the token endpoint per client whose secret was right, counted by each node. */
  readonly token: number
}

export const USUAL_LIMITS: DirectoryLimits = { signIn: 60, signInFailures: 10, token: 600 }
