import { CONSOLE_PAGES } from '../console.ts'
import type { TestCall, TestCaller, TestPortal, TestRoute } from '../portal-for-tests.ts'
import type { PermissionName } from '../roles/permissions.ts'

const SCIM: readonly PermissionName[] = ['Configure Open ID Connector & SCIM', 'Edit Roles', 'Manage Identity Mappings']
const CONNECT: readonly PermissionName[] = ['Configure Open ID Connector & SCIM']

/** What answers without a credential, by name. */
export const OPEN: ReadonlySet<string> = new Set([
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/assets/*'].map((url) => `GET ${url}`),
  // Lead to the sign-in page: see console.test.ts.
  ...CONSOLE_PAGES.map((url) => `GET ${url}`),
  ...['/auth/sign-in', '/auth/login', '/auth/callback', '/auth/local'].map((url) => `GET ${url}`),
  'POST /auth/local',
  'POST /auth/logout',
])

/**
 * What each route takes; the first line that fits. A route that no line names makes a test fail, whoever adds it. An array
 * of permissions means all of them, and none of them anybody who has a credential.
 */
const NEEDS: readonly (readonly [route: RegExp, permissions: readonly PermissionName[]])[] = [
  [/ \/scim\/v2\/Me$/, []],
  [/ \/scim\/v2\//, SCIM],
  [/ \/api\/v1\/(me|permissions|access-tokens|sessions)(\/|$)/, []],
  [/ \/api\/v1\/introspect$/, ['View Roles']],
  [/^GET \/api\/v1\/(users|roles)(\/|$)/, ['View Roles']],
  [/ \/api\/v1\/(users|roles)(\/|$)/, ['Edit Roles']],
  [/ \/api\/v1\/auth\/key(\/|$)/, ['Edit API keys']],
  [/^GET \/api\/v1\/audit-logs(\/|$)/, ['View audit logs']],
  [/^GET \/api\/v1\/teams\/:tagOrId\/roles$/, ['View Roles']],
  [/^PUT \/api\/v1\/teams\/:tagOrId\/roles$/, ['Edit Roles']],
  [/^GET \/api\/v1\/teams(\/|$)/, []],
  [/ \/api\/v1\/teams(\/|$)/, ['Edit Entities']],
  [/ \/api\/v1\/settings\/(scim|openid-connector)$/, CONNECT],
  [/^GET \/api\/v1\/settings\/(default-role|sign-in)$/, ['View Roles']],
  [/^PUT \/api\/v1\/settings\/(default-role|sign-in)$/, ['Edit Roles']],
  [/ \/api\/v1\/scim\/(role-mappings|quirks)(\/|$)/, CONNECT],
  [/ \/api\/v1\/ip-allowlist(\/|$)/, ['Configure IP allowlist']],
]

/** An id that is nobody's, and fits every route. */
export const NOBODY = '00000000-0000-7000-8000-000000000000'

export interface GuardedRoute {
  /** `PUT /api/v1/users/:id/roles`. */
  readonly name: string
  readonly method: NonNullable<TestCall['method']>
  readonly url: string
  /** Undefined when no line of the table names it. */
  readonly needs: readonly PermissionName[] | undefined
}

/** `HEAD` asks for what `GET` asks for. */
const asRead = ({ method, url }: TestRoute) => `${method === 'HEAD' ? 'GET' : method} ${url}`

/** Each route of the server but those that are meant to be open. */
export const guardedRoutes = ({ routes }: TestPortal): GuardedRoute[] =>
  routes
    .filter((route) => !OPEN.has(asRead(route)))
    .map((route) => ({
      name: `${route.method} ${route.url}`,
      method: route.method as GuardedRoute['method'],
      url: route.url,
      needs: NEEDS.find(([pattern]) => pattern.test(asRead(route)))?.[1],
    }))

/** Asks a route, with ids that are nobody's and a body that none takes, so that what is let in changes nothing. */
export const ask = (caller: TestCaller, { method, url }: GuardedRoute, headers: TestCall['headers'] = {}) =>
  caller(url.replace(/:\w+/g, NOBODY), {
    method,
    headers,
    ...(/POST|PUT|PATCH/.test(method) ? { body: { nothing: true } } : {}),
  })
