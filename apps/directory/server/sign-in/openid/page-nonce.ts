import type { IncomingMessage } from 'node:http'

const nonces = new WeakMap<IncomingMessage, string>()

/** Keeps the nonce of a request's security policy for a page that the library renders. */
export function keepStyleNonce(request: IncomingMessage, nonce: string): void {
  nonces.set(request, nonce)
}

/** The nonce that styles of this request's page must carry. */
export function styleNonceOf(request: IncomingMessage): string {
  return nonces.get(request) ?? ''
}
