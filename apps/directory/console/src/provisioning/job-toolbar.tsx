import { Button, Group, Text } from '@mantine/core'
import { DangerDialog, Losses } from '@muster/console-kit/danger-dialog.tsx'
import { toldDone, toldFailed } from '@muster/console-kit/toasts.ts'
import { IconPlayerPause, IconPlayerPlay, IconPlayerTrackNext, IconRefresh } from '@tabler/icons-react'
import { useState } from 'react'
import type { JobView } from '../../../contract/synchronization.ts'
import type { EnterpriseApp } from '../apps/app-queries.ts'
import { controlJob, provisioningChanged } from './provisioning-queries.ts'

type Verb = 'start' | 'pause' | 'runNow'

const TOLD: Readonly<Record<Verb, { readonly done: string; readonly failed: string }>> = {
  start: { done: 'Provisioning was started', failed: 'Provisioning was not started' },
  pause: { done: 'Provisioning was stopped', failed: 'Provisioning was not stopped' },
  runNow: { done: 'A cycle was asked for', failed: 'No cycle was asked for' },
}

/** What can be done to an app's provisioning now. */
export function JobToolbar({ app, job }: { readonly app: EnterpriseApp; readonly job: JobView }) {
  const [busy, setBusy] = useState<Verb>()
  const [isRestarting, setRestarting] = useState(false)
  const isStarted = job.schedule.state === 'Active'
  // Before the first cycle there is nothing to forget.
  const hasRun = isStarted || job.status.lastExecution !== null
  const run = async (verb: Verb) => {
    setBusy(verb)
    try {
      await controlJob(app.id, job.id, verb)
      await provisioningChanged(app.id)
      toldDone(TOLD[verb].done)
    } catch (error) {
      toldFailed(error, TOLD[verb].failed)
    }
    setBusy(undefined)
  }
  return (
    <Group gap="xs" role="toolbar" aria-label="Provisioning">
      {hasRun && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconRefresh size={14} aria-hidden />}
          onClick={() => setRestarting(true)}
        >
          Restart provisioning
        </Button>
      )}
      {isStarted ? (
        <>
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPlayerPause size={14} aria-hidden />}
            loading={busy === 'pause'}
            onClick={() => void run('pause')}
          >
            Stop provisioning
          </Button>
          <Button
            size="xs"
            leftSection={<IconPlayerTrackNext size={14} aria-hidden />}
            loading={busy === 'runNow'}
            onClick={() => void run('runNow')}
          >
            Run now
          </Button>
        </>
      ) : (
        <Button
          size="xs"
          leftSection={<IconPlayerPlay size={14} aria-hidden />}
          loading={busy === 'start'}
          onClick={() => void run('start')}
        >
          Start provisioning
        </Button>
      )}
      {isRestarting && <RestartDialog app={app} job={job} onClose={() => setRestarting(false)} />}
    </Group>
  )
}

function RestartDialog({
  app,
  job,
  onClose,
}: {
  readonly app: EnterpriseApp
  readonly job: JobView
  readonly onClose: () => void
}) {
  const isStarted = job.schedule.state === 'Active'
  return (
    <DangerDialog
      title="Restart provisioning?"
      verb="Restart provisioning"
      onClose={onClose}
      onConfirm={async () => {
        await controlJob(app.id, job.id, 'restart')
        await provisioningChanged(app.id)
        toldDone('Provisioning was restarted')
      }}
    >
      <Text size="sm">A restart forgets:</Text>
      <Losses
        items={[
          { what: 'How far changes were read', names: 'so that an initial cycle looks at everyone again' },
          { what: 'What failed and waits', names: 'so that it is tried again at once' },
          ...(job.status.quarantine ? [{ what: 'The quarantine', names: 'so that requests leave again' }] : []),
        ]}
      />
      <Text size="sm">
        {isStarted
          ? job.status.running
            ? 'The initial cycle begins right behind the one that is running.'
            : 'The initial cycle begins at once.'
          : 'The initial cycle begins when provisioning is started.'}{' '}
        Which account belongs to whom is kept: nobody is made twice, and nobody loses access by it.
      </Text>
    </DangerDialog>
  )
}
