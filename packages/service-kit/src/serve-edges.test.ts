import { once } from 'node:events'
import { Agent, get, request } from 'node:http'
import { connect } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { createServer } from './serve.ts'
import { closeWithin, STRAY_HEADERS } from './serve-edges.ts'

async function open() {
  const app = await createServer({
    title: 'Test',
    version: '1',
    publicUrl: 'http://127.0.0.1',
    sessionCookie: 'test_session',
    isReady: async () => true,
  })
  const [reached, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  app.get('/slow', async () => {
    reached.resolve()
    await go.promise
    return { answered: true }
  })
  app.get('/quick', async () => ({}))
  const listen = async () => Number(new URL(await app.listen({ port: 0, host: '127.0.0.1' })).port)
  return { app, listen, reached: reached.promise, go: go.resolve }
}

async function rawly(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += String(chunk)
  })
  socket.write(bytes)
  await once(socket, 'close')
  return text
}

describe('what is no request', async () => {
  const { app, listen } = await open()
  const port = await listen()
  afterAll(() => app.close())

  test.each([
    { why: 'no HTTP', bytes: 'EHLO muster\r\n\r\n', status: 400 },
    {
      why: 'an address that can’t be read',
      bytes: 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      status: 400,
    },
    { why: 'headers without end', bytes: `GET / HTTP/1.1\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`, status: 431 },
  ])('is answered with every security header: $why', async ({ bytes, status }) => {
    const text = await rawly(port, bytes)
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    for (const [name, value] of Object.entries(STRAY_HEADERS)) expect(text.toLowerCase()).toContain(`${name}: ${value}`)
  })
})

describe('a stop', () => {
  test('answers what is under way, closes what is idle, and takes nothing new', async () => {
    const { app, listen, reached, go } = await open()
    const port = await listen()
    const agent = new Agent({ keepAlive: true })
    const ask = (path: string) =>
      new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
        get({ port, path, agent }, (answer) => {
          answer.resume()
          answer.on('end', () => resolve({ status: answer.statusCode, connection: answer.headers.connection }))
        }).on('error', reject)
      })
    const idle = await ask('/quick')
    expect(idle.connection).toBe('keep-alive')
    const underWay = ask('/slow')
    await reached
    let isClosed = false
    const closing = app.close().then(() => {
      isClosed = true
    })
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/quick`).then(
          () => 'open',
          () => 'refused',
        ),
      )
      .toBe('refused')
    expect(isClosed).toBe(false)
    go()
    expect(await underWay).toEqual({ status: 200, connection: 'close' })
    await closing
    agent.destroy()
  })

  test('cuts off a request that is never sent to its end', async () => {
    const { app, listen } = await open()
    closeWithin(app, 50)
    const port = await listen()
    const half = connect(port, '127.0.0.1')
    half.write('POST /quick HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{')
    // It has arrived when the server knows of the connection.
    await once(app.server, 'connection')
    const cut = once(half, 'close')
    await app.close()
    await cut
  })

  test('cuts off a body that never ends', async () => {
    const { app, listen } = await open()
    app.get('/stream', async (_request, reply) => {
      reply.hijack()
      reply.raw.write('the first of many\n')
      return reply
    })
    // A second, much shorter limit than the server's own: the first to come counts.
    closeWithin(app, 50)
    const port = await listen()
    const stream = request({ port, path: '/stream' }).end()
    const [answer] = await once(stream, 'response')
    await once(answer, 'data')
    const cut = once(answer, 'error')
    await app.close()
    expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' })
  })
})
