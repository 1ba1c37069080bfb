import { signInAttempts } from '@muster/service-kit/limits/sign-in-attempts.ts'
import type { SignInDeps } from '../deps.ts'
import { toKey } from '../directory/keys.ts'

const attempts = signInAttempts('directory')

export const { countAddress, sweep: sweepSignInAttempts } = attempts

/** Counts a try at an account before its password is looked at. @throws {Refusal} `tooManyRequests`. */
export const countFailure = (deps: SignInDeps, tenantId: string | undefined, username: string): Promise<void> =>
  attempts.countFailure(deps, accountOf(tenantId, username))

export const forgetFailures = (deps: SignInDeps, tenantId: string, username: string): Promise<void> =>
  attempts.forgetFailures(deps, accountOf(tenantId, username))

/** Names are folded as they are where an account is looked for. A domain that is nobody's is counted like any other. */
const accountOf = (tenantId: string | undefined, username: string): string =>
  `${tenantId ?? 'nobody'} ${toKey(username.trim())}`
