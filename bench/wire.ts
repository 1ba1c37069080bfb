import { subscribe, unsubscribe } from 'node:diagnostics_channel'

/** One request of the engine to the portal, as the HTTP client itself tells of it. */
export interface Sent {
  readonly method: string
  readonly path: string
  readonly body: string | undefined
  readonly status: number
  readonly milliseconds: number
}

interface ClientRequest {
  readonly method: string
  readonly path: string
  readonly body: unknown
}

/**
 * Listens to the HTTP client of this process (undici's diagnostics channels) until it is stopped; nothing of the product
 * is changed for it.
 */
export function listenToWire(): { readonly sent: readonly Sent[]; stop(): void } {
  const sent: Sent[] = []
  const under = new WeakMap<object, { readonly at: number; status: number }>()
  const onCreate = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    if (request.path.startsWith('/scim/v2/')) under.set(request, { at: performance.now(), status: 0 })
  }
  const onHeaders = (message: unknown) => {
    const { request, response } = message as { request: ClientRequest; response: { statusCode: number } }
    const entry = under.get(request)
    if (entry) entry.status = response.statusCode
  }
  const onEnd = (message: unknown) => {
    const { request } = message as { request: ClientRequest }
    const entry = under.get(request)
    if (!entry) return
    under.delete(request)
    const { method, path, body } = request
    sent.push({
      method,
      path,
      body:
        typeof body === 'string' ? body : body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : undefined,
      status: entry.status,
      milliseconds: performance.now() - entry.at,
    })
  }
  const channels = [
    ['undici:request:create', onCreate],
    ['undici:request:headers', onHeaders],
    ['undici:request:trailers', onEnd],
  ] as const
  for (const [name, listener] of channels) subscribe(name, listener)
  return {
    sent,
    stop: () => {
      for (const [name, listener] of channels) unsubscribe(name, listener)
    },
  }
}

/** The `share` quantile of numbers, to a tenth. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return Math.round(found * 10) / 10
}
