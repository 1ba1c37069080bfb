import { Text } from '@mantine/core'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import type { ReactNode } from 'react'
import { isStarted, useAppStates } from './app-states.ts'

const SHOWN = 3

/** In which apps a change of somebody takes effect, and when: "At the next cycle of Portal (in 12 minutes)". */
export function NextCycles({ children }: { readonly children: ReactNode }) {
  const { states, isCut } = useAppStates()
  const started = states?.filter(isStarted)
  if (started?.length === 0)
    return (
      <Text size="sm">
        Provisioning is started for no app: in connected apps nothing changes until it is started again.
      </Text>
    )
  return (
    <Text size="sm">
      At the next cycle
      {started && (
        <>
          {' of '}
          {started.slice(0, SHOWN).map(({ app, job }, place) => (
            <span key={app.id}>
              {place > 0 && ', '}
              <bdi>{app.displayName}</bdi>
              {job?.status.nextExecution?.timeDue && (
                <>
                  {' '}
                  (<TimeAgo value={job.status.nextExecution.timeDue} />)
                </>
              )}
            </span>
          ))}
          {(started.length > SHOWN || isCut) && ' and others'}
        </>
      )}
      , {children}
    </Text>
  )
}
