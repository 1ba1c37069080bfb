import { TextInput } from '@mantine/core'
import { Status } from './status.tsx'
import { relativeTime, TimeAgo } from './time-ago.tsx'

/** From when on an end is worth a look: keys are reminded of seven days before. */
const SOON_MS = 7 * 86_400_000

const two = (value: number): string => String(value).padStart(2, '0')

/** The day of a date as a date field has it, in the reader's zone: `2027-01-31`. */
const dayOf = (date: Date): string => `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`

/** The last second of a day in the reader's zone, with the offset that holds on that day: `2027-01-31T23:59:59+01:00`. */
export function endOfDay(day: string): string {
  return `${day}T23:59:59${offsetOf(new Date(`${day}T23:59:59`))}`
}

/** The first second of a day, alike. */
export function startOfDay(day: string): string {
  return `${day}T00:00:00${offsetOf(new Date(`${day}T00:00:00`))}`
}

function offsetOf(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Why a day can't be the last one; null when it can, or when there is none. */
export const expiryProblem = (day: string): string | null =>
  day !== '' && day < dayOf(new Date()) ? 'This day has passed. Choose today or later, or leave it empty.' : null

/** The last day of a key or token. Spread a form's input props into it; {@link endOfDay} is what to send. */
export function ExpiryField(props: {
  readonly value?: string
  readonly onChange?: (event: React.ChangeEvent<HTMLInputElement>) => void
  readonly error?: React.ReactNode
}) {
  return (
    <TextInput
      {...props}
      type="date"
      label="Expiration date"
      description={`Optional. It ends at the end of that day (${zone()}).`}
      min={dayOf(new Date())}
    />
  )
}

/** When something ends, said louder the nearer it is. */
export function Expiry({ value }: { readonly value: string | undefined }) {
  if (value === undefined) return <span>never</span>
  const at = Date.now()
  const end = new Date(value)
  if (end.getTime() <= at) return <Status tone="bad">Expired</Status>
  if (end.getTime() - at > SOON_MS) return <TimeAgo value={value} />
  return <Status tone="warn">{`Ends ${relativeTime(end, at)}`}</Status>
}
