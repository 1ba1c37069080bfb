import { createServer } from 'node:net'
import { ConfigurationError } from './configuration-error.ts'

/**
 * Finds out whether `port` of `host` can be listened on, before anything is opened or written; for 0 it picks a free one.
 *
 * @throws {ConfigurationError} in one line when it can't.
 */
export async function claimPort(host: string, port: number): Promise<number> {
  const server = createServer()
  try {
    await new Promise<void>((done, fail) => server.once('error', fail).listen(port, host, done))
    const address = server.address()
    return typeof address === 'object' && address ? address.port : port
  } catch (error) {
    throw listenTrouble(host, port, error)
  } finally {
    await new Promise((done) => server.close(done))
  }
}

/** What to tell when a port can't be listened on, also when somebody took it after it was found free. */
export function listenTrouble(host: string, port: number, error: unknown): ConfigurationError {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'EADDRINUSE')
    return new ConfigurationError(`port ${port} of ${host} is in use: choose another, or stop what uses it`)
  if (code === 'EACCES')
    return new ConfigurationError(`port ${port} of ${host} may not be used by this user: choose one above 1023`)
  return new ConfigurationError(`cannot listen on ${host}: ${code ?? (error as Error).message}`)
}
