import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Refusal } from './refusals.ts'
import { createServer } from './serve.ts'

let isReady = true
const app = await createServer({
  title: 'Test',
  version: '1.2.3',
  publicUrl: 'http://127.0.0.1',
  sessionCookie: 'test_session',
  isReady: async () => isReady,
})
app.post('/echo/:name', { schema: { tags: ['Echo'], summary: 'Say it again' } }, async (request) => request.body)
app.post('/count', { schema: { body: z.object({ count: z.int() }) } }, async (request) => request.body)
app.get('/broken', async () => {
  throw new Error('select secret from vault')
})
app.get('/refused', async () => {
  throw new Refusal('conflict', 'That name is taken.', { holder: 'x' })
})

const post = (url: string, payload: string) =>
  app.inject({ method: 'POST', url, headers: { 'content-type': 'application/json' }, payload })

describe('the ground under both servers', () => {
  test('every answer carries the security headers and a request id', async () => {
    for (const url of ['/healthz', '/nothing-here', '/docs']) {
      const { headers } = await app.inject(url)
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      // Anything stricter makes browsers hide the origin of our own forms from us.
      expect(headers['referrer-policy']).toBe('same-origin')
      expect(headers['strict-transport-security']).toBeUndefined()
    }
  })

  test.each([
    { why: 'NUL in a value', payload: '{"a":{"b":["x\\u0000"]}}', says: 'body.a.b.0' },
    { why: 'NUL in a name', payload: '{"a\\u0000":1}', says: 'body' },
    { why: 'half a surrogate pair', payload: '{"a":"\\ud800"}', says: 'body.a' },
    { why: 'a body nested without end', payload: '['.repeat(5_000) + ']'.repeat(5_000), says: 'nested' },
    { why: 'a prototype key', payload: '{"__proto__":{"admin":true}}', says: '' },
    { why: 'no JSON', payload: '{"a":', says: '' },
  ])('refuses $why', async ({ payload, says }) => {
    const answer = await post('/echo/x', payload)
    expect(answer.statusCode).toBe(400)
    expect(answer.json().message).toContain(says)
  })

  test('refuses a body over 2 MB and NUL in a path or query', async () => {
    expect((await post('/echo/x', JSON.stringify('x'.repeat(2 * 1024 * 1024)))).statusCode).toBe(413)
    expect((await post('/echo/a%00b', '{}')).statusCode).toBe(400)
    expect((await post('/echo/x?q=%00', '{}')).statusCode).toBe(400)
  })

  test('faults speak as far as they are meant to', async () => {
    expect((await app.inject('/refused')).json()).toEqual({
      status: 409,
      message: 'That name is taken.',
      requestId: expect.any(String),
    })
    expect((await post('/count', '{"count":"many"}')).json()).toMatchObject({
      status: 400,
      message: expect.stringContaining('count'),
    })
    const broken = await app.inject('/broken')
    expect(broken.statusCode).toBe(500)
    expect(broken.payload).not.toContain('vault')
  })

  test('asks browsers to stay on https, where it is on https', async () => {
    const secure = await createServer({
      title: 'Test',
      version: '1',
      publicUrl: 'https://muster.example',
      sessionCookie: 'test_session',
      isReady: async () => true,
    })
    for (const url of ['/healthz', '/nothing-here'])
      expect((await secure.inject(url)).headers['strict-transport-security']).toBe(
        'max-age=31536000; includeSubDomains',
      )
  })

  test('says whether it lives, whether it is ready, and what it offers', async () => {
    expect((await app.inject('/healthz')).statusCode).toBe(200)
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    isReady = false
    expect((await app.inject('/readyz')).statusCode).toBe(503)
    expect((await app.inject('/openapi.json')).json()).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Test', version: '1.2.3' },
    })
    expect((await app.inject('/docs')).payload).toContain('Say it again')
  })
})
