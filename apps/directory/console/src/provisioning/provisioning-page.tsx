import { Text } from '@mantine/core'
import { Copyable } from '@muster/console-kit/copyable.tsx'
import { Section } from '@muster/console-kit/page.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import type { JobView } from '../../../contract/synchronization.ts'
import { AppFrame } from '../apps/app-frame.tsx'
import { appAddress, type EnterpriseApp } from '../apps/app-queries.ts'
import { CurrentCycle } from './current-cycle.tsx'
import { JobToolbar } from './job-toolbar.tsx'
import { inSync, intervalWords } from './job-words.ts'
import { LastCycle } from './last-cycle.tsx'
import { Loop } from './loop.tsx'
import { ProvisioningFrame } from './provisioning-frame.tsx'
import classes from './provisioning-page.module.css'
import { QuarantineBanner } from './quarantine-banner.tsx'
import { useLiveJob } from './use-job.ts'

export function ProvisioningPage() {
  return (
    <AppFrame part="Provisioning">
      {(app) => (
        <ProvisioningFrame app={app} toolbar={(job) => <JobToolbar app={app} job={job} />}>
          {(job) => <Overview app={app} job={job} />}
        </ProvisioningFrame>
      )}
    </AppFrame>
  )
}

function Overview({ app, job }: { readonly app: EnterpriseApp; readonly job: JobView }) {
  useLiveJob(app.id, job.id)
  const address = `${appAddress(app.id)}/provisioning`
  return (
    <>
      <QuarantineBanner job={job} address={address} />
      <Loop app={app} job={job} />
      <div className={classes.columns}>
        <div className={classes.column}>
          <CurrentCycle job={job} address={address} />
          <LastCycle job={job} address={address} />
        </div>
        <div className={classes.column}>
          <Statistics job={job} />
          <Technical job={job} />
        </div>
      </div>
    </>
  )
}

function Statistics({ job }: { readonly job: JobView }) {
  const { steadyStateFirstAchievedTime: first, steadyStateLastAchievedTime: last } = job.status
  return (
    <Section title="Statistics to date">
      <div className={classes.numbers}>
        {(['User', 'Group'] as const).map((key) => (
          <div key={key}>
            <div className={classes.number}>{format.format(inSync(job, key))}</div>
            <div className={classes.word}>{key === 'User' ? 'Users' : 'Groups'}</div>
          </div>
        ))}
      </div>
      <Text size="sm" c="dimmed" mt="sm">
        {first ? (
          <>
            First fully in step <TimeAgo value={first} isFocusable />, last <TimeAgo value={last} isFocusable />.
          </>
        ) : (
          `Not fully in step yet: no cycle has ended${job.status.lastExecution ? ' without a failure' : ''}.`
        )}
      </Text>
    </Section>
  )
}

function Technical({ job }: { readonly job: JobView }) {
  const activity = job.status.running?.activityIdentifier ?? job.status.lastExecution?.activityIdentifier
  return (
    <Section title="Technical information">
      <dl className={classes.ids}>
        <dt>Job ID</dt>
        <dd>
          <Copyable value={job.id} label="Copy the job ID" />
        </dd>
        <dt>Activity ID</dt>
        <dd>{activity ? <Copyable value={activity} label="Copy the activity ID" /> : 'None yet'}</dd>
        <dt>Interval</dt>
        <dd>Every {intervalWords(job.schedule.interval)}</dd>
      </dl>
    </Section>
  )
}

const format = new Intl.NumberFormat('en')
