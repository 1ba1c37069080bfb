import { describe, expect, test } from 'vitest'
import { PATCH_OP_URN } from '../urns.ts'
import { scimClient } from './client.ts'
import { ScimClientError } from './errors.ts'
import { TransportError, type TransportRequest, type TransportResponse } from './transport.ts'

/** A client whose requests are kept, and answered as told. */
function client(answer: Partial<TransportResponse> | Error, baseUrl = 'https://portal.example.com/scim/v2') {
  const requests: TransportRequest[] = []
  const scim = scimClient({
    baseUrl,
    bearer: ' secret\n',
    timeoutMs: 5_000,
    now: () => new Date('2026-02-03T08:00:00Z'),
    transport: async (request) => {
      requests.push(request)
      if (answer instanceof Error) throw answer
      return { status: 200, headers: {}, body: '', ...answer }
    },
  })
  return { scim, requests }
}

const LIST = { body: '{"totalResults":1,"Resources":[{"id":"u1"}]}' }

async function failure(run: Promise<unknown>): Promise<ScimClientError> {
  const error = await run.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (error instanceof ScimClientError) return error
  throw new Error('expected a ScimClientError', { cause: error })
}

describe('requests are Entra’s to the byte', () => {
  test.each([
    {
      why: 'as it is',
      baseUrl: 'https://portal.example.com/scim/v2',
      root: 'https://portal.example.com/scim/v2',
      query: '',
    },
    {
      why: 'a trailing slash',
      baseUrl: 'https://portal.example.com/scim/v2/',
      root: 'https://portal.example.com/scim/v2',
      query: '',
    },
    {
      why: 'pasted blanks',
      baseUrl: ' https://portal.example.com/scim/v2\n',
      root: 'https://portal.example.com/scim/v2',
      query: '',
    },
    {
      why: 'the flag is not sent on',
      baseUrl: 'https://portal.example.com/scim/v2?aadOptscim062020',
      root: 'https://portal.example.com/scim/v2',
      query: '',
    },
    {
      why: 'other parameters are',
      baseUrl: 'https://portal.example.com/scim/v2/?aadOptscim062020=x&tenant=a%20b',
      root: 'https://portal.example.com/scim/v2',
      query: '&tenant=a%20b',
    },
  ])('a Tenant URL, $why', async ({ baseUrl, root, query }) => {
    const { scim, requests } = client(LIST, baseUrl)
    await scim.find('Users', 'userName', 'priya.raman+x@example.com')
    expect(requests[0]?.url).toBe(`${root}/Users?filter=userName+eq+%22priya.raman%2Bx%40example.com%22${query}`)
    await scim.get('Users', 'u 1').catch(() => {})
    expect(requests[1]?.url).toBe(`${root}/Users/u%201${query.replace('&', '?')}`)
  })

  test('a match by a value path, and one that leaves members out', async () => {
    const { scim, requests } = client(LIST)
    await scim.find('Users', 'emails[type eq "work"].value', 'a"b\\c')
    await scim.find('Groups', 'displayName', 'Payments Squad', { excludedAttributes: ['members'] })
    await scim.get('Groups', 'g1', { excludedAttributes: ['members'] })
    expect(requests.map(({ url }) => url.slice('https://portal.example.com/scim/v2'.length))).toEqual([
      '/Users?filter=emails%5Btype+eq+%22work%22%5D.value+eq+%22a%5C%22b%5C%5Cc%22',
      '/Groups?excludedAttributes=members&filter=displayName+eq+%22Payments+Squad%22',
      '/Groups/g1?excludedAttributes=members',
    ])
  })

  test('a read has no content type, a write has one with its charset', async () => {
    const { scim, requests } = client({ body: '{"id":"u1"}' })
    await scim.get('Users', 'u1')
    await scim.create('Users', { userName: 'p' })
    await scim.patch('Users', 'u1', { schemas: [PATCH_OP_URN], Operations: [] })
    await scim.delete('Users', 'u1')
    expect(requests.map(({ method, headers, body, timeoutMs }) => [method, headers, body, timeoutMs])).toEqual([
      ['GET', { authorization: 'Bearer secret' }, undefined, 5_000],
      [
        'POST',
        { authorization: 'Bearer secret', 'content-type': 'application/scim+json; charset=utf-8' },
        '{"userName":"p"}',
        5_000,
      ],
      [
        'PATCH',
        { authorization: 'Bearer secret', 'content-type': 'application/scim+json; charset=utf-8' },
        `{"schemas":["${PATCH_OP_URN}"],"Operations":[]}`,
        5_000,
      ],
      ['DELETE', { authorization: 'Bearer secret' }, undefined, 5_000],
    ])
  })

  test.each(['', 'portal.example.com/scim', 'ftp://portal.example.com', 'https://user:pw@portal.example.com'])(
    'refuses the Tenant URL %j',
    (baseUrl) => expect(() => client(LIST, baseUrl)).toThrow(TypeError),
  )
})

