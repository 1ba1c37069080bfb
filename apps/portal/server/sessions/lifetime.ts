/** A session ends this long after its last request (or, before any, after sign-in). */
export const SESSION_IDLE_MS = 8 * 60 * 60 * 1000

/** A session ends this long after sign-in, however busy it is. */
export const SESSION_ABSOLUTE_MS = 7 * 24 * 60 * 60 * 1000

/** Sessions that were last seen before this instant have ended. */
export const idleSince = (now: Date): Date => new Date(now.getTime() - SESSION_IDLE_MS)
