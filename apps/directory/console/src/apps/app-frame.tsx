import { Button } from '@mantine/core'
import { type Crumb, Page } from '@muster/console-kit/page.tsx'
import { Empty, Loaded } from '@muster/console-kit/states.tsx'
import { TabLinks } from '@muster/console-kit/tab-links.tsx'
import { usePrefetchQuery, useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Needs } from '../needs.tsx'
import { jobQuery } from '../provisioning/provisioning-queries.ts'
import { appAddress, appQuery, type EnterpriseApp } from './app-queries.ts'

const APPS: Crumb = { title: 'Enterprise apps', href: '/enterprise-apps' }

interface AppFrameProps {
  /** Which part of the app is shown: "Users and groups". */
  readonly part: string
  readonly actions?: (app: EnterpriseApp) => ReactNode
  readonly children: (app: EnterpriseApp) => ReactNode
}

/** One app: its name, its parts, and the part that is shown. For those who manage apps. */
export function AppFrame(props: AppFrameProps) {
  return (
    <Needs right="managesApps" title={props.part}>
      <OneApp {...props} />
    </Needs>
  )
}

function OneApp({ part, actions, children }: AppFrameProps) {
  const { id = '' } = useParams({ strict: false }) as { readonly id?: string }
  // Every part of an app shows its provisioning: it is asked for together with the app.
  usePrefetchQuery(jobQuery(id))
  const found = useQuery(appQuery(id))
  const { data: app } = found
  if (app === undefined)
    return (
      <Page title="Enterprise app" crumbs={[APPS]}>
        <Loaded query={found} lines={6} missing={<NoSuchApp />}>
          {() => null}
        </Loaded>
      </Page>
    )
  const address = appAddress(app.id)
  return (
    <Page
      title={app.displayName}
      {...(part === 'Overview' ? {} : { part })}
      crumbs={[APPS, ...(part === 'Overview' ? [] : [{ title: app.displayName, href: address }])]}
      actions={actions?.(app)}
    >
      <TabLinks
        label="App"
        links={[
          { label: 'Overview', href: address, isExact: true },
          { label: 'Users and groups', href: `${address}/users-and-groups` },
          { label: 'Provisioning', href: `${address}/provisioning` },
        ]}
      />
      {children(app)}
    </Page>
  )
}

function NoSuchApp() {
  return (
    <Empty
      title="There is no such app"
      action={
        <Button component="a" href="/enterprise-apps">
          Go to Enterprise apps
        </Button>
      }
    >
      It may have been deleted. Its provisioning logs are kept.
    </Empty>
  )
}
