/** Why a job is held back (Graph quarantineReason). */
export type QuarantineReason =
  | 'EncounteredQuarantineException'
  | 'EncounteredEscrowProportionThreshold'
  | 'EncounteredBaseEscrowThreshold'
  | 'EncounteredTotalEscrowThreshold'

/** A job whose target won't take it (Graph synchronizationQuarantine). Times are ISO 8601. */
export interface Quarantine {
  readonly reason: QuarantineReason
  /** When it was last found to be needed. */
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

/** How many failures are too many. Counted are objects and references. */
export interface QuarantineThresholds {
  /** Fewer failures than this in a cycle say nothing about their share. */
  readonly evaluatedFrom: number
  /** More than this share of what a cycle looked at failed. */
  readonly proportion: number
  /** More objects than this wait for another try. */
  readonly base: number
  /** The same with references. */
  readonly total: number
}

/** Entra's own (facts §5.5). */
export const QUARANTINE_THRESHOLDS: QuarantineThresholds = {
  evaluatedFrom: 5_000,
  proportion: 0.4,
  base: 40_000,
  total: 60_000,
}

/** What failed, in one cycle and altogether. */
export interface Failures {
  /** In this cycle: what failed, and of how many it was looked at. */
  readonly failed: number
  readonly events: number
  /** What waits for another try at its end. */
  readonly objects: number
  readonly references: number
}

/** What is wrong with a job. */
export interface QuarantineCause {
  readonly reason: QuarantineReason
  readonly code: string
  readonly message: string
}

/** Whether a cycle that could not be run at all holds its job back; once it is held, every failure does. */
export function causeOfError(
  before: Quarantine | undefined,
  error: { readonly code: string; readonly message: string },
): QuarantineCause | undefined {
  if (!before && !AT_ONCE.has(error.code)) return undefined
  return { reason: 'EncounteredQuarantineException', code: error.code, message: error.message }
}

/** Whether so much failed that going on makes no sense. */
export function causeOfFailures(
  { failed, events, objects, references }: Failures,
  { evaluatedFrom, proportion, base, total }: QuarantineThresholds,
): QuarantineCause | undefined {
  const advice = 'The provisioning logs say why. Correct the cause, then restart provisioning.'
  const because = (reason: QuarantineReason, what: string): QuarantineCause => ({
    reason,
    code: reason,
    message: `${what} ${advice}`,
  })
  if (objects > base)
    return because('EncounteredBaseEscrowThreshold', `${objects} objects failed; ${base} are the most that may.`)
  if (objects + references > total)
    return because(
      'EncounteredTotalEscrowThreshold',
      `${objects} objects and ${references} references failed; ${total} together are the most that may.`,
    )
  if (failed >= evaluatedFrom && failed > proportion * events)
    return because(
      'EncounteredEscrowProportionThreshold',
      `${failed} of the ${events} objects and references of one cycle failed, more than ${proportion * 100} %.`,
    )
  return undefined
}

/** Holds a job back, or goes on doing so; `givenUp` when it is to be disabled. */
export function impose(before: Quarantine | undefined, cause: QuarantineCause, now: Date): Quarantine | 'givenUp' {
  const seriesBegan = before?.seriesBegan ?? now.toISOString()
  if (now.getTime() - Date.parse(seriesBegan) >= GIVEN_UP_AFTER_MS) return 'givenUp'
  const seriesCount = (before?.seriesCount ?? 0) + 1
  const wait = WAITS_MS[Math.min(seriesCount, WAITS_MS.length) - 1] ?? 24 * HOUR_MS
  return {
    reason: cause.reason,
    currentBegan: now.toISOString(),
    nextAttempt: new Date(now.getTime() + wait).toISOString(),
    seriesBegan,
    seriesCount,
    error: { code: cause.code, message: cause.message, tenantActionable: true },
  }
}
