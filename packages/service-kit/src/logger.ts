import pino, { type Logger } from 'pino'

/** What must never stand in a log line, wherever it turns up in what is logged. */
const REDACTED = ['authorization', 'cookie', 'password', 'secret', 'token', 'apiKey', 'clientSecret'].flatMap(
  (name) => [name, `*.${name}`, `*.*.${name}`],
)

/** One JSON object a line on standard error: standard output belongs to what a command answers. */
export function createLogger(level: string, destination: pino.DestinationStream = pino.destination(2)): Logger {
  return pino(
    { level, redact: { paths: REDACTED, censor: '[redacted]' }, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination,
  )
}
