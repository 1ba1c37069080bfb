import { Anchor, Button, Skeleton, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import { Status, type Tone } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import type { ExecutionView, JobView } from '../../../contract/synchronization.ts'
import { appAddress, type EnterpriseApp } from '../apps/app-queries.ts'
import { type AppState, useAppStates } from '../principals/app-states.ts'
import { inSync, jobStatus } from '../provisioning/job-words.ts'
import { cycleCountsQuery } from '../provisioning-logs/cycle-counts.ts'
import { HEARTBEAT_MS } from './first-steps.tsx'
import classes from './home.module.css'

/** How every app's provisioning does: first in one sentence, then app by app. */
export function AppStates() {
  const { states, error, refetch, isCut } = useAppStates(HEARTBEAT_MS)
  return (
    <Section title="Provisioning" {...(states && states.length > 0 ? { actions: <Verdict states={states} /> } : {})}>
      {states === undefined ? (
        error ? (
          <Failed error={error} onRetry={() => void refetch()} />
        ) : (
          <Loading lines={3} />
        )
      ) : states.length === 0 ? (
        <Text size="sm" c="dimmed">
          No app is connected yet, so nobody is provisioned anywhere.{' '}
          <Anchor href="/enterprise-apps/new" inherit>
            Create an enterprise app
          </Anchor>
        </Text>
      ) : (
        <table className={classes.apps} aria-label="Provisioning of each app">
          <thead>
            <tr>
              {TITLES.map((title) => (
                <th key={title} scope="col" data-number={title === 'People in sync' || title === 'Failed'}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {states.map((state) => (
              <AppRow key={state.app.id} state={state} />
            ))}
          </tbody>
        </table>
      )}
      {isCut && (
        <Button component="a" href="/enterprise-apps" variant="default" size="xs" mt="md">
          See all apps
        </Button>
      )}
    </Section>
  )
}

const TITLES = ['App', 'State', 'Last cycle', 'Next cycle', 'People in sync', 'Failed'] as const

function AppRow({ state: { app, job } }: { readonly state: AppState }) {
  const address = `${appAddress(app.id)}/provisioning`
  const last = job?.status.lastExecution
  const { word, tone } = jobStatus(job ?? null)
  const isRunning = job?.status.running != null && tone === 'good'
  return (
    <tr>
      <td>
        <Anchor href={address} inherit fw={500} c="inherit">
          <bdi>{app.displayName}</bdi>
        </Anchor>
      </td>
      <td data-title="State">
        {job === undefined ? (
          <Skeleton height={14} width={80} my={3} />
        ) : (
          <Status tone={tone}>{isRunning ? 'Running' : word}</Status>
        )}
      </td>
      <td data-title="Last cycle">
        <TimeAgo value={last?.timeEnded} none="–" isShort />
      </td>
      <td data-title="Next cycle">
        <TimeAgo value={job?.status.nextExecution?.timeDue} none={isRunning ? 'right behind' : '–'} isShort />
      </td>
      <td data-title="People in sync" data-number>
        {job ? count.format(inSync(job, 'User')) : '–'}
      </td>
      <td data-title="Failed" data-number>
        {job && last && last.state !== 'Failed' ? <Failures app={app} job={job} last={last} /> : '–'}
      </td>
    </tr>
  )
}

/** How many people and groups failed in the last cycle, as the logs count them: not each membership that waits for them. */
function Failures({
  app,
  job,
  last,
}: {
  readonly app: EnterpriseApp
  readonly job: JobView
  readonly last: ExecutionView
}) {
  const counts = useQuery({ ...cycleCountsQuery(job.id, last), enabled: last.countEscrowed > 0 })
  if (last.countEscrowed === 0) return '0'
  if (counts.data === undefined)
    return counts.error ? 'some' : <Skeleton height={14} width={20} my={3} display="inline-block" />
  const { failed } = counts.data
  if (failed === 0) return '0'
  return (
    <Anchor
      href={`${appAddress(app.id)}/provisioning/logs?cycle=${encodeURIComponent(last.activityIdentifier)}&status=failure`}
      inherit
      className={classes.bad ?? ''}
      aria-label={`${failed} failed in the last cycle of ${app.displayName}`}
    >
      {count.format(failed)}
    </Anchor>
  )
}

const count = new Intl.NumberFormat('en')

/** All of them in one word: the worst counts. */
function Verdict({ states }: { readonly states: readonly AppState[] }) {
  if (states.some(({ job }) => job === undefined)) return null
  const by = (wanted: Tone) => states.filter(({ job }) => jobStatus(job ?? null).tone === wanted).length
  const [bad, warn, good] = [by('bad'), by('warn'), by('good')]
  const needs = bad + warn
  if (needs > 0)
    return (
      <Status tone={bad > 0 ? 'bad' : 'warn'}>
        {needs === 1 ? '1 app needs a look' : `${needs} apps need a look`}
      </Status>
    )
  return good > 0 ? (
    <Status tone="good">Everything is all right</Status>
  ) : (
    <Status tone="idle">Nothing is started</Status>
  )
}
