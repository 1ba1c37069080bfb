import { LoopDiagram } from '@muster/console-kit/loop-diagram.tsx'
import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import type { JobView } from '../../../contract/synchronization.ts'
import type { EnterpriseApp } from '../apps/app-queries.ts'
import { useMe } from '../me.tsx'
import { inSync, jobStatus } from './job-words.ts'
import { settingsQuery } from './provisioning-queries.ts'

/** The connection as a picture: who is sent, where to, and how the last cycle went. */
export function Loop({ app, job }: { readonly app: EnterpriseApp; readonly job: JobView }) {
  const me = useMe()
  const settings = useQuery(settingsQuery(app.id)).data
  const { lastExecution, running, quarantine } = job.status
  const { tone } = jobStatus(job)
  const people = inSync(job, 'User')
  const last = lastExecution
    ? `${quarantine || lastExecution.state === 'Failed' ? 'Last cycle failed' : 'Last cycle'} ${relativeTime(new Date(lastExecution.timeEnded), Date.now())}`
    : 'No cycle has ended yet'
  return (
    <LoopDiagram
      from={{
        name: me.tenant.displayName,
        detail: settings?.syncAll ? 'All users and groups' : 'Assigned users and groups',
      }}
      to={{ name: app.displayName, detail: `${format.format(people)} ${people === 1 ? 'person' : 'people'} in sync` }}
      address={settings?.tenantUrl ?? ''}
      lastCall={running ? 'A cycle is running' : last}
      tone={tone}
    />
  )
}

const format = new Intl.NumberFormat('en')
