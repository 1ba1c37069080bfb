import { type Transport, TransportError, type TransportRequest, type TransportResponse } from '@muster/scim'
import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import {
  type OutboundOptions,
  type OutboundRules,
  openOutbound,
  readOutboundUrl,
} from '@muster/service-kit/outbound.ts'
import type { Dispatcher } from 'undici'
import { nameFault } from './transport-fault.ts'

/** Largest answer read: beyond it the rest is not even received. */
const BODY_LIMIT = 2 * 1024 * 1024
/** Connections kept to one target: as many as the engine sends at once, and one to spare for a test of the connection. */
const CONNECTIONS = 9

/**
 * The wire in production: kept-alive connections for each origin, made only to addresses that the rules allow. No
 * redirect is followed, so no bearer travels on. Answers are read as they come: no encoding is asked for or undone.
 */
export function openTransport(
  rules: OutboundRules,
  options: Pick<OutboundOptions, 'lookup'> = {},
): { readonly transport: Transport; close(): Promise<void> } {
  const { dispatcher, close } = openOutbound(rules, { connections: CONNECTIONS, ...options })
  return {
    transport: (request) => {
      assertOutsideTransaction('An HTTP call')
      return send(dispatcher, request)
    },
    close,
  }
}

async function send(dispatcher: Dispatcher, request: TransportRequest): Promise<TransportResponse> {
  const deadline = AbortSignal.timeout(request.timeoutMs)
  const signal = request.signal ? AbortSignal.any([deadline, request.signal]) : deadline
  try {
    const { origin, pathname, search } = readOutboundUrl(request.url)
    const response = await dispatcher.request({
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
    throw nameFault(error, deadline.aborted, request.timeoutMs)
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
