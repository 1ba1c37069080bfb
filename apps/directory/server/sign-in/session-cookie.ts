import { sessionCookie } from '@muster/service-kit/session-cookie.ts'

/** Who is signed in to the directory's console. */
export const { sessionCookieName, readSessionCookie, setSessionCookie, clearSessionCookie } =
  sessionCookie('muster_directory_session')
