import { Refusal } from '@muster/service-kit/refusals.ts'

/** The socket's words, and PostgreSQL's (class 08, shutting down, starting up, too many connections), for "not now". */
const NOT_NOW = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOENT|08[0-9A-Z]{3}|57P0[123]|53300)$/
/** What the driver says, with no code, when a connection ends under it or none comes. */
const DRIVER_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/

/** A database that can't be reached is no fault of the request: 503, to be tried again. Anything else stays what it is. */
export function asUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (!NOT_NOW.test(code) && !DRIVER_WORDS.test(error.message)) return error
  return new Refusal('unavailable', 'The database can not be reached. Try again in a moment.', undefined, {
    cause: error,
  })
}