describe('answers', () => {
  test('a list, with or without Resources', async () => {
    expect(await client(LIST).scim.find('Users', 'userName', 'x')).toEqual({ resources: [{ id: 'u1' }], total: 1 })
    expect(await client({ body: '{"totalResults":0}' }).scim.find('Users', 'userName', 'x')).toEqual({
      resources: [],
      total: 0,
    })
  })

  test('a patch answers the resource when it came back', async () => {
    expect(await client({ status: 204 }).scim.patch('Users', 'u1', {})).toBeUndefined()
    expect(await client({ body: '{"id":"u1"}' }).scim.patch('Users', 'u1', {})).toEqual({ id: 'u1' })
  })

  test('a refusal quotes address, status and what was said', async () => {
    const body =
      '{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409","scimType":"uniqueness","detail":"Taken."}'
    const error = await failure(
      client({ status: 409, body, headers: { 'Content-Type': 'application/scim+json; charset=utf-8' } }).scim.create(
        'Users',
        {},
      ),
    )
    expect(error).toMatchObject({
      kind: 'status',
      status: 409,
      scimType: 'uniqueness',
      detail: 'Taken.',
      contentType: 'application/scim+json',
      responseBodyExcerpt: body,
      request: { method: 'POST', url: 'https://portal.example.com/scim/v2/Users' },
      message: 'POST https://portal.example.com/scim/v2/Users answered 409: Taken.',
    })
  })

  test.each([
    {
      why: 'a redirect is never followed',
      answer: { status: 302, headers: { location: 'https://evil.example.com' } },
      expected: { kind: 'status', status: 302 },
    },
    {
      why: 'a page of HTML',
      answer: { status: 502, body: '<html>' },
      expected: { kind: 'status', status: 502, responseBodyExcerpt: '<html>' },
    },
    {
      why: 'a pause asked for',
      answer: { status: 429, headers: { 'Retry-After': '7' } },
      expected: { kind: 'status', retryAfterSeconds: 7 },
    },
    {
      why: 'a pause until a time',
      answer: { status: 503, headers: { 'retry-after': 'Tue, 03 Feb 2026 08:00:09 GMT' } },
      expected: { kind: 'status', retryAfterSeconds: 9 },
    },
    {
      why: 'HTML with a good status',
      answer: { body: '<html>' },
      expected: { kind: 'notScim', status: 200, responseBodyExcerpt: '<html>' },
    },
    { why: 'JSON that is no ListResponse', answer: { body: '{"users":[]}' }, expected: { kind: 'notScim' } },
    {
      why: 'Resources that are no objects',
      answer: { body: '{"totalResults":1,"Resources":["u1"]}' },
      expected: { kind: 'notScim' },
    },
    { why: 'an empty body', answer: { body: '' }, expected: { kind: 'notScim' } },
  ])('$why is an error', async ({ answer, expected }) => {
    expect(await failure(client(answer).scim.find('Users', 'userName', 'x'))).toMatchObject(expected)
  })

  test('a created resource without id is no success', async () => {
    expect(await failure(client({ status: 201, body: '{}' }).scim.create('Users', {}))).toMatchObject({
      kind: 'notScim',
      status: 201,
    })
  })

  test('no answer names its reason and keeps its cause', async () => {
    const cause = new TransportError('timeout', 'no answer within 5 s')
    const error = await failure(client(cause).scim.get('Users', 'u1'))
    expect(error).toMatchObject({
      kind: 'transport',
      cause,
      message: 'GET https://portal.example.com/scim/v2/Users/u1: no answer within 5 s',
    })
    expect(error.status).toBeUndefined()
  })

  test('the bearer stands in no error', async () => {
    const error = await failure(client({ status: 401, body: '{}' }).scim.get('Users', 'u1'))
    expect(JSON.stringify({ ...error, message: error.message })).not.toContain('secret')
  })

  test('a fault of the transport itself is let through', async () => {
    await expect(client(new RangeError('bug')).scim.get('Users', 'u1')).rejects.toThrow(RangeError)
  })
})
