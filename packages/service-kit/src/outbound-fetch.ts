import type { Dispatcher } from 'undici'
import { type OutboundRules, openOutbound, readBody, readOutboundUrl } from './outbound.ts'

/** Longest that an exchange may take, in milliseconds, and largest answer that is read, in bytes. */
const TIMEOUT_MS = 10_000
const BODY_LIMIT = 1024 * 1024
const CONNECTIONS = 20

/** A `fetch` for a small answer of someone else's server: an OpenID provider. */
export type OutboundFetch = (url: string, init?: RequestInit) => Promise<Response>

/**
 * Opens a `fetch` that goes only where the rules allow, follows no redirect, takes 10 s at most and reads 1 MB at most.
 * It takes bodies that are texts or forms.
 *
 * Requests fail with `OutboundRefusedError` for what is not allowed, and with an Error otherwise.
 */
export function outboundFetch(rules: OutboundRules): { readonly fetch: OutboundFetch; close(): Promise<void> } {
  const { dispatcher, close } = openOutbound(rules, { connections: CONNECTIONS })
  return {
    close,
    fetch: async (address, init = {}) => {
      const { origin, pathname, search } = readOutboundUrl(address)
      const deadline = AbortSignal.timeout(TIMEOUT_MS)
      const signal = init.signal ? AbortSignal.any([deadline, init.signal]) : deadline
      const headers = new Headers(init.headers)
      const body = textOf(init.body, headers)
      const answer = await dispatcher.request({
        origin,
        path: pathname + search,
        method: (init.method ?? 'GET') as Dispatcher.HttpMethod,
        headers: Object.fromEntries(headers),
        body,
        signal,
      })
      return responseOf(answer, await readBody(answer.body, BODY_LIMIT, (said) => new Error(said)))
    },
  }
}

function textOf(body: RequestInit['body'], headers: Headers): string | null {
  if (body === undefined || body === null) return null
  if (body instanceof URLSearchParams) {
    if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8')
    return body.toString()
  }
  if (typeof body !== 'string') throw new TypeError('Only a text or a form can be sent.')
  return body
}

/** Statuses that a Response may carry no body with. */
const BODILESS = new Set([204, 205, 304])

function responseOf({ statusCode, headers }: Dispatcher.ResponseData, body: Buffer): Response {
  const flat = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : Array.isArray(value) ? value.map((each) => [name, each]) : [[name, value]],
  )
  return new Response(BODILESS.has(statusCode) ? null : new Uint8Array(body), { status: statusCode, headers: flat })
}
