import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { type ReactNode, useEffect, useRef } from 'react'

/** Somebody saved the same thing while it was edited here: what they changed, and a choice between theirs and mine. */
export function Meanwhile({
  children,
  onLoadTheirs,
  onSaveMine,
  isBusy = false,
}: {
  /** What is different now: "Someone changed the name to “Payments” meanwhile." */
  readonly children: ReactNode
  readonly onLoadTheirs: () => void
  readonly onSaveMine: () => void
  readonly isBusy?: boolean
}) {
  const box = useRef<HTMLDivElement>(null)
  // Scrolling answers with a promise in newer browsers, which is nothing for an effect to return.
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <Alert
      ref={box}
      color="yellow"
      variant="outline"
      icon={<IconUsers aria-hidden />}
      title="Nothing was saved yet: someone was faster"
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm" component="div">
          {children}
        </Text>
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={onLoadTheirs} disabled={isBusy}>
            Load theirs
          </Button>
          <Button variant="default" size="xs" onClick={onSaveMine} loading={isBusy}>
            Save mine
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
