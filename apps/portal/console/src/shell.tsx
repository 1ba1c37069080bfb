import { Frame, type FrameSection } from '@muster/console-kit/frame.tsx'
import { signOut } from '@muster/console-kit/signed-out.ts'
import { UrlProvider } from '@muster/console-kit/url.tsx'
import { useRouterUrl } from '@muster/console-kit/use-router-url.ts'
import {
  IconHistory,
  IconHome,
  IconKey,
  IconPlugConnected,
  IconSettings,
  IconShieldLock,
  IconTicket,
  IconUsersGroup,
} from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import markUrl from './mark.svg'
import { type Me, meQuery } from './me.tsx'
import { findPeopleAndTeams } from './palette.ts'
import { PERMISSION } from './permissions.ts'

/** What stands around every page, once it is known who reads it. */
export function Shell() {
  const me = useQuery(meQuery).data
  const { navigate } = useRouter()
  const pathname = useRouterState({ select: ({ location }) => location.pathname })
  const search = useRouterState({ select: ({ location }) => location.searchStr })
  const url = useRouterUrl({ pathname, search, navigate }, { isPage, whoKey: meQuery.queryKey })
  if (!me) return null
  return (
    <UrlProvider url={url}>
      <Frame
        product="Muster portal"
        place={me.workspace.name}
        mark={<img src={markUrl} alt="" />}
        sections={isSettings(pathname) ? settingsSections(me) : MAIN_SECTIONS}
        account={{ name: me.user?.name ?? '', detail: me.user?.email ?? '' }}
        accountLinks={[{ label: 'Settings', href: settingsHome(me), icon: IconSettings }]}
        commands={settingsSections(me).flatMap(({ links }) =>
          links.map(({ label, href }) => ({ label, href, group: 'Settings' })),
        )}
        search={findPeopleAndTeams}
        onSignOut={() => void signOut('/auth/sign-in')}
        helpHref="/docs"
      >
        <Outlet />
      </Frame>
    </UrlProvider>
  )
}

const isSettings = (pathname: string): boolean => pathname.startsWith('/settings')
const isPage = (pathname: string): boolean => pathname === '/' || /^\/(settings|teams)(\/|$)/.test(pathname)

const MAIN_SECTIONS: readonly FrameSection[] = [
  {
    links: [
      { label: 'Home', href: '/', icon: IconHome, isExact: true },
      { label: 'Teams', href: '/teams', icon: IconUsersGroup },
    ],
  },
]

/** The settings that somebody may see: what they may not is hidden. */
function settingsSections(me: Me): readonly FrameSection[] {
  const may = (permission: string, ...links: FrameSection['links']) =>
    me.permissions.includes(permission) ? links : []
  return [
    { links: [{ label: 'Back to the portal', href: '/', icon: IconHome, isExact: true }] },
    { title: 'Preferences', links: [{ label: 'My access tokens', href: '/settings/access-tokens', icon: IconTicket }] },
    {
      title: 'Security and access',
      links: [
        ...may(PERMISSION.viewRoles, { label: 'Permissions', href: '/settings/permissions', icon: IconShieldLock }),
        ...may(PERMISSION.configureScim, { label: 'SCIM', href: '/settings/scim', icon: IconPlugConnected }),
        ...may(PERMISSION.editApiKeys, { label: 'API keys', href: '/settings/api-keys', icon: IconKey }),
      ],
    },
    {
      title: 'Logging',
      links: may(PERMISSION.viewAuditLogs, { label: 'Audit logs', href: '/settings/audit-logs', icon: IconHistory }),
    },
  ].filter(({ links }) => links.length > 0)
}

/** Where Settings leads: permissions for those who may see them, else one's own tokens. */
const settingsHome = (me: Me): string =>
  me.permissions.includes(PERMISSION.viewRoles) ? '/settings/permissions/users' : '/settings/access-tokens'
