/** A job whose target won't take it (Graph synchronizationQuarantine). Times are ISO 8601. */
export interface Quarantine {
  readonly reason: 'EncounteredQuarantineException'
  readonly currentBegan: string
  readonly nextAttempt: string
  /** The first failure of this series, and how many there have been. */
  readonly seriesBegan: string
  readonly seriesCount: number
  readonly error: { readonly code: string; readonly message: string; readonly tenantActionable: boolean }
}

const HOUR_MS = 60 * 60 * 1000
/** How long to wait after the first, the second and every later failure (facts §5.5). */
const WAITS_MS = [6 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS]
/** After that long without a success the job is given up. */
const GIVEN_UP_AFTER_MS = 28 * 24 * HOUR_MS

const FAMILY = 'SystemForCrossDomainIdentityManagement'
/** What time doesn't mend: a bearer that is refused, an address that is no SCIM server's. A target that is away is not. */
const AT_ONCE = new Set(['InvalidCredentials', `${FAMILY}CredentialValidationFailure`, `${FAMILY}ServiceIncompatible`])

/**
 * What a cycle that couldn't be run comes to for its job.
 *
 * @returns The quarantine that the job is in now; `givenUp` when it is to be disabled; undefined when it is in none.
 */
export function afterFailure(
  before: Quarantine | undefined,
  error: { readonly code: string; readonly message: string },
  now: Date,
): Quarantine | 'givenUp' | undefined {
  if (!before && !AT_ONCE.has(error.code)) return undefined
  const seriesBegan = before?.seriesBegan ?? now.toISOString()
  if (now.getTime() - Date.parse(seriesBegan) >= GIVEN_UP_AFTER_MS) return 'givenUp'
  const seriesCount = (before?.seriesCount ?? 0) + 1
  const wait = WAITS_MS[Math.min(seriesCount, WAITS_MS.length) - 1] ?? 24 * HOUR_MS
  return {
    reason: 'EncounteredQuarantineException',
    currentBegan: before?.currentBegan ?? now.toISOString(),
    nextAttempt: new Date(now.getTime() + wait).toISOString(),
    seriesBegan,
    seriesCount,
    error: { code: error.code, message: error.message, tenantActionable: true },
  }
}
