import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TransportError } from '@muster/scim'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../../test/database.ts'
import { openTransport } from './transport.ts'

const servers: Server[] = []
const { transport, close } = openTransport({ allowed: [], isLoopbackAllowed: true })
afterAll(async () => {
  await close()
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
})

async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const get = (url: string, timeoutMs = 5_000) =>
  transport({ method: 'GET', url, headers: { authorization: 'Bearer x' }, timeoutMs })
const kindOf = (request: Promise<unknown>) =>
  request.then(
    () => 'answered',
    (error: TransportError) => error.kind,
  )

describe('the transport', () => {
  test('sends what it is given and reads the answer whole', async () => {
    const url = await listen((request, response) => {
      const parts: Buffer[] = []
      request
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => {
          response.writeHead(201, { 'X-Seen': `${request.method} ${request.url}` }).end(Buffer.concat(parts))
        })
    })
    expect(
      await transport({ method: 'POST', url: `${url}/Users?a=b+c`, headers: {}, body: '{"é":1}', timeoutMs: 5_000 }),
    ).toMatchObject({
      status: 201,
      headers: { 'x-seen': 'POST /Users?a=b+c' },
      body: '{"é":1}',
    })
  })

  test('follows no redirect, so that the bearer goes nowhere else', async () => {
    let asked = 0
    const elsewhere = await listen((_request, response) => {
      asked += 1
      response.end()
    })
    const url = await listen((_request, response) => void response.writeHead(302, { location: elsewhere }).end())
    expect((await get(url)).status).toBe(302)
    expect(asked).toBe(0)
  })

  test.each<{ kind: string; listener: RequestListener }>([
    { kind: 'timeout', listener: () => {} },
    { kind: 'timeout', listener: (_request, response) => void response.writeHead(200).write('{') },
    {
      kind: 'cut',
      listener: (_request, response) =>
        void response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy()),
    },
    { kind: 'cut', listener: (request) => void request.socket.destroy() },
    { kind: 'tooLarge', listener: (_request, response) => void response.end(Buffer.alloc(3 * 1024 * 1024)) },
  ])('names what went wrong: $kind', async ({ kind, listener }) => {
    expect(await kindOf(get(await listen(listener), kind === 'timeout' ? 200 : 5_000))).toBe(kind)
  })

  test('names a closed port unreachable, and a server without TLS a TLS fault', async () => {
    const url = await listen((_request, response) => void response.end())
    expect(await kindOf(get('http://127.0.0.1:1'))).toBe('unreachable')
    expect(await kindOf(get(url.replace('http:', 'https:')))).toBe('tls')
  })

  test('is refused inside a transaction', async () => {
    const { database } = await freshDatabase()
    await expect(database.transaction(() => get('http://127.0.0.1:1'))).rejects.toThrow('inside a transaction')
  })
})
