import { Writable } from 'node:stream'
import pino from 'pino'
import { beforeEach, describe, expect, test } from 'vitest'
import { createServer } from './serve.ts'

const lines: Record<string, unknown>[] = []
const sink = new Writable({
  write: (chunk, _encoding, done) => {
    lines.push(JSON.parse(String(chunk)))
    done()
  },
})
const app = await createServer({
  title: 'Test',
  version: '1',
  publicUrl: 'http://127.0.0.1',
  sessionCookie: 'test_session',
  isReady: async () => true,
  logger: pino({ level: 'info', base: null }, sink),
  trustedProxies: ['10.1.0.0/16', '192.0.2.7'],
  callerOf: (request) => (request.headers.authorization ? { kind: 'API_KEY', id: 'k1' } : undefined),
})
app.get('/people/:id', async (request) => ({ ip: request.ip, host: request.host, protocol: request.protocol }))
app.get('/broken', async () => {
  throw new Error('the vault is shut')
})

beforeEach(() => void lines.splice(0))
const TRUSTED = { remoteAddress: '192.0.2.7' }

describe('the log', () => {
  test('has one line for a request, with no query and no header', async () => {
    const answer = await app.inject({
      url: '/people/7?filter=ada@acme.example',
      headers: { authorization: 'Bearer mst_secret', 'client-request-id': 'run-7' },
    })
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        msg: 'A request was answered',
        method: 'GET',
        route: '/people/:id',
        path: '/people/7',
        status: 200,
        ms: expect.any(Number),
        requestId: answer.headers['x-request-id'],
        clientRequestId: 'run-7',
        callerKind: 'API_KEY',
        callerId: 'k1',
        remoteAddress: '127.0.0.1',
      },
    ])
  })

  test('tells a fault in the same one line, as an error', async () => {
    await app.inject('/broken')
    expect(lines).toMatchObject([{ level: 50, status: 500, path: '/broken', err: { message: 'the vault is shut' } }])
  })

  test('is silent about probes', async () => {
    for (const url of ['/healthz', '/readyz', '/metrics']) expect((await app.inject(url)).statusCode).toBe(200)
    expect(lines).toEqual([])
  })

  test('tells of a request that nobody waited for', async () => {
    const waiting = Promise.withResolvers<void>()
    const slow = await createServer({
      title: 'Slow',
      version: '1',
      publicUrl: 'http://127.0.0.1',
      sessionCookie: 'test_session',
      isReady: async () => true,
      logger: pino({ level: 'info', base: null }, sink),
    })
    const reached = Promise.withResolvers<void>()
    slow.get('/slow', async () => {
      reached.resolve()
      await waiting.promise
      return {}
    })
    const url = await slow.listen({ port: 0, host: '127.0.0.1' })
    lines.splice(0)
    const client = new AbortController()
    const asked = fetch(`${url}/slow`, { signal: client.signal }).catch(() => 'gone')
    await reached.promise
    client.abort()
    expect(await asked).toBe('gone')
    await expect.poll(() => lines, { interval: 5 }).toMatchObject([{ status: 499, msg: 'A request was given up' }])
    waiting.resolve()
    await slow.close()
    expect(lines.filter(({ path }) => path === '/slow')).toHaveLength(1)
  })

  test.each([
    { why: 'a line break', value: 'a\u0085b' },
    { why: 'spaces', value: 'two words' },
    { why: 'more than 64 characters', value: 'x'.repeat(65) },
    { why: 'an e-mail address', value: 'ada@acme.example' },
  ])('keeps a client’s name for its request out when it holds $why', async ({ value }) => {
    await app.inject({ url: '/people/7', headers: { 'x-request-id': value } })
    expect(lines[0]).not.toHaveProperty('clientRequestId')
  })
})

describe('X-Forwarded-For', () => {
  test.each([
    { why: 'from anybody is not believed', from: '203.0.113.9', forwarded: '198.51.100.1', ip: '203.0.113.9' },
    { why: 'from a trusted proxy is', from: '192.0.2.7', forwarded: '198.51.100.1', ip: '198.51.100.1' },
    { why: 'from a trusted range is', from: '10.1.2.3', forwarded: '198.51.100.1', ip: '198.51.100.1' },
    {
      why: 'is believed from the right, up to who is not trusted',
      from: '192.0.2.7',
      forwarded: '1.2.3.4, 198.51.100.1, 10.1.0.9',
      ip: '198.51.100.1',
    },
  ])('$why', async ({ from, forwarded, ip }) => {
    const answer = await app.inject({
      url: '/people/7',
      remoteAddress: from,
      headers: { 'x-forwarded-for': forwarded },
    })
    expect(answer.json().ip).toBe(ip)
    expect(lines[0]?.remoteAddress).toBe(ip)
  })

  test('brings no host and no scheme along, from a trusted proxy neither', async () => {
    const headers = { host: 'ours.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' }
    const answer = await app.inject({ url: '/people/7', ...TRUSTED, headers })
    expect(answer.json()).toMatchObject({ host: 'ours.example', protocol: 'http' })
    expect(answer.headers['strict-transport-security']).toBeUndefined()
  })
})
