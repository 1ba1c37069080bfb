/** Where every rule reads the time from. Schedules, expiries and retries hang on this, never on the machine's clock. */
export interface Clock {
  now(): Date
}

/** The machine's clock, moved by `offsetMs` (for tests of time: `MUSTER_CLOCK_OFFSET`). */
export function systemClock(offsetMs = 0): Clock {
  return { now: () => new Date(Date.now() + offsetMs) }
}
