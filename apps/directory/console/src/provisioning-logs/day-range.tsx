import { Group, TextInput } from '@mantine/core'
import type { ListState } from '@muster/console-kit/list-state.ts'
import classes from './day-range.module.css'

/** From which day to which, both within. */
export function DayRange({ list }: { readonly list: ListState }) {
  const from = list.filter('from') ?? ''
  const to = list.filter('to') ?? ''
  return (
    <Group gap={6} wrap="nowrap">
      <TextInput
        type="date"
        aria-label="From day"
        value={from}
        max={to || undefined}
        className={classes.day}
        onChange={({ currentTarget: { value } }) => list.setFilter('from', value)}
      />
      <span aria-hidden>–</span>
      <TextInput
        type="date"
        aria-label="To day"
        value={to}
        min={from || undefined}
        className={classes.day}
        onChange={({ currentTarget: { value } }) => list.setFilter('to', value)}
      />
    </Group>
  )
}
