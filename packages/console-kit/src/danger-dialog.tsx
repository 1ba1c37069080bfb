import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useFocusBack } from './focus-back.ts'
import { Failed } from './states.tsx'

/**
 * Before something is taken away: what will be lost, by name and number, and a verb on the button. `typed` asks for a
 * name to be typed, only where nothing brings it back.
 */
export function DangerDialog({
  title,
  verb,
  children,
  typed,
  onClose,
  onConfirm,
}: {
  readonly title: string
  /** "Remove Dana", never "OK". */
  readonly verb: string
  /** What will be lost. */
  readonly children: ReactNode
  readonly typed?: string
  readonly onClose: () => void
  /** Does it; what it throws is shown here and the dialog stays. */
  readonly onConfirm: () => Promise<unknown>
}) {
  useFocusBack()
  const [text, setText] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>()
  const isReady = typed === undefined || text === typed
  const confirm = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onConfirm()
      onClose()
    } catch (refusal) {
      setError(refusal)
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title={title} size="md" role="alertdialog" aria-label={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !isBusy) void confirm()
        }}
      >
        <Stack gap="md">
          {children}
          {typed !== undefined && (
            <TextInput
              label={
                <>
                  Type <b>{typed}</b> to go on
                </>
              }
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              autoComplete="off"
              spellCheck={false}
            />
          )}
          {error !== undefined && <Failed error={error} title="Nothing was changed" />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose} data-autofocus>
              Cancel
            </Button>
            <Button type="submit" color="red.9" loading={isBusy} disabled={!isReady}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** What is lost, a line each: its name and how many. */
export function Losses({ items }: { readonly items: readonly { readonly what: string; readonly names?: string }[] }) {
  return (
    <Stack gap={6} component="ul" m={0} pl="md">
      {items.map(({ what, names }) => (
        <li key={what}>
          <Text size="sm" component="span" fw={500}>
            {what}
          </Text>
          {names && (
            <Text size="sm" c="dimmed" component="span">
              {' '}
              {names}
            </Text>
          )}
        </li>
      ))}
    </Stack>
  )
}
