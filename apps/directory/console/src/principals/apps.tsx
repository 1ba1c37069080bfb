import { Anchor, Text } from '@mantine/core'
import { Section } from '@muster/console-kit/page.tsx'
import { Loaded } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { appAddress } from '../apps/app-queries.ts'
import { jobStatus } from '../provisioning/job-words.ts'
import { useAppsOf } from './app-states.ts'
import classes from './apps.module.css'

/** The apps that somebody or a group is provisioned to in their own right, and how those do. */
export function Apps({ id, what }: { readonly id: string; readonly what: 'user' | 'group' }) {
  const apps = useAppsOf(id)
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
                        · {reason === 'assigned' ? 'assigned' : 'all are in scope'}
                      </Text>
                    </span>
                    {job !== undefined && <Status tone={jobStatus(job).tone}>{jobStatus(job).word}</Status>}
                  </li>
                ))}
              </ul>
            )}
            <Text size="sm" c="dimmed" mt={own.length > 0 ? 'xs' : 0}>
              {sentence(what, own.length, apps.isCut)}
            </Text>
          </>
        )}
      </Loaded>
    </Section>
  )
}

function sentence(what: 'user' | 'group', count: number, isCut: boolean): string {
  const cut = isCut ? ' Only the first 25 apps were looked at.' : ''
  if (what === 'group')
    return `${count === 0 ? 'Assigned to no app.' : 'Its direct members are provisioned with it.'}${cut}`
  return `${count === 0 ? 'Assigned to no app directly.' : ''} Apps that come with a group are on the group’s page.${cut}`.trim()
}
