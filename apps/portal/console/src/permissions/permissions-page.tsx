import { Page } from '@muster/console-kit/page.tsx'
import { TabLinks } from '@muster/console-kit/tab-links.tsx'
import type { ReactNode } from 'react'

/** What both tabs are called together, also where they may not be seen. */
export const PERMISSIONS_TITLE = 'Permissions'

const TABS = [
  { label: 'Users', href: '/settings/permissions/users' },
  { label: 'Roles', href: '/settings/permissions/roles' },
]

/** Who may do what: the people and the roles that they hold, a tab each. */
export function PermissionsPage({
  tab,
  actions,
  children,
}: {
  readonly tab: 'Users' | 'Roles'
  readonly actions?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <Page
      title={PERMISSIONS_TITLE}
      part={tab}
      crumbs={[
        { title: 'Settings', href: '/settings' },
        { title: PERMISSIONS_TITLE, href: '/settings/permissions' },
      ]}
      actions={actions}
    >
      <TabLinks label={PERMISSIONS_TITLE} links={TABS} />
      {children}
    </Page>
  )
}
