import { Alert, Group, Tabs, Text } from '@mantine/core'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Empty, Failed, Loading } from '@muster/console-kit/states.tsx'
import { Status } from '@muster/console-kit/status.tsx'
import { TimeAgo } from '@muster/console-kit/time-ago.tsx'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { ProvisioningLogView } from '../../../contract/provisioning-log.ts'
import { Changes } from './changes.tsx'
import classes from './log-panel.module.css'
import { logQuery } from './log-queries.ts'
import { ACTIONS, nameOf, RESULTS, saidBy } from './log-words.ts'
import { Steps } from './steps.tsx'
import { Summary } from './summary.tsx'
import { Troubleshooting } from './troubleshooting.tsx'

/** One entry whole: its steps, what it changed, what to do about it, its ids. */
export function LogPanel({
  id,
  entry,
  onClose,
}: {
  readonly id: string
  /** When the list has it already. */
  readonly entry: ProvisioningLogView | undefined
  readonly onClose: () => void
}) {
  const read = useQuery({ ...logQuery(id), enabled: entry === undefined })
  const shown = entry ?? read.data
  return (
    <SidePanel
      title={shown ? `${ACTIONS[shown.provisioningAction]}: ${nameOf(shown.sourceIdentity)}` : 'Log entry'}
      onClose={onClose}
      size={640}
    >
      {shown ? (
        <Entry entry={shown} />
      ) : shown === null ? (
        <Empty title="There is no such entry">Entries are kept for 30 days.</Empty>
      ) : read.error ? (
        <Failed error={read.error} onRetry={() => void read.refetch()} />
      ) : (
        <Loading lines={6} />
      )}
    </SidePanel>
  )
}

function Entry({ entry }: { readonly entry: ProvisioningLogView }) {
  const { status, errorInformation } = entry.provisioningStatusInfo
  const { word, tone } = RESULTS[status]
  const said = errorInformation && saidBy(errorInformation)
  return (
    <>
      <Group gap="md" mb="sm">
        <Status tone={tone}>{word}</Status>
        <Text size="sm" c="dimmed">
          <TimeAgo value={entry.activityDateTime} isFocusable />
          {entry.servicePrincipal.displayName && `, ${entry.servicePrincipal.displayName}`}
        </Text>
      </Group>
      {errorInformation && status === 'failure' && (
        <Alert
          color="red"
          variant="outline"
          icon={<IconAlertTriangle aria-hidden />}
          title={errorInformation.reason}
          mb="md"
        >
          {said && (
            <Text size="sm" mb={4}>
              The target system said: {said}
            </Text>
          )}
          {errorInformation.recommendedAction}
        </Alert>
      )}
      <Tabs defaultValue="steps" keepMounted={false}>
        <Tabs.List mb="md" className={classes.tabs ?? ''}>
          <Tabs.Tab value="steps">Steps</Tabs.Tab>
          <Tabs.Tab value="changes">Modified properties</Tabs.Tab>
          <Tabs.Tab value="troubleshooting">Troubleshooting &amp; recommendations</Tabs.Tab>
          <Tabs.Tab value="summary">Summary</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="steps">
          <Steps steps={entry.provisioningSteps} />
        </Tabs.Panel>
        <Tabs.Panel value="changes">
          <Changes entry={entry} />
        </Tabs.Panel>
        <Tabs.Panel value="troubleshooting">
          <Troubleshooting entry={entry} />
        </Tabs.Panel>
        <Tabs.Panel value="summary">
          <Summary entry={entry} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
}
