import { Anchor, Skeleton, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Status, type Tone } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import type { ExecutionView, JobView } from '../../../contract/synchronization.ts'
import { cycleCountsQuery, OUTCOMES } from '../provisioning-logs/cycle-counts.ts'
import { cycleName, lengthOf } from './job-words.ts'
import classes from './last-cycle.module.css'

const RESULTS: Readonly<Record<ExecutionView['state'], { readonly word: string; readonly tone: Tone }>> = {
  Succeeded: { word: 'Succeeded', tone: 'good' },
  EntryLevelErrors: { word: 'Succeeded, with failures', tone: 'warn' },
  Failed: { word: 'Failed', tone: 'bad' },
}

/** What the last cycle did: when, how long, and how many, each number a way into the logs. */
export function LastCycle({ job, address }: { readonly job: JobView; readonly address: string }) {
  const last = job.status.lastExecution
  if (!last) return null
  const { word, tone } = RESULTS[last.state]
  return (
    <Section title="Last cycle" actions={<Status tone={tone}>{word}</Status>}>
      <Text size="sm" c="dimmed">
        {cycleName(last.cycleType)}, ended <TimeAgo value={last.timeEnded} isFocusable />, took{' '}
        {lengthOf(Date.parse(last.timeEnded) - Date.parse(last.timeBegan))}.
      </Text>
      {last.state !== 'Failed' && <Counts job={job} last={last} address={address} />}
    </Section>
  )
}

function Counts({
  job,
  last,
  address,
}: {
  readonly job: JobView
  readonly last: ExecutionView
  readonly address: string
}) {
  const { data, error } = useQuery(cycleCountsQuery(job.id, last))
  if (error)
    return (
      <Text size="sm" c="dimmed">
        How many is not known now. The{' '}
        <Anchor underline="always" href={`${address}/logs`}>
          provisioning logs
        </Anchor>{' '}
        tell of each.
      </Text>
    )
  const cycle = encodeURIComponent(last.activityIdentifier)
  return (
    <ul className={classes.counts}>
      {OUTCOMES.map(({ name, word, query }) => {
        const count = data?.[name]
        const text = count === undefined ? <Skeleton height={20} width={36} my={4} /> : format.format(count)
        return (
          <li key={name} className={classes.count} data-bad={name === 'failed' && (count ?? 0) > 0}>
            {count ? (
              <a href={`${address}/logs?cycle=${cycle}&${query}`} className={classes.number}>
                {text} <span className={classes.word}>{word}</span>
              </a>
            ) : (
              <span className={classes.number} data-none={count === 0}>
                {text} <span className={classes.word}>{word}</span>
              </span>
            )}
          </li>
        )
      })}
    </ul>
  )
}

const format = new Intl.NumberFormat('en')
