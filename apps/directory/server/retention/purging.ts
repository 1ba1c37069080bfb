import type { Clock } from '@muster/service-kit/clock.ts'

/** What everything that clears away is given: it works in the background, and ends early when the process stops. */
export interface Purging {
  readonly clock: Clock
  readonly onFault: (error: unknown) => void
  readonly isStopping: () => boolean
}
