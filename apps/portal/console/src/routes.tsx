import { NoSuchPage } from '@muster/console-kit/no-such-page.tsx'
import { PLAIN_PARAMETERS } from '@muster/console-kit/use-router-url.ts'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage })

/** A page that is loaded when it is first gone to. */
const page = <Module extends Record<string, unknown>>(
  path: string,
  load: () => Promise<Module>,
  name: keyof Module & string,
) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) })

const lead = (path: string, to: string) =>
  createRoute({
    getParentRoute: () => root,
    path,
    beforeLoad: () => {
      throw redirect({ href: to, replace: true })
    },
  })

export const router = createRouter({
  routeTree: root.addChildren([
    page('/', () => import('./home/home-page.tsx'), 'HomePage'),
    lead('/settings', '/settings/access-tokens'),
    lead('/settings/permissions', '/settings/permissions/users'),
    page('/settings/permissions/users', () => import('./users/users-page.tsx'), 'UsersPage'),
    page('/settings/permissions/roles', () => import('./roles/roles-page.tsx'), 'RolesPage'),
    page('/settings/api-keys', () => import('./api-keys/api-keys-page.tsx'), 'ApiKeysPage'),
    page('/settings/access-tokens', () => import('./access-tokens/access-tokens-page.tsx'), 'AccessTokensPage'),
    page('/settings/audit-logs', () => import('./audit-logs/audit-logs-page.tsx'), 'AuditLogsPage'),
    page('/settings/scim', () => import('./scim/scim-page.tsx'), 'ScimPage'),
    page('/teams', () => import('./teams/teams-page.tsx'), 'TeamsPage'),
    page('/teams/$tag', () => import('./teams/team-page.tsx'), 'TeamPage'),
  ]),
  ...PLAIN_PARAMETERS,
  scrollRestoration: true,
  defaultPreload: 'intent',
})
