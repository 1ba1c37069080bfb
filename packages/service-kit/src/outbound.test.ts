import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, describe, expect, test } from 'vitest'
import { isLoopbackHost, type OutboundOptions, type OutboundRules, openOutbound, readOutboundUrl } from './outbound.ts'
import { type AddressKind, kindOfAddress } from './outbound-addresses.ts'
import { outboundFetch } from './outbound-fetch.ts'
import { OutboundRefusedError } from './outbound-refused-error.ts'
import { parseTargets } from './outbound-targets.ts'

const closers: (() => Promise<unknown> | unknown)[] = []
afterAll(async () => {
  for (const close of closers.reverse()) await close()
})

async function listen(listener: RequestListener, host = '127.0.0.1'): Promise<{ server: Server; port: number }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

const NOTHING: OutboundRules = { allowed: [], isLoopbackAllowed: false }

/** What came of a GET: the status, or what refused it. */
async function outcome(url: string, rules: Partial<OutboundRules> = {}, lookup?: OutboundOptions['lookup']) {
  const { dispatcher, close } = openOutbound(
    { ...NOTHING, ...rules },
    { connections: 2, ...(lookup ? { lookup } : {}) },
  )
  try {
    const { origin, pathname } = readOutboundUrl(url)
    const { statusCode, body } = await dispatcher.request({ origin, path: pathname, method: 'GET' })
    await body.dump()
    return statusCode
  } catch (error) {
    return error
  } finally {
    await close()
  }
}

describe('what an address is', () => {
  test.each<[AddressKind, readonly string[]]>([
    [
      'public',
      [
        '8.8.8.8',
        '172.32.0.1',
        '100.128.0.1',
        '2606:4700::1111',
        '::ffff:8.8.8.8',
        '64:ff9b::808:808',
        '2002:808:808::1',
      ],
    ],
    [
      'loopback',
      [
        '127.0.0.1',
        '127.255.0.9',
        '::1',
        '::ffff:127.0.0.1',
        '::127.0.0.1',
        '64:ff9b::7f00:1',
        '2002:7f00:1::',
        '::ffff:0:127.0.0.1',
      ],
    ],
    [
      'private',
      [
        '10.0.0.1',
        '172.16.0.1',
        '172.31.255.255',
        '192.168.1.1',
        '100.64.0.1',
        '198.18.0.1',
        '192.0.2.1',
        '198.51.100.1',
        '203.0.113.9',
        '240.0.0.1',
        'fc00::1',
        'fd12::1',
        'fec0::1',
        '2001:db8::1',
        '3fff::1',
        '2001::1',
        '64:ff9b:1::1',
        '::ffff:10.0.0.1',
        '2002:a00:1::1',
        '100::1',
      ],
    ],
    [
      'never',
      [
        '0.0.0.0',
        '0.1.2.3',
        '169.254.169.254',
        '224.0.0.1',
        '255.255.255.255',
        '100.100.100.200',
        '192.0.0.192',
        '168.63.129.16',
        '::',
        'fe80::1',
        'fe80::1%eth0',
        'ff02::1',
        'fd00:ec2::254',
        '::ffff:169.254.169.254',
        '64:ff9b::a9fe:a9fe',
        '2002:a9fe:a9fe::1',
        'no address',
      ],
    ],
  ])('%s', (kind, addresses) => {
    expect(addresses.map((address) => [address, kindOfAddress(address)])).toEqual(
      addresses.map((address) => [address, kind]),
    )
  })
})

