import { Group, Text, TextInput } from '@mantine/core'
import type { ListState } from '@muster/console-kit/list-state.ts'
import { useEffect, useState } from 'react'
import classes from './day-range.module.css'

/** From which day to which, both within. */
export function DayRange({ list }: { readonly list: ListState }) {
  const from = list.filter('from') ?? ''
  const to = list.filter('to') ?? ''
  return (
    <Group gap={8}>
      <Day word="From" value={from} max={to} onSet={(day) => list.setFilter('from', day)} />
      <Day word="To" value={to} min={from} onSet={(day) => list.setFilter('to', day)} />
    </Group>
  )
}

/** No log is older; a year is typed digit by digit, and 2 is none. */
const EARLIEST = '2000-01-01'

function Day({
  word,
  value,
  min = '',
  max = '',
  onSet,
}: {
  readonly word: 'From' | 'To'
  /** `YYYY-MM-DD`, or empty. */
  readonly value: string
  readonly min?: string
  readonly max?: string
  readonly onSet: (day: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <TextInput
      type="date"
      aria-label={`${word} day`}
      leftSection={
        <Text size="xs" c="dimmed">
          {word}
        </Text>
      }
      leftSectionWidth={44}
      className={classes.day ?? ''}
      value={text}
      min={min || EARLIEST}
      {...(max ? { max } : {})}
      onChange={({ currentTarget: { value: typed } }) => {
        setText(typed)
        if (typed === '' || typed >= EARLIEST) onSet(typed)
      }}
    />
  )
}
