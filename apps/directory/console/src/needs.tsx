import { Button } from '@mantine/core'
import { Page } from '@muster/console-kit/page.tsx'
import { Empty } from '@muster/console-kit/states.tsx'
import type { ReactNode } from 'react'
import { type Rights, useMe } from './me.tsx'

/** Which directory roles give a right, as the refusal names them. */
const ROLES: Readonly<Record<keyof Rights, string>> = {
  readsDirectory: 'Global Administrator, Application Administrator or Cloud Application Administrator',
  writesDirectory: 'Global Administrator',
  managesApps: 'Global Administrator, Application Administrator or Cloud Application Administrator',
  readsLogs: 'Reports Reader, or one of the three administrator roles',
}

/** A page for those whose directory role lets them; everyone else is told which role is missing, and who can give it. */
export function Needs({
  right,
  title,
  children,
}: {
  readonly right: keyof Rights
  /** The page's own, shown to both. */
  readonly title: string
  readonly children: ReactNode
}) {
  const me = useMe()
  if (me.may[right]) return children
  return (
    <Page title={title}>
      <Empty
        title="Your directory role does not let you see this page"
        action={
          <Button component="a" href="/" variant="default">
            Go to the home page
          </Button>
        }
      >
        It needs the role {ROLES[right]}. You hold {me.roles.length === 0 ? 'no directory role' : me.roles.join(', ')}.
        A Global Administrator can give you one.
      </Empty>
    </Page>
  )
}
