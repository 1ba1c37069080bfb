import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type Database, openDatabase, openPool } from '@muster/service-kit/database.ts'
import { afterAll } from 'vitest'
import type { Connection } from '../../../../test/database.ts'

/** A database behind a wire that a test cuts and mends: outages as a pool meets them, without any stand-in. */
export interface DatabaseBehindWire {
  readonly database: Database
  /** Ends every connection, also in the middle of a statement, and refuses new ones. */
  cut(): Promise<void>
  /** Ends every connection; the next one comes through. */
  shake(): void
  mend(): Promise<void>
}

export async function databaseBehindWire(config: Connection): Promise<DatabaseBehindWire> {
  const sockets = new Set<Socket>()
  const reach = () =>
    config.host?.startsWith('/')
      ? connect(`${config.host}/.s.PGSQL.${config.port}`)
      : connect(Number(config.port), config.host)
  const carry = (near: Socket) => {
    const far = reach()
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
  }
  const listen = async (port: number): Promise<Server> => {
    const server = createServer(carry).listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  let server = await listen(0)
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const pool = openPool({ ...config, host: '127.0.0.1', port, max: 5 }, { names: true })
  const shake = () => {
    for (const socket of sockets) socket.destroy()
  }
  const cut = async () => {
    const closed = once(server, 'close')
    server.close()
    shake()
    await closed
  }
  afterAll(async () => {
    await pool.end()
    if (server.listening) await cut()
  })
  return {
    database: openDatabase(pool),
    cut,
    shake,
    mend: async () => {
      server = await listen(port)
    },
  }
}
