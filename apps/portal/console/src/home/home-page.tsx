import { Anchor, Stack } from '@mantine/core'
import { Page, Section } from '@muster/console-kit/page.tsx'
import { Loading } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { useMe } from '../me.tsx'
import { PERMISSION } from '../permissions.ts'
import { FirstSteps } from './first-steps.tsx'
import { useHands } from './hands.ts'
import classes from './home.module.css'
import { Lately } from './lately.tsx'
import { Mine } from './mine.tsx'
import { People } from './people.tsx'

/** Whether everything is all right, what needs a hand, what happened, and what the reader has here. */
export function HomePage() {
  const me = useMe()
  return (
    <Page title="Home" description={me.workspace.name}>
      <FirstSteps />
      <div className={classes.grid}>
        <Stack gap="lg">
          <NeedsAHand />
          {me.may(PERMISSION.viewAuditLogs) && <Lately />}
        </Stack>
        <Stack gap="lg">
          {me.may(PERMISSION.viewRoles) && <People />}
          <Mine />
        </Stack>
      </div>
    </Page>
  )
}

function NeedsAHand() {
  const { hands, isRead, error } = useHands()
  return (
    <Section title="Needs a hand">
      {hands.length === 0 && isRead && <Status tone="good">Nothing right now</Status>}
      {!isRead && (error ? <Status tone="warn">Part of this could not be read</Status> : <Loading lines={1} />)}
      {hands.length > 0 && (
        <ul className={classes.list}>
          {hands.map(({ what, href, tone, word }) => (
            <li key={what}>
              <Anchor href={href} inherit c="inherit" className={classes.what ?? ''}>
                {what}
              </Anchor>
              <span className={classes.when}>
                <Status tone={tone}>{word}</Status>
              </span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
