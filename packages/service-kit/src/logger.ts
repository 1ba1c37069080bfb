import pino, { type DestinationStream, type Logger } from 'pino'
import pretty from 'pino-pretty'

/** What must never stand in a log line, wherever it turns up in what is logged. */
const REDACTED = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'clientSecret'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
)

/**
 * The log, on standard error (or where `to` says): standard output belongs to what a command answers. One JSON object a
 * line, or lines for people where a terminal reads them.
 */
export function createLogger(level: string, forPeople = process.stderr.isTTY === true, to?: DestinationStream): Logger {
  const destination = forPeople
    ? pretty({ destination: 2, ignore: 'pid,hostname', singleLine: true, translateTime: 'HH:MM:ss' })
    : (to ?? pino.destination(2))
  return pino(
    { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  )
}
