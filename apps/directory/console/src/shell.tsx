import { Frame, type FrameSection } from '@muster/console-kit/frame.tsx'
import { signOut } from '@muster/console-kit/signed-out.ts'
import { UrlProvider } from '@muster/console-kit/url.tsx'
import { useRouterUrl } from '@muster/console-kit/use-router-url.ts'
import { IconApps, IconHistory, IconHome, IconUser, IconUsersGroup } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router'
import markUrl from './mark.svg'
import { meQuery, type Rights, rightsOf } from './me.tsx'
import { findEverything } from './palette.ts'

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
        product="Muster directory"
        place={me.tenant.displayName}
        mark={<img src={markUrl} alt="" />}
        sections={sectionsFor(rightsOf(me.roles))}
        account={{ name: me.displayName, detail: me.userPrincipalName }}
        search={findEverything}
        onSignOut={() => void signOut('/auth/login')}
        helpHref="/docs"
      >
        <Outlet />
      </Frame>
    </UrlProvider>
  )
}

const isPage = (pathname: string): boolean =>
  pathname === '/' || /^\/(users|groups|enterprise-apps|provisioning-logs)(\/|$)/.test(pathname)

/** The pages that a directory role lets somebody see: the others are hidden. */
function sectionsFor({ readsDirectory, managesApps, readsLogs }: Rights): readonly FrameSection[] {
  const may = (right: boolean, ...links: FrameSection['links']) => (right ? links : [])
  return [
    { links: [{ label: 'Home', href: '/', icon: IconHome, isExact: true }] },
    {
      title: 'Directory',
      links: may(
        readsDirectory,
        { label: 'Users', href: '/users', icon: IconUser },
        { label: 'Groups', href: '/groups', icon: IconUsersGroup },
      ),
    },
    {
      title: 'Provisioning',
      links: [
        ...may(managesApps, { label: 'Enterprise apps', href: '/enterprise-apps', icon: IconApps }),
        ...may(readsLogs, { label: 'Provisioning logs', href: '/provisioning-logs', icon: IconHistory }),
      ],
    },
  ].filter(({ links }) => links.length > 0)
}
