import { once } from 'node:events'
import { type AddressInfo, createServer as createRawServer } from 'node:net'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { createDirectory } from '@muster/directory/server/app.ts'
import { testConnection } from '@muster/directory/server/provisioning/target/test-connection.ts'
import { openTransport } from '@muster/directory/server/provisioning/target/transport.ts'
import { BEARER } from '@muster/directory/server/provisioning/testing/test-target.ts'
import { openSecretBox } from '@muster/service-kit/secrets.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ANSWERS, elsewhere, LIMIT_MS, UNAVAILABLE } from './bad-targets/answers.ts'
import { selfSigned } from './bad-targets/certificate.ts'
import { closeServers, listen, listenAsTarget } from './bad-targets/socket-target.ts'
import { connectTenant } from './bad-targets/tenant.ts'
import { movableClock } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const MATCHING = { User: 'userName', Group: 'displayName' }

const WRONG_HOST = selfSigned('other.test')
const UNKNOWN_AUTHORITY = selfSigned('app.test')
const TRUSTED = getCACertificates()

/** What names resolve to; whatever else is asked for is not known. */
const NAMES: Readonly<Record<string, string>> = { 'app.test': '127.0.0.1', 'private.test': '10.0.0.9' }
const lookup = async (hostname: string) => {
  const address = NAMES[hostname]
  if (!address) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' })
  return [{ address, family: 4 }]
}
const wire = openTransport({ allowed: [], isLoopbackAllowed: true }, { lookup })

beforeAll(async () => {
  setDefaultCACertificates([...TRUSTED, WRONG_HOST.cert])
  elsewhere.port = await listen((request, response) => {
    elsewhere.bearers.push(request.headers.authorization)
    response.end()
  })
})
afterAll(async () => {
  setDefaultCACertificates(TRUSTED)
  await wire.close()
  closeServers()
})

interface BadAddress {
  readonly why: string
  readonly address: () => Promise<string>
  readonly says: readonly string[]
}

const closedPort = async (): Promise<number> => {
  const server = createRawServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
const nothing = (_request: unknown, response: { end(): unknown }) => void response.end()

const ADDRESSES: readonly BadAddress[] = [
  {
    why: 'a certificate that nobody vouches for',
    address: async () => `https://app.test:${await listen(nothing, UNKNOWN_AUTHORITY)}`,
    says: ['(tls)', 'self-signed'],
  },
  {
    why: 'a certificate of another host',
    address: async () => `https://app.test:${await listen(nothing, WRONG_HOST)}`,
    says: ['(tls)', 'app.test', 'other.test'],
  },
  {
    why: 'https where http is spoken',
    address: async () => `https://app.test:${await listen(nothing)}`,
    says: ['(tls)'],
  },
  {
    why: 'a port where nobody listens',
    address: async () => `http://127.0.0.1:${await closedPort()}`,
    says: ['(unreachable)', 'ECONNREFUSED'],
  },
  {
    why: 'a host that is not known',
    address: async () => 'http://nowhere.test',
    says: ['(unreachable)', 'nowhere.test'],
  },
  {
    why: 'a name that DNS answers a private address for',
    address: async () => 'http://private.test',
    says: ['(refused)', 'private.test stands for 10.0.0.9', 'MUSTER_DIRECTORY_TARGETS'],
  },
  {
    why: 'the metadata of the cloud',
    address: async () => 'http://169.254.169.254',
    says: ['(refused)', '169.254.169.254', 'never called'],
  },
]

describe('Test Connection', () => {
  const check = (baseUrl: string) => testConnection({ baseUrl, bearer: BEARER }, wire.transport, MATCHING, LIMIT_MS)

  test.each(ANSWERS)('$why', async ({ fault, verdict }) => {
    const { port, state } = await listenAsTarget()
    state.fault = fault
    const found = await check(`http://app.test:${port}`)
    if (verdict) expect(found).toEqual({ code: verdict.code, message: expect.stringContaining(verdict.says) })
    else expect(found).toBeUndefined()
  })

  test.each(ADDRESSES)('$why', async ({ address, says }) => {
    const found = await check(await address())
    expect(found?.code).toBe(UNAVAILABLE)
    for (const part of says) expect(found?.message).toContain(part)
  })

  test('a target in order', async () => {
    expect(await check(`http://app.test:${(await listenAsTarget()).port}`)).toBeUndefined()
  })
})

describe('a cycle', () => {
  let newTenant: () => Promise<Awaited<ReturnType<typeof connectTenant>>>
  let close = async () => {}

  beforeAll(async () => {
    const { database } = await freshDatabase()
    const deps = {
      database,
      clock: movableClock(),
      secrets: openSecretBox('a key for tests, long enough to do'),
      publicUrl: 'http://directory.test',
    }
    const directory = await createDirectory({
      ...deps,
      transport: (request) => wire.transport({ ...request, timeoutMs: LIMIT_MS }),
      cycleIntervalSeconds: 2_400,
      version: 'test',
    })
    close = directory.close
    newTenant = () => connectTenant(directory.app, deps)
  })
  afterAll(() => close())

  test.concurrent.each(ANSWERS)('$why: one row says so, the others go on, and nothing is made twice', async (bad) => {
    const tenant = await newTenant()
    const { port, state, target, creations } = await listenAsTarget()
    const [unlucky, lucky] = [await tenant.person('unlucky'), await tenant.person('lucky')]
    state.isHit = (method, body) => method === 'POST' && body.includes(unlucky.userPrincipalName)
    state.fault = bad.fault
    await tenant.pointTo(`http://app.test:${port}`)
    expect((await tenant.start()).state).toBe(bad.row ? 'EntryLevelErrors' : 'Succeeded')
    expect(creations(lucky.userPrincipalName)).toBe(1)
    const [row] = await tenant.rowsOf(unlucky.id)
    if (bad.row)
      expect(row.provisioningStatusInfo).toMatchObject({
        status: 'failure',
        errorInformation: { ...bad.row, recommendedAction: expect.stringMatching(/\w{3}/) },
      })
    else expect(row.provisioningStatusInfo.status).toBe('success')

    state.fault = undefined
    expect((await tenant.cycle()).state).toBe('Succeeded')
    expect([...target.users.values()].map(({ userName }) => userName).sort()).toEqual(
      [lucky.userPrincipalName, unlucky.userPrincipalName].sort(),
    )
    // The target had made the account before it ruined the answer: that one is found again.
    expect(creations(unlucky.userPrincipalName)).toBe(1)
  })

  test.concurrent.each(ADDRESSES)(
    '$why: the cycle says so, waits for the next one, and mends',
    async ({ address, says }) => {
      const tenant = await newTenant()
      const person = await tenant.person('someone')
      await tenant.pointTo(await address())
      const failed = await tenant.start()
      expect(failed.error.code).toBe(UNAVAILABLE)
      for (const part of says) expect(failed.error.message).toContain(part)

      const { port, creations } = await listenAsTarget()
      await tenant.pointTo(`http://app.test:${port}`)
      expect((await tenant.cycle()).state).toBe('Succeeded')
      expect(creations(person.userPrincipalName)).toBe(1)
    },
  )
})

test('no bearer went where a redirect pointed', () => {
  expect(elsewhere.bearers).toEqual([])
})
