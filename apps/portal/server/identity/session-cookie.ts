import { sessionCookie } from '@muster/service-kit/session-cookie.ts'

/** What the cookie's value begins with, as API keys do with `mst` and personal tokens with `mpt`. */
export const SESSION_PREFIX = 'mss'

export const { readSessionCookie, setSessionCookie, clearSessionCookie } = sessionCookie('muster_session')
