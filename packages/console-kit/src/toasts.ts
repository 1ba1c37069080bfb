import { notifications } from '@mantine/notifications'
import { ApiError, messageOf } from './api.ts'

/** How long a toast stays, in ms: long enough to read a sentence twice. */
const STAYS_MS = 6_000

/** Says what was done, in the past tense: "Ada is in Payments". */
export const toldDone = (message: string): void => {
  notifications.show({ message, color: 'green', autoClose: STAYS_MS, withBorder: true })
}

/** Says what was not done and why. It stays until it is closed: what failed needs a hand. */
export const toldFailed = (error: unknown, what: string): void => {
  const requestId = error instanceof ApiError && error.status >= 500 ? error.requestId : undefined
  const message = requestId ? `${messageOf(error)} Request ${requestId}` : messageOf(error)
  notifications.show({ title: what, message, color: 'red', autoClose: false, withBorder: true })
}
