import { Stack } from '@mantine/core'
import { Page } from '@muster/console-kit/page.tsx'
import { useMe } from '../me.tsx'
import { AppStates } from './app-states.tsx'
import { Counts } from './counts.tsx'
import { FailedLately } from './failed-lately.tsx'
import { FirstSteps } from './first-steps.tsx'
import classes from './home.module.css'
import { NoRole } from './no-role.tsx'

/** Whether everything is all right, what needs a hand, and who is here. */
export function HomePage() {
  const { may, tenant } = useMe()
  if (!may.readsLogs) return <NoRole />
  return (
    <Page title="Home" description={tenant.displayName}>
      {may.managesApps && <FirstSteps />}
      <div className={classes.grid} data-single={!may.readsDirectory}>
        <Stack gap="md">
          {may.managesApps && <AppStates />}
          <FailedLately />
        </Stack>
        {may.readsDirectory && <Counts />}
      </div>
    </Page>
  )
}
