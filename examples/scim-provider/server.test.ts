import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import flag from '../../interop/entra/requests-flag.json' with { type: 'json' }
import legacy from '../../interop/entra/requests-legacy.json' with { type: 'json' }
import { scimProvider } from './server.ts'

interface Sent {
  readonly method: string
  readonly path: string
  readonly query?: string
  readonly body?: { readonly externalId?: string }
}

let server: Server | undefined
afterEach(() => server?.close())

/** A provider that listens, and a way to ask it. */
async function started(newId?: () => string, token = 's3cr3t') {
  const base = 'https://provider.example.com/scim/v2'
  const listening = scimProvider(base, 's3cr3t', newId).listen(0, '127.0.0.1')
  server = listening
  await once(listening, 'listening')
  const { port } = listening.address() as AddressInfo
  return async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`http://127.0.0.1:${port}/scim/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
  }
}

describe.each([
  ['in its default form', legacy],
  ['with aadOptscim062020', flag],
])('what Entra sends %s', (_, file) => {
  test('is answered in all cycles, and leaves the people and groups that it means', async () => {
    let next = ''
    const ask = await started(() => next)
    for (const { requests } of file.cycles as { requests: Sent[] }[]) {
      for (const { method, path, query, body } of requests) {
        next = `id-of-${body?.externalId?.replace('object-of-', '').split('.')[0]}`
        const { status } = await ask(method, query === undefined ? path : `${path}?${query}`, body)
        expect(`${method} ${path}: ${status}`).toMatch(/: (200|201|204)$/)
      }
    }
    const users = (await ask('GET', '/Users')).body
    expect(users.Resources.map((user: { id: string }) => user.id).sort()).toEqual([
      'id-of-mia',
      'id-of-noor',
      'id-of-priya',
      'id-of-tom',
    ])
    const found = (await ask('GET', '/Users?filter=userName%20eq%20%22MIA@example.com%22&attributes=active')).body
    expect(found).toMatchObject({ totalResults: 1, Resources: [{ id: 'id-of-mia', active: false }] })
    expect((await ask('GET', '/Groups')).body.totalResults).toBe(1)
  })
})

describe('the provider', () => {
  const person = { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'p', password: 'secret' }

  test('says where a new resource is and never shows the password', async () => {
    const ask = await started(() => 'u1')
    const { status, headers, body } = await ask('POST', '/Users', person)
    expect([status, headers.get('location')]).toEqual([201, 'https://provider.example.com/scim/v2/Users/u1'])
    expect(body).not.toHaveProperty('password')
    expect((await ask('GET', '/Schemas')).body.totalResults).toBe(3)
  })

  test.each([
    {
      why: 'a name that is taken in another letter case',
      ask: ['POST', '/Users', { ...person, userName: 'P' }],
      is: [409, 'uniqueness'],
    },
    { why: 'a filter that cannot be', ask: ['GET', '/Users?filter=active%20gt%20true'], is: [400, 'invalidFilter'] },
    { why: 'a body that is no JSON', ask: ['POST', '/Users', '{'], is: [400, 'invalidSyntax'] },
    { why: 'nobody’s id', ask: ['DELETE', '/Users/nobody'], is: [404, undefined] },
    { why: 'an endpoint that is none', ask: ['GET', '/Robots'], is: [404, undefined] },
    { why: 'a method that is none', ask: ['DELETE', '/Users'], is: [405, undefined] },
  ] as const)('refuses $why', async ({ ask: [method, path, given], is }) => {
    const ids = ['u1', 'u2']
    const ask = await started(() => ids.shift() ?? '')
    await ask('POST', '/Users', person)
    const { status, body } = await ask(method, path, given)
    expect([status, body.scimType]).toEqual(is)
    expect(body.status).toBe(String(status))
  })

  test('refuses another token', async () => {
    const ask = await started(undefined, 'guess')
    const { status, headers } = await ask('GET', '/Users')
    expect([status, headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })
})
