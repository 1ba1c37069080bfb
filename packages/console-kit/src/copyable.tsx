import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import classes from './copyable.module.css'

/** Longest that is shown whole; more is shortened in the middle, where ids and addresses tell least. */
const WHOLE = 44

export const shortened = (value: string): string =>
  value.length <= WHOLE ? value : `${value.slice(0, 26)}…${value.slice(-14)}`

/** An id, address or key: monospace, shortened in the middle, copied whole. */
export function Copyable({
  value,
  label = 'Copy',
  isWhole = false,
}: {
  readonly value: string
  /** What the button says it copies. */
  readonly label?: string
  readonly isWhole?: boolean
}) {
  return (
    <Group gap={4} wrap="nowrap" component="span" className={classes.copyable}>
      <Code className={classes.value} {...(isWhole ? {} : { title: value })}>
        {isWhole ? value : shortened(value)}
      </Code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : label}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="sm"
              aria-label={copied ? 'Copied' : label}
              onClick={(event) => {
                event.preventDefault()
                event.stopPropagation()
                copy()
              }}
            >
              {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Group>
  )
}