describe('the guard', () => {
  test.each([
    'http://127.0.0.1:PORT/',
    'http://2130706433:PORT/',
    'http://0x7f.1:PORT/',
    'http://0177.0.0.1:PORT/',
    'http://127.0.0.1.:PORT/',
    'http://[::ffff:127.0.0.1]:PORT/',
    'http://[::ffff:7f00:1]:PORT/',
    'http://[::7f00:1]:PORT/',
    'http://[::1]:PORT/',
    'http://0.0.0.0:PORT/',
    'http://0:PORT/',
    'http://[::]:PORT/',
    'http://localhost:PORT/',
    'http://１２７.0.0.1:PORT/',
  ])('refuses this machine spelled %s, and nothing arrives', async (spelled) => {
    let arrived = 0
    const { server, port } = await listen((_request, response) => void response.end())
    server.on('connection', () => {
      arrived += 1
    })
    expect(await outcome(spelled.replace('PORT', String(port)))).toBeInstanceOf(OutboundRefusedError)
    expect(arrived).toBe(0)
  })

  test('says host, address and how to allow it', async () => {
    const refusal = await outcome('http://intra.example/', {}, async () => [{ address: '10.1.2.3', family: 4 }])
    expect(refusal).toMatchObject({
      host: 'intra.example',
      address: '10.1.2.3',
      message:
        'intra.example stands for 10.1.2.3, which is not a public address and was not called. Name it in MUSTER_DIRECTORY_TARGETS to allow it.',
    })
  })

  test.each([
    { why: 'loopback is allowed', rules: { isLoopbackAllowed: true }, isAllowed: true },
    { why: 'the host is named', rules: { allowed: ['App.Example'] }, isAllowed: true },
    { why: 'the host is named with this port', rules: { allowed: ['app.example:PORT'] }, isAllowed: true },
    { why: 'the host is named with another port', rules: { allowed: ['app.example:1'] }, isAllowed: false },
    { why: 'the range is named', rules: { allowed: ['127.0.0.0/8'] }, isAllowed: true },
    { why: 'the address is named', rules: { allowed: ['127.0.0.1:PORT'] }, isAllowed: true },
    { why: 'a parent of the host is named', rules: { allowed: ['example'] }, isAllowed: false },
    { why: 'another range is named', rules: { allowed: ['10.0.0.0/8'] }, isAllowed: false },
  ])('$why: $isAllowed', async ({ rules, isAllowed }) => {
    const { port } = await listen((_request, response) => void response.end())
    const allowed = rules.allowed?.map((entry) => entry.replace('PORT', String(port))) ?? []
    const answered = await outcome(`http://app.example:${port}/`, { ...rules, allowed }, async () => [
      { address: '127.0.0.1', family: 4 },
    ])
    if (isAllowed) expect(answered).toBe(200)
    else expect(answered).toBeInstanceOf(OutboundRefusedError)
  })

  test.each(['169.254.169.254', 'fe80::1', '::ffff:169.254.169.254'])(
    'never calls %s, named or not',
    async (address) => {
      const family = address.includes(':') ? 6 : 4
      const rules = { allowed: ['meta.example', '0.0.0.0/0', '::/0'], isLoopbackAllowed: true }
      const refusal = await outcome('http://meta.example/', rules, async () => [{ address, family }])
      expect(refusal).toMatchObject({ name: 'OutboundRefusedError', message: expect.stringContaining('never called') })
    },
  )

  test('refuses a name when one of its addresses is not allowed', async () => {
    const both = async () => [
      { address: '8.8.8.8', family: 4 },
      { address: '10.0.0.1', family: 4 },
    ]
    expect(await outcome('http://mixed.example/', {}, both)).toMatchObject({ address: '10.0.0.1' })
  })

  test('asks DNS once for a connection and goes to what was checked, whatever DNS says next', async () => {
    const inside = await listen((_request, response) => void response.end())
    let asked = 0
    const rebinding = async () => {
      asked += 1
      return [{ address: asked === 1 ? '127.0.0.2' : '127.0.0.1', family: 4 }]
    }
    // Nobody listens at the first answer: had the second been followed, this were a 200.
    const answered = await outcome(`http://rebind.example:${inside.port}/`, { allowed: ['127.0.0.2'] }, rebinding)
    expect(answered).toMatchObject({ code: 'ECONNREFUSED' })
    expect(asked).toBe(1)
  })

  test('checks anew for each connection', async () => {
    const { port } = await listen((_request, response) => void response.writeHead(200, { connection: 'close' }).end())
    let address = '127.0.0.1'
    const { dispatcher, close } = openOutbound(
      { ...NOTHING, isLoopbackAllowed: true },
      { connections: 1, lookup: async () => [{ address, family: 4 }] },
    )
    const get = () => dispatcher.request({ origin: `http://app.example:${port}`, path: '/', method: 'GET' })
    await (await get()).body.dump()
    address = '10.0.0.1'
    await expect(get()).rejects.toThrow('10.0.0.1')
    await close()
  })

  test.each([
    'ftp://example.com/',
    'file:///etc/passwd',
    'http://user@example.com/',
    'http://:secret@example.com/',
    'no address',
  ])('reads no %s', (url) => {
    expect(() => readOutboundUrl(url)).toThrow(OutboundRefusedError)
  })

  test.each([
    ['localhost', true],
    ['app.localhost', true],
    ['127.0.0.2', true],
    ['[::1]', true],
    ['localhost.example.com', false],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
  ])('%s is loopback: %s', (host, isLoopback) => {
    expect(isLoopbackHost(host)).toBe(isLoopback)
  })
})

