import { signInAttempts } from '@muster/service-kit/limits/sign-in-attempts.ts'
import type { PortalDeps } from '../portal-deps.ts'
import { textKeyOf } from '../scim/comparison-keys.ts'

type AttemptDeps = Pick<PortalDeps, 'database' | 'clock' | 'secrets' | 'limits'>

const attempts = signInAttempts('portal')

export const { countAddress, sweep: sweepSignInAttempts } = attempts

/** Counts a try at an account before its password is looked at. @throws {Refusal} `tooManyRequests`. */
export const countFailure = (deps: AttemptDeps, workspaceId: string, email: string): Promise<void> =>
  attempts.countFailure(deps, accountOf(workspaceId, email))

export const forgetFailures = (deps: AttemptDeps, workspaceId: string, email: string): Promise<void> =>
  attempts.forgetFailures(deps, accountOf(workspaceId, email))

const accountOf = (workspaceId: string, email: string): string => `${workspaceId} ${textKeyOf(email.trim())}`
