import type { Route } from '../../../../test/openapi/route-tables.ts'
import { CONSOLE_PAGES } from '../console.ts'
import { DIRECTORY_ROLES, type DirectoryRole } from '../directory/roles/role.ts'
import type { TestCall, TestCaller } from './calls-for-tests.ts'

/** What somebody is who holds no role. */
export const NO_ROLE = 'nobody in particular'
export type TestRole = DirectoryRole | typeof NO_ROLE
export const ROLES: readonly TestRole[] = [...DIRECTORY_ROLES.map(({ displayName }) => displayName), NO_ROLE]

/** What answers without a credential of ours, by name; a sign-in and what follows it proves itself by other means. */
export const OPEN: ReadonlySet<string> = new Set([
  ...['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/assets/*', '/auth/login'].map(
    (url) => `GET ${url}`,
  ),
  // Lead to the sign-in page: see console.test.ts.
  ...CONSOLE_PAGES.map((url) => `GET ${url}`),
  ...['/auth/login', '/auth/logout', '/:tenantId/login/:uid'].map((url) => `POST ${url}`),
  ...['login/:uid', 'oauth2/v2.0/authorize/:uid', 'v2.0/.well-known/openid-configuration'].map(
    (url) => `GET /:tenantId/${url}`,
  ),
  ...['authorize', 'token', 'logout', 'logout/confirm', 'logout/success']
    .map((url) => `oauth2/v2.0/${url}`)
    .concat('discovery/v2.0/keys', 'oidc/userinfo')
    .flatMap((url) => ['GET', 'POST', 'OPTIONS'].map((method) => `${method} /:tenantId/${url}`)),
])

const GLOBAL: readonly TestRole[] = ['Global Administrator']
const APPS: readonly TestRole[] = [...GLOBAL, 'Application Administrator', 'Cloud Application Administrator']

/** Who is let in; the first line that fits. A route that no line names makes a test fail, whoever adds it. */
const WHO: readonly (readonly [route: RegExp, roles: readonly TestRole[]])[] = [
  [/^GET \/auditLogs\//, [...APPS, 'Reports Reader']],
  [/^GET \/(me|organization)(\/|$)/, ROLES],
  [/^GET \/(users|groups|directory|directoryRoles|domains)(\/|$)/, APPS],
  [/ \/(users|groups|directory|directoryRoles)(\/|$)/, GLOBAL],
  [/ \/(applicationTemplates|applications|servicePrincipals)(\/|$)/, APPS],
]

/** An id that is nobody's, and fits every route. */
export const NOBODY = '00000000-0000-7000-8000-000000000000'

export interface GuardedRoute {
  /** `PATCH /v1.0/users/:id`. */
  readonly name: string
  /** The same below the version: `PATCH /users/:id`, and `GET` for `HEAD`. */
  readonly graphName: string
  readonly method: NonNullable<TestCall['method']>
  readonly url: string
  /** The shape of what it takes; undefined when it takes nothing. */
  readonly body: unknown
  /** Undefined when no line of the table names it. */
  readonly roles: readonly TestRole[] | undefined
}

/** `HEAD` asks for what `GET` asks for. */
const asRead = ({ method, url }: Route) => `${method === 'HEAD' ? 'GET' : method} ${url}`

/** Each route of the server but those that are meant to be open. */
export const guardedRoutes = (routes: readonly Route[]): GuardedRoute[] =>
  routes
    .filter((route) => !OPEN.has(asRead(route)))
    .map((route) => {
      const graphName = asRead(route).replace(/ \/(v1\.0|beta)\//, ' /')
      return {
        name: `${route.method} ${route.url}`,
        graphName,
        method: route.method as GuardedRoute['method'],
        url: route.url,
        body: route.body,
        roles: WHO.find(([pattern]) => pattern.test(graphName))?.[1],
      }
    })

/** Asks a route, with ids that are nobody's and a body that none takes, so that what is let in changes nothing. */
export const ask = (caller: TestCaller, { method, url }: GuardedRoute, headers: TestCall['headers'] = {}) =>
  caller(url.replace(/:\w+/g, NOBODY), {
    method,
    headers,
    ...(/POST|PUT|PATCH/.test(method) ? { body: { nothing: true } } : {}),
  })
