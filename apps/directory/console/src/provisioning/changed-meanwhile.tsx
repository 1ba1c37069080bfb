import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { toldFailed } from '@muster/console-kit/toasts.ts'
import { IconUsers } from '@tabler/icons-react'
import { useState } from 'react'

/** Somebody else changed what is being edited: what, and which of the two is to be. */
export function ChangedMeanwhile({
  what,
  onTakeTheirs,
  onSaveMine,
}: {
  /** "Someone changed the scope to all users and groups meanwhile." */
  readonly what: string
  readonly onTakeTheirs: () => void
  readonly onSaveMine: () => Promise<unknown>
}) {
  const [isBusy, setBusy] = useState(false)
  const saveMine = async () => {
    setBusy(true)
    try {
      await onSaveMine()
    } catch (error) {
      toldFailed(error, 'Yours was not saved')
    }
    setBusy(false)
  }
  return (
    <Alert
      color="yellow"
      variant="outline"
      icon={<IconUsers aria-hidden />}
      title="This was changed meanwhile"
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{what} Nothing of yours is saved yet.</Text>
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={onTakeTheirs}>
            Load theirs
          </Button>
          <Button variant="default" size="xs" onClick={() => void saveMine()} loading={isBusy}>
            Save mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
