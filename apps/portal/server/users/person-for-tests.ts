import type { TestCaller, TestPortal } from '../portal-for-tests.ts'
import { entraUser } from '../scim/scim-for-tests.ts'
import { beginSession } from '../sessions/begin-session.ts'

/** A person with everything that lets somebody in. */
export interface TestPerson {
  readonly id: string
  readonly email: string
  /** Calls with their session. */
  readonly browser: TestCaller
  /** Calls with their personal access token. */
  readonly token: TestCaller
}

/** Provisions somebody over SCIM, signs them in, and makes them a token of their own. */
export async function personForTests(
  portal: TestPortal,
  workspaceId: string,
  scim: TestCaller,
  email: string,
): Promise<TestPerson> {
  const { id } = (await scim('/Users', { body: entraUser(email) })).json
  const browser = await signIn(portal, workspaceId, { id, email })
  const made = await browser('/api/v1/access-tokens', { body: { name: `token of ${email}` } })
  return { id, email, browser, token: portal.withBearer(made.json.token) }
}

/** Begins a session as a sign-in does. @throws what a sign-in is refused with. */
export async function signIn(
  portal: TestPortal,
  workspaceId: string,
  { id, email }: { id: string; email: string },
): Promise<TestCaller> {
  const { database, clock } = portal.deps
  const who = { workspaceId, userId: id, email, name: email, via: 'OPENID', origin: {}, userAgent: undefined } as const
  const { value } = await database.transaction((tx) => beginSession(tx, clock.now(), who))
  return portal.withCookie(`muster_session=${value}`)
}
