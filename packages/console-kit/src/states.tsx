import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { ApiError, messageOf } from './api.ts'
import { Copyable } from './copyable.tsx'
import classes from './states.module.css'

/** Nothing is here: what will be, why it isn't yet, and the one thing to do next. */
export function Empty({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <Stack align="center" gap="xs" className={classes.empty}>
      <Title order={2} ta="center">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" ta="center" maw={480}>
          {children}
        </Text>
      )}
      {action !== undefined && <Group mt="xs">{action}</Group>}
    </Stack>
  )
}

/** What was asked for did not come, or was not done: why, whether anything changed, and the number to ask by. */
export function Failed({
  error,
  title = 'This could not be loaded',
  onRetry,
}: {
  readonly error: unknown
  readonly title?: string
  readonly onRetry?: () => void
}) {
  const requestId = error instanceof ApiError ? error.requestId : undefined
  return (
    <Alert color="red" variant="outline" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{messageOf(error)}</Text>
        {requestId !== undefined && (
          <Text size="xs" c="dimmed" component="div">
            Request <Copyable value={requestId} />
          </Text>
        )}
        {onRetry && (
          <Button variant="default" size="xs" onClick={onRetry}>
            Try again
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

/** The shape of what is coming, so that nothing jumps. */
export function Loading({ lines = 4 }: { readonly lines?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines are alike and never move.
        <Skeleton key={line} height={20} width={`${90 - line * 10}%`} />
      ))}
    </Stack>
  )
}

/** Shows what a query brought; its shape while it is on the way; why it did not come, and `missing` when it is not there. */
export function Loaded<Data>({
  query,
  lines,
  missing,
  children,
}: {
  readonly query: {
    readonly data: Data | undefined
    readonly error: unknown
    readonly refetch: () => unknown
  }
  readonly lines?: number
  /** In place of a thing that there is no more, also when it was there a moment ago. Default: why, as for any failure. */
  readonly missing?: ReactNode
  readonly children: (data: Data) => ReactNode
}) {
  if (missing !== undefined && isMissing(query.error)) return missing
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Failed error={query.error} onRetry={() => void query.refetch()} />
  return <Loading {...(lines === undefined ? {} : { lines })} />
}

const isMissing = (error: unknown): boolean => error instanceof ApiError && error.status === 404
