import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { outboundFetch } from '@muster/service-kit/outbound-fetch.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { freshDatabase } from '../../../../test/database.ts'
import { portalForTests } from '../portal-for-tests.ts'

const { database } = await freshDatabase()
let arrived = 0
const server = createServer((_request, response) => {
  arrived += 1
  response.writeHead(404).end()
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const { port } = server.address() as AddressInfo
const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers) await close()
  server.close()
})

/** Begins a sign-in with an issuer at this machine; answers what the browser is shown. */
async function signIn(isLoopbackAllowed: boolean): Promise<number> {
  const { fetch, close } = outboundFetch({
    allowed: [],
    isLoopbackAllowed,
  })
  closers.push(close)
  const portal = await portalForTests(database, { fetch })
  const { workspaceId, adminApiKey } = await portal.newWorkspace()
  const issuer = `http://127.0.0.1:${port}`
  const connector = { type: 'muster', identifier: 'client', secret: 'secret', issuer, domains: ['corp.example'] }
  const put = { method: 'PUT', body: connector } as const
  expect((await portal.withBearer(adminApiKey)('/api/v1/settings/openid-connector', put)).status).toBe(200)
  return (await portal.anyone(`/auth/login?workspace=${workspaceId}`)).status
}

describe('an issuer at an address that is not public', () => {
  test('is not called unless that is allowed', async () => {
    expect(await signIn(false)).toBe(502)
    expect(arrived).toBe(0)
    expect(await signIn(true)).toBe(502)
    expect(arrived).toBe(1)
  })
})
