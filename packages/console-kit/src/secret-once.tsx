import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from '@mantine/core'
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useFocusBack } from './focus-back.ts'
import classes from './secret-once.module.css'

/** A secret at the only time that it is shown: it can't be closed by accident, and its button says what was meant. */
export function SecretOnce({
  title,
  label,
  secret,
  kept = 'Only its last four characters are kept to recognise it by.',
  children,
  onSaved,
}: {
  readonly title: string
  /** What it is: "API key". */
  readonly label: string
  readonly secret: string
  /** What of it is kept here, in a sentence. */
  readonly kept?: string
  /** What it may do, and when it ends. */
  readonly children: ReactNode
  readonly onSaved: () => void
}) {
  useFocusBack()
  return (
    <Modal
      opened
      onClose={() => {}}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
    >
      <Stack gap="md">
        <Alert color="yellow" variant="outline" icon={<IconKey aria-hidden />} title="It is shown this once">
          {kept} Copy it now, and store it where secrets are stored.
        </Alert>
        <div>
          <Text size="sm" fw={500} mb={4} id="secret-label">
            {label}
          </Text>
          <Group gap="xs" wrap="nowrap" align="stretch">
            <Code block className={classes.secret} aria-labelledby="secret-label" data-testid="secret">
              {secret}
            </Code>
            <CopyButton value={secret}>
              {({ copied, copy }) => (
                <Button
                  onClick={copy}
                  leftSection={copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
                  variant={copied ? 'light' : 'filled'}
                  className={classes.copy}
                  data-autofocus
                >
                  {copied ? 'Copied' : 'Copy'}
                </Button>
              )}
            </CopyButton>
          </Group>
        </div>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onSaved}>
            I have saved it
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
