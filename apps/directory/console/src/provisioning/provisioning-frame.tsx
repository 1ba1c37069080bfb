import { Group } from '@mantine/core'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { TabLinks } from '@muster/console-kit/tab-links.tsx'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { JobView } from '../../../contract/synchronization.ts'
import { appAddress, type EnterpriseApp } from '../apps/app-queries.ts'
import { NotConnected } from './not-connected.tsx'
import { isConnected, jobQuery } from './provisioning-queries.ts'

/** The parts of an app's provisioning; before it is connected, what has to be done first. */
export function ProvisioningFrame({
  app,
  toolbar,
  children,
}: {
  readonly app: EnterpriseApp
  readonly toolbar?: (job: JobView) => ReactNode
  readonly children: (job: JobView) => ReactNode
}) {
  const { data: job, error, refetch } = useQuery(jobQuery(app.id))
  if (job === undefined) return error ? <Failed error={error} onRetry={() => void refetch()} /> : <Loading lines={6} />
  if (!isConnected(job)) return <NotConnected app={app} />
  const address = `${appAddress(app.id)}/provisioning`
  return (
    <>
      <Group justify="space-between" gap="sm">
        <TabLinks
          label="Provisioning"
          look="pill"
          links={[
            { label: 'Overview', href: address, isExact: true },
            { label: 'Connectivity', href: `${address}/connectivity` },
            { label: 'Properties', href: `${address}/properties` },
            { label: 'Provisioning logs', href: `${address}/logs` },
          ]}
        />
        {toolbar?.(job)}
      </Group>
      {children(job)}
    </>
  )
}
