import { type Transport, TransportError, type TransportRequest, type TransportResponse } from '@muster/scim'
import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import { Agent, type Dispatcher, errors } from 'undici'

/** Largest answer read: beyond it the rest is not even received. */
const BODY_LIMIT = 2 * 1024 * 1024
/** Connections kept to one target: as many as the engine sends at once, and one to spare for a test of the connection. */
const CONNECTIONS = 9

/** The wire in production: kept-alive connections for each origin. No redirect is followed, so no bearer travels on. */
export function openTransport(): { readonly transport: Transport; close(): Promise<void> } {
  const agent = new Agent({ connections: CONNECTIONS, pipelining: 1, connect: { timeout: 10_000 } })
  return {
    transport: (request) => {
      assertOutsideTransaction('An HTTP call')
      return send(agent, request)
    },
    close: () => agent.destroy(),
  }
}

async function send(agent: Agent, request: TransportRequest): Promise<TransportResponse> {
  const deadline = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
  try {
    const { origin, pathname, search } = new URL(request.url)
    const response = await agent.request({
      origin,
      path: pathname + search,
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal,
      headersTimeout: request.timeoutMs,
      bodyTimeout: request.timeoutMs,
    })
    return { status: response.statusCode, headers: flatten(response.headers), body: await readBody(response) }
  } catch (error) {
    if (error instanceof TransportError) throw error
    if (request.signal?.aborted) throw request.signal.reason
    throw named(error, deadline.aborted, request)
  }
}

async function readBody({ body }: Dispatcher.ResponseData): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of body as AsyncIterable<Buffer>) {
    length += part.length
    if (length > BODY_LIMIT) {
      body.destroy()
      throw new TransportError('tooLarge', `The answer is larger than ${BODY_LIMIT} bytes.`)
    }
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return flat
}

const TIMEOUTS = [errors.HeadersTimeoutError, errors.BodyTimeoutError, errors.ConnectTimeoutError]

function named(error: unknown, isOverdue: boolean, { timeoutMs }: TransportRequest): TransportError {
  const text = error instanceof Error ? error.message : String(error)
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (isOverdue || TIMEOUTS.some((type) => error instanceof type))
    return new TransportError('timeout', `No answer within ${timeoutMs / 1000} s.`, { cause: error })
  if (/CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code))
    return new TransportError('tls', text, { cause: error })
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code) || text.includes('Invalid URL'))
    return new TransportError('unreachable', text || code, { cause: error })
  // The connection was there and broke: what it carried may have arrived.
  return new TransportError('cut', text || code, { cause: error })
}
