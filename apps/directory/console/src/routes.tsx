import { NoSuchPage } from '@muster/console-kit/no-such-page.tsx'
import { PLAIN_PARAMETERS } from '@muster/console-kit/use-router-url.ts'
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage })

/** A page that is loaded when it is first gone to. */
const page = <Module extends Record<string, unknown>>(
  path: string,
  load: () => Promise<Module>,
  name: keyof Module & string,
) => createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load, name) })

export const router = createRouter({
  routeTree: root.addChildren([
    page('/', () => import('./home/home-page.tsx'), 'HomePage'),
    page('/users', () => import('./users/users-page.tsx'), 'UsersPage'),
    page('/users/deleted', () => import('./users/deleted-users-page.tsx'), 'DeletedUsersPage'),
    page('/users/$id', () => import('./users/user-page.tsx'), 'UserPage'),
    page('/groups', () => import('./groups/groups-page.tsx'), 'GroupsPage'),
    page('/groups/deleted', () => import('./groups/deleted-groups-page.tsx'), 'DeletedGroupsPage'),
    page('/groups/$id', () => import('./groups/group-page.tsx'), 'GroupPage'),
    page('/enterprise-apps', () => import('./apps/apps-page.tsx'), 'AppsPage'),
    page('/enterprise-apps/new', () => import('./apps/new-app-page.tsx'), 'NewAppPage'),
    page('/enterprise-apps/$id', () => import('./apps/app-overview-page.tsx'), 'AppOverviewPage'),
    page('/enterprise-apps/$id/users-and-groups', () => import('./apps/assignments-page.tsx'), 'AssignmentsPage'),
    page('/enterprise-apps/$id/provisioning', () => import('./provisioning/provisioning-page.tsx'), 'ProvisioningPage'),
    page(
      '/enterprise-apps/$id/provisioning/new',
      () => import('./provisioning/new-configuration-page.tsx'),
      'NewConfigurationPage',
    ),
    page(
      '/enterprise-apps/$id/provisioning/connectivity',
      () => import('./provisioning/connectivity-page.tsx'),
      'ConnectivityPage',
    ),
    page(
      '/enterprise-apps/$id/provisioning/properties',
      () => import('./provisioning/properties-page.tsx'),
      'PropertiesPage',
    ),
    page(
      '/enterprise-apps/$id/provisioning/logs',
      () => import('./provisioning-logs/app-logs-page.tsx'),
      'AppLogsPage',
    ),
    page('/provisioning-logs', () => import('./provisioning-logs/logs-page.tsx'), 'LogsPage'),
  ]),
  ...PLAIN_PARAMETERS,
  scrollRestoration: true,
  defaultPreload: 'intent',
})
