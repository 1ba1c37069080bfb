import { Group, Progress, Text } from '@mantine/core'

const count = new Intl.NumberFormat('en')

/** Long work under way: how much of how much, how fast, how long yet. */
export function WorkBar({
  label,
  done,
  all,
  seconds,
}: {
  readonly label: string
  readonly done: number
  /** Undefined while nobody knows. */
  readonly all?: number
  /** How long it has run. */
  readonly seconds?: number
}) {
  const share = all ? Math.min(100, (done / all) * 100) : 0
  const rate = seconds && seconds >= 1 ? done / seconds : undefined
  const left = rate && all && all > done ? (all - done) / rate : undefined
  const said = [
    all === undefined ? `${count.format(done)} so far` : `${count.format(done)} of ${count.format(all)}`,
    rate === undefined || rate === 0 ? undefined : `${count.format(Math.round(rate))} a second`,
    left === undefined ? undefined : left < 60 ? `${Math.ceil(left)} s left` : `${Math.ceil(left / 60)} min left`,
  ].filter((part) => part !== undefined)
  return (
    <div>
      <Group justify="space-between" mb={6} gap="xs">
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="sm" c="dimmed">
          {said.join(' · ')}
        </Text>
      </Group>
      <Progress.Root size="md">
        <Progress.Section value={share} aria-label={label} animated={all === undefined || done < all} />
      </Progress.Root>
    </div>
  )
}
