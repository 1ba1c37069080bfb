import { newId } from '@muster/service-kit/ids.ts'
import { cookieOf, type TestCaller, type TestPortal } from '../portal-for-tests.ts'
import { signIn } from '../users/person-for-tests.ts'

/** The three kinds of credential there are. */
export const KINDS = ['an API key', 'a personal access token', 'a session cookie'] as const
export type Kind = (typeof KINDS)[number]

export type TestRole =
  | { readonly type: 'BASIC'; readonly role: string }
  | { readonly type: 'CUSTOM'; readonly tag: string }

/** A custom role that allows exactly these permissions. */
export async function roleWith(admin: TestCaller, permissions: readonly string[]): Promise<TestRole> {
  const tag = newId(new Date(0))
  const { status, text } = await admin('/api/v1/roles', { body: { name: tag, tag, permissions } })
  if (status !== 200) throw new Error(text)
  return { type: 'CUSTOM', tag }
}

/** Somebody, or a key, who holds this role and no other, with a credential of that kind. */
export async function callerWith(
  portal: TestPortal,
  { workspaceId, admin }: { readonly workspaceId: string; readonly admin: TestCaller },
  kind: Kind,
  role: TestRole,
): Promise<TestCaller> {
  if (kind === 'an API key') {
    const { json } = await admin('/api/v1/auth/key', { body: { name: 'caller', roles: [role] } })
    return portal.withBearer(json.apiKey)
  }
  const email = `${newId(new Date(0))}@acme.example`
  const { id } = (await admin('/api/v1/users', { body: { email, name: 'Caller' } })).json
  await admin(`/api/v1/users/${id}/roles`, { method: 'PUT', body: { roles: [role] } })
  const browser = await signIn(portal, workspaceId, { id, email })
  if (kind === 'a session cookie') return browser
  return portal.withBearer((await browser('/api/v1/access-tokens', { body: { name: 'mine' } })).json.token)
}

/** The first admin's browser, by password. */
export async function adminBrowser(portal: TestPortal, workspaceId: string): Promise<TestCaller> {
  const body = { email: 'admin@acme.example', password: 'correct horse battery', workspace: workspaceId }
  return portal.withCookie(cookieOf(await portal.anyone('/auth/local', { body }), 'muster_session'))
}
