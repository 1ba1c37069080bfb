import { TransportError, type TransportErrorKind } from '@muster/scim'
import { OutboundRefusedError } from '@muster/service-kit/outbound-refused-error.ts'

/** Codes of Node (libuv, c-ares, OpenSSL) and undici that say it all; the rest of OpenSSL's are known by their form. */
const KINDS: Readonly<Record<string, TransportErrorKind>> = {
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  ETIMEDOUT: 'timeout',
  ECONNREFUSED: 'unreachable',
  ENOTFOUND: 'unreachable',
  ENODATA: 'unreachable',
  EAI_AGAIN: 'unreachable',
  EAI_FAIL: 'unreachable',
  EAI_NODATA: 'unreachable',
  EAI_NONAME: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  EACCES: 'unreachable',
  EPERM: 'unreachable',
  ERR_INVALID_URL: 'unreachable',
  ERR_SOCKET_BAD_PORT: 'unreachable',
  // A proxy that would not let the request through.
  UND_ERR_PRX_CONN: 'unreachable',
  UND_ERR_PRX_TLS: 'tls',
  UND_ERR_HEADERS_OVERFLOW: 'tooLarge',
  HPE_HEADER_OVERFLOW: 'tooLarge',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'tooLarge',
  EPROTO: 'tls',
  // X.509 verdicts of OpenSSL have no prefix in common.
  CERT_HAS_EXPIRED: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  INVALID_CA: 'tls',
  INVALID_PURPOSE: 'tls',
  PATH_LENGTH_EXCEEDED: 'tls',
}

/** Names what kept an answer from coming whole. @param isOverdue The request's own time limit ended it. */
export function nameFault(error: unknown, isOverdue: boolean, timeoutMs: number): TransportError {
  const text = messageOf(error)
  const kind = error instanceof OutboundRefusedError ? 'refused' : isOverdue ? 'timeout' : kindOf(codeOf(error), text)
  const message = kind === 'timeout' ? `No answer within ${timeoutMs / 1000} s.` : text
  return new TransportError(kind, message, { cause: error })
}

function kindOf(code: string, text: string): TransportErrorKind {
  const known = KINDS[code]
  if (known) return known
  if (/CERT|TLS|SSL|^CRL_/.test(code)) return 'tls'
  // Node gives no code of its own to a peer that hangs up, or never greets, while TLS is being agreed on.
  if (text.includes('before secure TLS connection')) return 'tls'
  if (text.startsWith('Proxy response')) return 'unreachable'
  // The connection was there and broke: what it carried may have arrived.
  return 'cut'
}

/** When several addresses were tried, Node gathers the errors, and the first one's code stands for all. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return error.errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ')
  return error instanceof Error ? error.message || codeOf(error) : String(error)
}