describe('behind a proxy', () => {
  test('requests go to the proxy unguarded; loopback and exceptions go directly, guarded', async () => {
    const asked: string[] = []
    const { port: target } = await listen((_request, response) => void response.writeHead(204).end())
    const { server, port } = await listen((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200).end()
    })
    server.on('connect', (request, socket) => {
      asked.push(`CONNECT ${request.url}`)
      const onward = connect(target, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
    })
    const proxy = `http://127.0.0.1:${port}`
    const rules = { proxy, httpProxy: proxy, noProxy: 'direct.example', isLoopbackAllowed: true }
    const privately = async () => [{ address: '10.0.0.1', family: 4 }]
    expect(await outcome('http://intra.example/', rules, privately)).toBe(200)
    expect(await outcome('https://intra.example/', rules, privately)).toMatchObject({ code: expect.any(String) })
    expect(await outcome(`http://127.0.0.1:${target}/`, rules)).toBe(204)
    expect(await outcome('http://direct.example/', rules, privately)).toBeInstanceOf(OutboundRefusedError)
    expect(await outcome('http://intra.example/', { proxy }, privately)).toBeInstanceOf(OutboundRefusedError)
    expect(asked).toEqual(['http://intra.example/', 'CONNECT intra.example:443'])
  })
})

describe('parseTargets', () => {
  test('reads hosts, ports, addresses and ranges', () => {
    const text = ' intra.example ,app.example:8443,10.0.0.0/8, 10.0.0.5,[fd00::1]:8443,fd00::/8,fd00::2,'
    expect(parseTargets(text)).toHaveLength(7)
    expect(parseTargets('')).toEqual([])
  })

  test.each([
    '10.0.0.0/33',
    'fd00::/129',
    'http://a.example',
    'a b',
    'a.example:0',
    'a.example:65536',
    '*.example',
    'a/8',
    '10.0.0.0/',
  ])('refuses %s in one line that names it', (entry) => {
    expect(() => parseTargets(`a.example,${entry}`)).toThrow(JSON.stringify(entry))
  })
})

describe('outboundFetch', () => {
  const open = () => {
    const { fetch, close } = outboundFetch({ ...NOTHING, isLoopbackAllowed: true })
    closers.push(close)
    return fetch
  }

  test('sends a form and answers a Response', async () => {
    const { port } = await listen(async (request, response) => {
      let body = ''
      for await (const part of request) body += part
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ body, type: request.headers['content-type'], method: request.method }))
    })
    const answer = await open()(`http://127.0.0.1:${port}/token`, {
      method: 'POST',
      body: new URLSearchParams({ a: 'b c' }),
    })
    expect(await answer.json()).toEqual({
      body: 'a=b+c',
      type: 'application/x-www-form-urlencoded;charset=UTF-8',
      method: 'POST',
    })
  })

  test.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    let asked = 0
    const elsewhere = await listen((_request, response) => {
      asked += 1
      response.end()
    })
    const { port } = await listen(
      (_request, response) =>
        void response.writeHead(status, { location: `http://127.0.0.1:${elsewhere.port}/` }).end(),
    )
    expect((await open()(`http://127.0.0.1:${port}/`)).status).toBe(status)
    expect(asked).toBe(0)
  })

  test('reads 1 MB and no more', async () => {
    const { port } = await listen((_request, response) => void response.end(Buffer.alloc(2 * 1024 * 1024)))
    await expect(open()(`http://127.0.0.1:${port}/`)).rejects.toThrow('larger than')
  })

  test('answers a status without a body, and refuses what is not allowed', async () => {
    const { port } = await listen((_request, response) => void response.writeHead(204).end())
    expect((await open()(`http://127.0.0.1:${port}/`)).status).toBe(204)
    await expect(open()('http://169.254.169.254/')).rejects.toThrow(OutboundRefusedError)
  })
})
