import { TextInput } from '@mantine/core'
import { dayOf } from './days.ts'
import { Status } from './status.tsx'
import { relativeTime, TimeAgo } from './time-ago.tsx'

/** From when on an end is worth a look: keys are reminded of seven days before. */
const SOON_MS = 7 * 86_400_000

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone

/** Why a day can't be the last one; null when it can, or when there is none. */
export const expiryProblem = (day: string): string | null =>
  day !== '' && day < dayOf(new Date()) ? 'This day has passed. Choose today or later, or leave it empty.' : null

/** The last day of a key or token. Spread a form's input props into it; `endOfDay` of it is what to send. */
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
