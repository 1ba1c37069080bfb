import type { Step } from '@muster/console-kit/getting-started.tsx'
import { relativeTime } from '@muster/console-kit/time-ago.tsx'
import { useQuery } from '@tanstack/react-query'
import type { JobView } from '../../../contract/synchronization.ts'
import { appAddress } from '../apps/app-queries.ts'
import { assignmentCountQuery } from '../apps/assignment-queries.ts'
import { type AppState, useAppStates } from '../principals/app-states.ts'
import { inSync, intervalWords } from '../provisioning/job-words.ts'
import { isConnected, settingsQuery } from '../provisioning/provisioning-queries.ts'

/** The steps that lead to people in a first app, each ticked by what the API tells has happened. */
export function useSteps(refetchInterval: number): readonly Step[] {
  const { states } = useAppStates(refetchInterval)
  const isKnown = states?.every(({ job }) => job !== undefined) ?? false
  // With several apps, the one that is furthest shows the way.
  const first = isKnown ? [...(states ?? [])].sort((one, other) => progress(other) - progress(one))[0] : undefined
  const id = first?.app.id ?? ''
  const assigned = useQuery({ ...assignmentCountQuery(id), enabled: first !== undefined, refetchInterval }).data
  const settings = useQuery({ ...settingsQuery(id), enabled: first !== undefined }).data
  const job = isConnected(first?.job) ? first.job : undefined
  const app = first ? appAddress(first.app.id) : '/enterprise-apps/new'
  const provisioning = first ? `${app}/provisioning` : '/enterprise-apps/new'
  const name = first?.app.displayName ?? 'the app'
  const known = (isDone: boolean): boolean | undefined => (isKnown ? isDone : undefined)
  const last = job?.status.lastExecution
  const people = job ? inSync(job, 'User') : 0
  const isScoped = first === undefined ? false : someoneIsInScope(assigned, settings?.syncAll)
  return [
    {
      title: 'Create an enterprise app',
      why: 'It stands for one application outside of this directory, such as the portal.',
      href: first ? app : '/enterprise-apps/new?create=yes',
      action: 'Create app',
      isDone: known(first !== undefined),
      evidence: `${name} is there.`,
    },
    {
      title: 'Connect it',
      why: 'Give it the Tenant URL and the secret token of the application, and test the connection.',
      href: first ? (job ? `${provisioning}/connectivity` : `${provisioning}/new`) : provisioning,
      action: 'Connect',
      isDone: known(job !== undefined),
      evidence: `${name} is connected.`,
    },
    {
      title: 'Choose who is provisioned',
      why: 'Assign users and groups to the app, or have everyone in its scope.',
      href: first ? `${app}/users-and-groups` : provisioning,
      action: 'Assign users and groups',
      isDone: isKnown ? isScoped : undefined,
      evidence: settings?.syncAll ? 'All users and groups are in scope.' : `${assigned} assigned, people and groups.`,
    },
    {
      title: 'Start provisioning',
      why: `The initial cycle looks at everyone in scope; then a cycle follows every ${intervalWords(job?.schedule.interval ?? 'PT40M')}.`,
      href: provisioning,
      action: 'Go to provisioning',
      isDone: known(isOn(job)),
      evidence: job?.schedule.state === 'Active' ? 'Provisioning is started.' : 'It was started.',
    },
    {
      title: 'See the first cycle finish',
      why: 'Its result says how many were created, updated or failed.',
      href: provisioning,
      action: 'Watch the cycle',
      isDone: known(last != null),
      ...(last ? { evidence: `The last cycle ended ${ago(last.timeEnded)}.` } : {}),
    },
    {
      title: 'See the first person arrive',
      why: 'The provisioning logs tell of each person what was done, or why nothing was.',
      href: `${provisioning}/logs`,
      action: 'See the logs',
      isDone: known(people > 0),
      evidence: people === 1 ? '1 person is in sync.' : `${people} people are in sync.`,
    },
  ]
}

const isOn = (job: JobView | undefined): boolean =>
  job !== undefined && (job.schedule.state === 'Active' || job.status.lastExecution !== null)

/** Undefined while neither is known. */
function someoneIsInScope(assigned: number | undefined, syncAll: boolean | undefined): boolean | undefined {
  if ((assigned ?? 0) > 0 || syncAll) return true
  return assigned === undefined || syncAll === undefined ? undefined : false
}

/** How many of the steps that a job tells of an app has behind it. */
function progress({ job }: AppState): number {
  if (!isConnected(job)) return 0
  return [true, isOn(job), job.status.lastExecution !== null, inSync(job, 'User') > 0].filter(Boolean).length
}

const ago = (time: string): string => {
  const instant = new Date(time)
  return relativeTime(instant, Math.max(Date.now(), instant.getTime()))
}
