import { createLogger } from '@muster/service-kit/logger.ts'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { connectApp, movableClock, newPerson, startBothEnds } from './both-ends.ts'
import { freshDatabase } from './database.ts'

const texts: string[] = []
const logger = createLogger('info', false, { write: (text) => void texts.push(text) })
const { database } = await freshDatabase()
const ends = await startBothEnds(database, movableClock(), { logger, trustedProxies: ['192.0.2.7'] })
afterAll(() => ends.stop())
beforeEach(() => void texts.splice(0))

const lines = () => texts.map((text) => JSON.parse(text)).filter(({ method }) => method !== undefined)

test('a cycle’s requests are one line each at the portal, under the name that the engine gave them', async () => {
  const pair = await ends.newPair('log')
  const provisioned = await connectApp(pair)
  const ada = await newPerson(pair, 'ada')
  await provisioned.assign(ada.id)
  texts.splice(0)
  await provisioned.start()
  const created = lines().filter(({ route, method }) => route === '/scim/v2/Users' && method === 'POST')
  expect(created).toMatchObject([
    {
      level: 30,
      status: 201,
      clientRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      callerKind: 'API_KEY',
      callerId: expect.any(String),
    },
  ])
  const all = texts.join('')
  for (const secret of [pair.workspace.adminApiKey, pair.graphToken, 'ada@log.example', '?', 'filter='])
    expect(all).not.toContain(secret)
  expect(lines().find(({ route }) => route?.startsWith('/v1.0/'))?.callerKind).toBe('application')
})

test.each(['portal', 'directory'] as const)(
  'the %s believes a named proxy about who calls, and nobody else',
  async (name) => {
    const headers = { 'x-forwarded-for': '198.51.100.1' }
    for (const remoteAddress of ['192.0.2.7', '203.0.113.9'])
      await ends[name].inject({ url: '/nowhere', remoteAddress, headers })
    expect(lines().map((line) => line.remoteAddress)).toEqual(['198.51.100.1', '203.0.113.9'])
  },
)

test.each([
  { name: 'portal', url: '/auth/login?workspace=', header: 'location', shows: 'http://portal.test' },
  { name: 'directory', url: '/v1.0/users', header: '', shows: 'http://directory.test/v1.0/$metadata' },
] as const)('no header changes what the $name thinks its own address is', async ({ name, url, header, shows }) => {
  const pair = await ends.newPair(`spoof-${name}`)
  const bearer = name === 'portal' ? pair.workspace.adminApiKey : pair.graphToken
  const answer = await ends[name].inject({
    url: name === 'portal' ? `${url}${pair.workspace.workspaceId}` : url,
    remoteAddress: '192.0.2.7',
    headers: {
      authorization: `Bearer ${bearer}`,
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '198.51.100.1',
    },
  })
  const told = header === '' ? answer.payload : decodeURIComponent(String(answer.headers[header]))
  expect(told).toContain(shows)
  expect(`${answer.payload}${JSON.stringify(answer.headers)}`).not.toContain('evil.example')
  expect(answer.headers['strict-transport-security']).toBeUndefined()
})
