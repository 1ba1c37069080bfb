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
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EADDRINUSE')
      throw new ConfigurationError(`port ${port} of ${host} is in use: choose another, or stop what uses it`)
    if (code === 'EACCES')
      throw new ConfigurationError(`port ${port} of ${host} may not be used by this user: choose one above 1023`)
    throw new ConfigurationError(`cannot listen on ${host}: ${code ?? (error as Error).message}`)
  } finally {
    await new Promise((done) => server.close(done))
  }
}
