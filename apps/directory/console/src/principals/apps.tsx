import { Anchor, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { appAddress } from '../apps/app-queries.ts'
import { jobStatus } from '../provisioning/job-words.ts'
import { type Principal, useAppsOf } from './app-states.ts'
import classes from './apps.module.css'

/** The apps that somebody or a group is provisioned to, why, and how those do. */
export function Apps({ principal, what }: { readonly principal: Principal; readonly what: 'user' | 'group' }) {
  const apps = useAppsOf(principal)
  return (
    <Section title="Apps">
      <Loaded query={apps} lines={2}>
        {(own) => (
          <>
            {own.length > 0 && (
              <ul className={classes.rows}>
                {own.map(({ state: { app, job }, reason }) => (
                  <li key={app.id} className={classes.row}>
                    <span>
                      <Anchor href={appAddress(app.id)} inherit>
                        <bdi>{app.displayName}</bdi>
                      </Anchor>{' '}
                      <Text component="span" inherit c="dimmed">
                        · {REASONS[reason.by]}
                        {reason.by === 'group' && <bdi>{reason.name}</bdi>}
                      </Text>
                    </span>
                    {job !== undefined && <Status tone={jobStatus(job).tone}>{jobStatus(job).word}</Status>}
                  </li>
                ))}
              </ul>
            )}
            {(own.length === 0 || apps.isCut) && (
              <Text size="sm" c="dimmed" mt={own.length > 0 ? 'xs' : 0}>
                {own.length === 0 && NONE[what]}
                {apps.isCut && ' Not every app and group was looked at: there are many.'}
              </Text>
            )}
          </>
        )}
      </Loaded>
    </Section>
  )
}

const REASONS = { everyone: 'everyone is in scope', themselves: 'assigned', group: 'by the group ' } as const

const NONE = {
  user: 'Assigned to no app, directly or by a group.',
  group: 'Assigned to no app.',
} as const
