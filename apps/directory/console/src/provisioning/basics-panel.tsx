import { Badge, Group, Radio, Select, Stack, Text } from '@mantine/core'
import { queryClient } from '@muster/console-kit/console-root.tsx'
import { Meanwhile } from '@muster/console-kit/meanwhile.tsx'
import { CancelOr, PanelForm } from '@muster/console-kit/panel-form.tsx'
import { SidePanel } from '@muster/console-kit/side-panel.tsx'
import { Failed } from '@muster/console-kit/states.tsx'
import { toldDone } from '@muster/console-kit/toasts.ts'
import { useUnsaved } from '@muster/console-kit/unsaved.ts'
import { useState } from 'react'
import type { JobView } from '../../../contract/synchronization.ts'
import type { EnterpriseApp } from '../apps/app-queries.ts'
import { intervalWords } from './job-words.ts'
import { changeInterval, jobQuery, provisioningChanged, type Settings, saveSettings } from './provisioning-queries.ts'

/** Entra's own interval first; the others are for those who can't wait that long. */
const INTERVALS = ['PT40M', 'PT20M', 'PT10M', 'PT5M', 'PT1M', 'PT1H', 'PT6H', 'P1D']
const ENTRA = 'PT40M'

/** Scope and interval. Applying sends only what was changed. */
export function BasicsPanel({
  app,
  job,
  loaded,
  onClose,
}: {
  readonly app: EnterpriseApp
  readonly job: JobView
  readonly loaded: Settings
  readonly onClose: () => void
}) {
  // What is edited began with these, whatever is read behind the panel.
  const [began, setBegan] = useState({ syncAll: loaded.syncAll, interval: job.schedule.interval })
  const [scope, setScope] = useState(began.syncAll ? 'all' : 'assigned')
  const [interval, setIntervalText] = useState(began.interval)
  const [theirs, setTheirs] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const syncAll = scope === 'all'
  const movesScope = syncAll !== began.syncAll
  const isDirty = movesScope || interval !== began.interval
  const forget = useUnsaved(`basics:${app.id}`, {
    values: { scope, interval },
    setValues: (kept) => {
      setScope(kept.scope ?? scope)
      setIntervalText(kept.interval ?? interval)
    },
    isDirty: () => isDirty,
  })

  const save = async () => {
    if (movesScope) await saveSettings(app.id, { syncAll })
    if (interval !== began.interval) await changeInterval(app.id, job.id, interval)
    await provisioningChanged(app.id)
    forget()
    toldDone('The basics were changed')
    onClose()
  }
  const apply = async (isSure = false) => {
    setBusy(true)
    setError(undefined)
    try {
      // The scope has two values: who changed it meanwhile chose the same. The interval has many.
      const now =
        isSure || interval === began.interval
          ? undefined
          : await queryClient.fetchQuery({ ...jobQuery(app.id), staleTime: 0 })
      const current = now?.schedule.interval ?? began.interval
      if (current !== began.interval && current !== interval) setTheirs(current)
      else await save()
    } catch (refusal) {
      setError(refusal)
    }
    setBusy(false)
  }
  return (
    <SidePanel title="Basics" onClose={onClose}>
      <PanelForm
        onSubmit={(event) => {
          event.preventDefault()
          if (!isBusy && isDirty) void apply()
        }}
        notice={
          <>
            {theirs && (
              <Meanwhile
                isBusy={isBusy}
                onLoadTheirs={() => {
                  setBegan({ ...began, interval: theirs })
                  setIntervalText(theirs)
                  setTheirs(undefined)
                }}
                onSaveMine={() => void apply(true)}
              >
                Someone changed the interval to every {intervalWords(theirs)} meanwhile.
              </Meanwhile>
            )}
            {error !== undefined && <Failed error={error} title="Not everything was changed" />}
          </>
        }
        actions={
          <CancelOr
            verb="Apply"
            isBusy={isBusy}
            isDisabled={!isDirty}
            onCancel={() => {
              forget()
              onClose()
            }}
          />
        }
      >
        <Radio.Group
          label="Scope"
          description="Who is provisioned to the application."
          value={scope}
          onChange={setScope}
        >
          <Stack gap="sm" mt="sm">
            <Radio
              value="assigned"
              label={
                <Group gap="xs" component="span">
                  Sync only assigned users and groups
                  <Badge variant="light" size="sm" tt="none" component="span">
                    Recommended
                  </Badge>
                </Group>
              }
              description="Those under Users and groups, and the direct members of assigned groups."
            />
            <Radio
              value="all"
              label="Sync all users and groups"
              description="Everyone in this directory who is not blocked, and every group."
            />
          </Stack>
        </Radio.Group>
        {movesScope && (
          <Text size="sm" role="status">
            {syncAll
              ? 'The next cycle is an initial one: it looks at everyone again, and makes accounts for those who have none.'
              : 'The next cycle is an initial one: it looks at everyone again, and disables the accounts of those who are not assigned.'}
          </Text>
        )}
        <Select
          label="Interval"
          description="From the beginning of one cycle to that of the next. A longer cycle delays the next one."
          data={[...new Set([...INTERVALS, began.interval])].map((value) => ({
            value,
            label: `Every ${intervalWords(value)}${value === ENTRA ? ', as Microsoft Entra' : ''}`,
          }))}
          value={interval}
          onChange={(value) => setIntervalText(value ?? began.interval)}
          allowDeselect={false}
        />
      </PanelForm>
    </SidePanel>
  )
}
