import type { Tone } from '@muster/console-kit/status.tsx'
import type { JobView } from '../../../contract/synchronization.ts'

/** What an app's provisioning is doing, in a word and its tone. */
export function jobStatus(job: JobView | null): { readonly word: string; readonly tone: Tone } {
  if (job === null) return { word: 'Not configured', tone: 'idle' }
  const { code, running, lastExecution } = job.status
  switch (code) {
    case 'NotConfigured':
      return { word: 'Not connected', tone: 'idle' }
    case 'Quarantine':
      return { word: 'In quarantine', tone: 'bad' }
    case 'Paused':
      return running ? { word: 'Stopping', tone: 'warn' } : { word: 'Stopped', tone: 'warn' }
    case 'NotRun':
      return job.schedule.state === 'Active'
        ? { word: running ? 'Running' : 'Starting', tone: 'good' }
        : { word: 'Not started', tone: 'idle' }
    case 'Active':
      if (lastExecution?.state === 'Failed') return { word: 'Last cycle failed', tone: 'bad' }
      if (lastExecution?.state === 'EntryLevelErrors') return { word: 'On, with failures', tone: 'warn' }
      return { word: 'On', tone: 'good' }
    default:
      return code satisfies never
  }
}

/** "Initial cycle", "Incremental cycle". */
export const cycleName = (type: 'Initial' | 'Incremental'): string => `${type} cycle`

/** Why a job is held back, for somebody who has to mend it. */
export const QUARANTINE_REASONS: Readonly<Record<string, string>> = {
  EncounteredQuarantineException: 'The target system can’t be provisioned to at all.',
  EncounteredEscrowProportionThreshold: 'Too large a share of one cycle failed.',
  EncounteredBaseEscrowThreshold: 'Too many people and groups failed.',
  EncounteredTotalEscrowThreshold: 'Too many people, groups, memberships and managers failed.',
  QuarantinedOnDemand: 'It was put into quarantine by hand.',
  TooManyDeletes: 'More would have been deleted than the guard allows.',
}

/** A length of time as people say it: "1.4 s", "3 min 5 s". @param ms Milliseconds. */
export function lengthOf(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1)} s`
  const seconds = Math.round(ms / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (hours > 0) return `${hours} h ${minutes % 60} min`
  return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`
}

/** An ISO 8601 duration as people say it behind "every": PT40M is "40 minutes", PT1H "hour". */
export function intervalWords(iso: string): string {
  const [, days, hours, minutes, seconds] = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso) ?? []
  const parts = [
    [days, 'day'],
    [hours, 'hour'],
    [minutes, 'minute'],
    [seconds, 'second'],
  ] as const
  const said = parts.flatMap(([count, unit]) =>
    count === undefined ? [] : [`${Number(count)} ${unit}${Number(count) === 1 ? '' : 's'}`],
  )
  return said.length === 0 ? iso : said.join(' ').replace(/^1 (\w+)$/, '$1')
}

/** How many people or groups have an account in the target that is known to be theirs. */
export const inSync = (job: JobView, key: 'User' | 'Group'): number =>
  job.status.synchronizedEntryCountByType.find((entry) => entry.key === key)?.value ?? 0
