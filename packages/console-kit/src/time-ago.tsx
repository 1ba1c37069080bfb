import { Tooltip } from '@mantine/core'
import { useSyncExternalStore } from 'react'

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const shortWords = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })
const short = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })

const BEAT_MS = 15_000
let now = Date.now()

function onBeat(redraw: () => void): () => void {
  const timer = setInterval(() => {
    now = Date.now()
    redraw()
  }, BEAT_MS)
  return () => clearInterval(timer)
}

/** "4 minutes ago", "in 20 minutes", "just now"; "4 min. ago" where room is short. */
export function relativeTime(instant: Date, at: number, isShort = false): string {
  const seconds = (instant.getTime() - at) / 1000
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size)
  return step
    ? (isShort ? shortWords : words).format(Math.round(seconds / step[1]), step[0])
    : seconds > 5
      ? 'in a moment'
      : 'just now'
}

/** The exact instant in the reader's zone and in UTC. */
export const exactTime = (instant: Date): string =>
  `${short.format(instant)} (${instant.toISOString().slice(0, 19).replace('T', ' ')} UTC)`

/** A time as people say it, the exact one on hover and focus. */
export function TimeAgo({
  value,
  none = 'never',
  isFocusable = false,
  isShort = false,
}: {
  /** ISO 8601. */
  readonly value: string | null | undefined
  readonly none?: string
  /** Off in tables: fifty stops on the way through one would help nobody. */
  readonly isFocusable?: boolean
  /** "4 min. ago", kept on one line: for tables with many columns. */
  readonly isShort?: boolean
}) {
  const at = useSyncExternalStore(onBeat, () => now)
  if (!value) return <span>{none}</span>
  const instant = new Date(value)
  // What has just happened must not lie in the future because the beat is older.
  const text = relativeTime(instant, Math.max(at, Math.min(Date.now(), instant.getTime())), isShort)
  return (
    <Tooltip label={exactTime(instant)}>
      <time
        dateTime={instant.toISOString()}
        {...(isShort ? { style: { whiteSpace: 'nowrap' as const } } : {})}
        {...(isFocusable ? { tabIndex: 0 } : {})}
      >
        {text}
      </time>
    </Tooltip>
  )
}
