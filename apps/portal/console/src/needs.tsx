import { Button } from '@mantine/core'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import type { ReactNode } from 'react'
import { useMe } from './me.tsx'
import { roleName } from './roles/role-names.ts'

/** A page for those who hold a permission; everyone else is told which one is missing, and who can give it. */
export function Needs({
  permission,
  title,
  children,
}: {
  readonly permission: string
  /** The page's own, shown to both. */
  readonly title: string
  readonly children: ReactNode
}) {
  const me = useMe()
  if (me.may(permission)) return children
  const roles = me.roles.map(roleName).join(', ')
  return (
    <Page title={title}>
      <Empty
        title={`You need the permission “${permission}”`}
        action={
          <Button component="a" href="/" variant="default">
            Go to the home page
          </Button>
        }
      >
        Your roles ({roles || 'none'}) do not hold it. Someone with “Edit Roles” can give you a role that does.
      </Empty>
    </Page>
  )
}
