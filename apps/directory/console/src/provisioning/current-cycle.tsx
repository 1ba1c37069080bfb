import { Anchor, Stack, Text, VisuallyHidden } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { exactTime, TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { WorkBar } from '@muster/console-kit/work-bar.tsx'
import type { ReactNode } from 'react'
import type { JobView } from '../../../contract/synchronization.ts'
import { verdictOn } from './connection-verdict.ts'
import { cycleName, jobStatus } from './job-words.ts'
import { VerdictDetails } from './verdict-details.tsx'

/** What happens now: the cycle under way with how far it is, or when the next one comes. */
export function CurrentCycle({ job, address }: { readonly job: JobView; readonly address: string }) {
  const { running } = job.status
  const { word, tone } = jobStatus(job)
  return (
    <Section
      title="Current cycle"
      actions={<Status tone={tone}>{running && job.schedule.state === 'Active' ? 'Running' : word}</Status>}
    >
      {/* Told aloud is that a cycle began or ended, not each change of a number or of how long ago. */}
      <VisuallyHidden aria-live="polite">
        {running ? `${cycleName(running.cycleType)} is running` : 'No cycle is running'}
      </VisuallyHidden>
      {!running && (
        <Text maw={720}>
          <Idle job={job} />
        </Text>
      )}
      {!running && <WhyFailed job={job} address={address} />}
      {running && <Running job={job} running={running} />}
    </Section>
  )
}

function Running({
  job,
  running,
}: {
  readonly job: JobView
  readonly running: NonNullable<JobView['status']['running']>
}) {
  const [progress] = job.status.progress
  const done = progress?.completedUnits ?? 0
  const total = progress?.totalUnits ?? 0
  const observed = progress ? Date.parse(progress.progressObservationDateTime) : Number.NaN
  const seconds = (observed - Date.parse(running.timeBegan)) / 1_000
  const { nextExecution } = job.status
  return (
    <>
      <WorkBar
        label={cycleName(running.cycleType)}
        done={done}
        {...(total > 0 ? { all: total } : {})}
        {...(seconds > 0 ? { seconds } : {})}
      />
      <Text size="sm" c="dimmed" mt="xs">
        Began <TimeAgo value={running.timeBegan} isFocusable />. {count.format(running.countExported)} of{' '}
        {count.format(running.countExports)} changes sent
        {running.countEscrowed > 0 ? `, ${count.format(running.countEscrowed)} failed` : ''}.
        {nextExecution?.timeDue === null && ' Another cycle was asked for and follows right behind it.'}
        {job.schedule.state === 'Paused' && ' Provisioning is stopped: this cycle ends, then no request leaves.'}
      </Text>
    </>
  )
}

const count = new Intl.NumberFormat('en')
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

function Idle({ job }: { readonly job: JobView }): ReactNode {
  const { lastExecution, lastSuccessfulExecutionWithExports: changed, nextExecution, quarantine } = job.status
  if (job.schedule.state === 'Paused')
    return 'Provisioning is stopped: nothing is sent. What was remembered is kept, and the next cycle goes on where the last one ended.'
  if (job.schedule.state === 'Disabled')
    return lastExecution
      ? 'Provisioning was switched off. Start it to go on where the last cycle ended.'
      : 'Provisioning has not been started. Its first cycle looks at everyone in scope, matches who has an account there already, and makes the others.'
  const next = <NextCycle due={nextExecution?.timeDue ?? undefined} />
  if (quarantine) return <>Nothing is sent. {next}</>
  if (!lastExecution) return 'The initial cycle begins within seconds.'
  if (lastExecution.state === 'Failed') return <>The last cycle could not be run. {next}</>
  if (lastExecution.countExports === 0 && lastExecution.countEscrowed === 0)
    return (
      <>
        Nothing has changed since <Clock at={changed?.timeEnded ?? lastExecution.timeBegan} />. {next}
      </>
    )
  const waiting = lastExecution.countEscrowed
  return (
    <>
      No cycle is running. {next}
      {waiting > 0 &&
        ` ${waiting === 1 ? 'One object or reference' : `${count.format(waiting)} objects and references`} failed and ${waiting === 1 ? 'waits' : 'wait'} for another try.`}
    </>
  )
}

/** Why the last cycle could not be run; a quarantine says it itself. */
function WhyFailed({ job, address }: { readonly job: JobView; readonly address: string }) {
  const { lastExecution, quarantine } = job.status
  if (lastExecution?.state !== 'Failed' || !lastExecution.error || quarantine) return null
  return (
    <Stack gap="xs" mt="sm" align="flex-start">
      <Text component="div" c="var(--kit-bad)">
        <VerdictDetails verdict={verdictOn(lastExecution.error)} />
      </Text>
      <Text size="sm">
        Test and correct the connection under{' '}
        <Anchor underline="always" href={`${address}/connectivity`}>
          Connectivity
        </Anchor>
        .
      </Text>
    </Stack>
  )
}

function NextCycle({ due }: { readonly due: string | undefined }) {
  if (due === undefined) return null
  const at = new Date(due)
  if (at.getTime() <= Date.now()) return 'The next cycle begins within seconds.'
  return (
    <>
      The next cycle is at <Clock at={due} />, <TimeAgo value={due} isFocusable />.
    </>
  )
}

/** A time of day; the day too when it is not near. */
function Clock({ at }: { readonly at: string }) {
  const instant = new Date(at)
  const isNear = Math.abs(instant.getTime() - Date.now()) < 20 * 60 * 60 * 1_000
  return (
    <time dateTime={at} title={exactTime(instant)}>
      {(isNear ? clock : day).format(instant)}
    </time>
  )
}
