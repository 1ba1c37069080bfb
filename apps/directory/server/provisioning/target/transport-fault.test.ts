import type { TransportErrorKind } from '@muster/scim'
import { OutboundRefusedError } from '@muster/service-kit/outbound-refused-error.ts'
import { describe, expect, test } from 'vitest'
import { nameFault } from './transport-fault.ts'

const failed = (code: string, message = 'as the wire says'): Error => Object.assign(new Error(message), { code })

describe('a fault of the wire', () => {
  test.each<[TransportErrorKind, readonly string[]]>([
    ['timeout', ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']],
    ['unreachable', ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'UND_ERR_PRX_CONN']],
    ['tls', ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED', 'SELF_SIGNED_CERT_IN_CHAIN', 'EPROTO']],
    ['tls', ['ERR_SSL_WRONG_VERSION_NUMBER', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']],
    ['tooLarge', ['UND_ERR_HEADERS_OVERFLOW', 'HPE_HEADER_OVERFLOW']],
    ['cut', ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'HPE_INVALID_CONSTANT', 'something new']],
  ])('%s: %j', (kind, codes) => {
    expect(codes.map((code) => [code, nameFault(failed(code), false, 1_000).kind])).toEqual(
      codes.map((code) => [code, kind]),
    )
  })

  test('a peer that hangs up while TLS is agreed on is a TLS fault', () => {
    const text = 'Client network socket disconnected before secure TLS connection was established'
    expect(nameFault(failed('ECONNRESET', text), false, 1_000).kind).toBe('tls')
  })

  test('tells what each address said, when several were tried', () => {
    const both = new AggregateError([failed('ECONNREFUSED', 'one'), failed('ENETUNREACH', 'two')])
    expect(nameFault(Object.assign(both, { code: 'ECONNREFUSED' }), false, 1_000)).toMatchObject({
      kind: 'unreachable',
      message: 'one; two',
    })
  })

  test('what ends because its time is over is late, unless it was never sent', () => {
    expect(nameFault(new Error('aborted'), true, 1_000)).toMatchObject({
      kind: 'timeout',
      message: 'No answer within 1 s.',
    })
    const refusal = OutboundRefusedError.of('intra.example', '10.0.0.1', 'private')
    expect(nameFault(refusal, true, 1_000)).toMatchObject({ kind: 'refused', message: refusal.message })
  })
})
