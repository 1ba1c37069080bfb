import { type Transport, TransportError, type TransportErrorKind } from '@muster/scim'
import { describe, expect, test } from 'vitest'
import { testConnection } from './test-connection.ts'

const UNAVAILABLE = 'SystemForCrossDomainIdentityManagementCredentialValidationUnavailable'
const address = { baseUrl: 'https://portal.example.com/scim', bearer: 'x' }
const matching = { User: 'userName', Group: 'displayName' }

describe('a target that gives no answer', () => {
  test.each<TransportErrorKind>(['timeout', 'unreachable', 'tls', 'cut', 'tooLarge', 'refused'])(
    '%s: unavailable, naming the address',
    async (kind) => {
      const transport: Transport = () => Promise.reject(new TransportError(kind, 'as the wire says'))
      const fault = await testConnection(address, transport, matching)
      expect(fault?.code).toBe(UNAVAILABLE)
      for (const part of [kind, address.baseUrl, 'as the wire says']) expect(fault?.message).toContain(part)
    },
  )

  test('is not waited for longer than the limit, even when the transport never gives up', async () => {
    const fault = await testConnection(address, () => new Promise(() => {}), matching, 20)
    expect(fault).toEqual({ code: UNAVAILABLE, message: `No answer from ${address.baseUrl} within 0.02 s.` })
  })
})
