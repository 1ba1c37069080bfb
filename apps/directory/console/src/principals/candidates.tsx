import { Checkbox, Text } from '@mantine/core'
import { Failed, Loading } from '@muster/console-kit/states.tsx'
import type { Candidate } from '../apps/assignment-queries.ts'
import { KindIcon } from '../apps/kind-icon.tsx'
import classes from './pick.module.css'

/** Who was found, each to be ticked; those who are there already can't be. */
export function Candidates({
  query: { data, error, refetch },
  asked,
  judge,
  already,
  isTaken,
  isChosen,
  onToggle,
}: {
  readonly query: {
    readonly data: readonly Candidate[] | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly asked: string
  readonly judge: (candidate: Candidate) => Candidate
  readonly already: string
  readonly isTaken: (id: string) => boolean
  readonly isChosen: (id: string) => boolean
  readonly onToggle: (candidate: Candidate) => void
}) {
  if (error && data === undefined) return <Failed error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Loading lines={6} />
  if (data.length === 0)
    return (
      <Text size="sm" c="dimmed" role="status">
        {asked
          ? `No person or group has a name with a word that begins with “${asked}”.`
          : 'There are no people or groups in this directory yet.'}
      </Text>
    )
  return (
    <ul className={classes.found} aria-label="People and groups">
      {data.map(judge).map((candidate) => {
        const { id, type, displayName, detail, caution, refusal } = candidate
        const isThere = isTaken(id)
        return (
          <li key={id}>
            <Checkbox
              className={classes.candidate ?? ''}
              checked={isThere || isChosen(id)}
              disabled={isThere || refusal !== undefined}
              onChange={() => onToggle(candidate)}
              label={
                <span className={classes.label}>
                  <KindIcon type={type} />
                  <bdi>{displayName}</bdi>
                </span>
              }
              description={
                isThere ? `${detail} · ${already}` : [detail, refusal ?? caution].filter(Boolean).join(' · ')
              }
            />
          </li>
        )
      })}
    </ul>
  )
}
