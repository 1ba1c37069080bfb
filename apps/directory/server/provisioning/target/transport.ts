import { type Transport, TransportError, type TransportRequest, type TransportResponse } from '@muster/scim'
import { assertOutsideTransaction } from '@muster/service-kit/database.ts'
import {
  type OutboundOptions,
  type OutboundRules,
  openOutbound,
  readBody,
  readOutboundUrl,
} from '@muster/service-kit/outbound.ts'
import type { Dispatcher } from 'undici'
import { nameFault } from './transport-fault.ts'

/** Largest answer read: beyond it the rest is not even received. */
const BODY_LIMIT = 2 * 1024 * 1024
/** Connections kept to one target: as many as the engine sends at once, and one to spare for a test of the connection. */
const CONNECTIONS = 17

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
    const body = await readBody(response.body, BODY_LIMIT, (said) => new TransportError('tooLarge', said))
    return { status: response.statusCode, headers: flatten(response.headers), body: body.toString('utf8') }
  } catch (error) {
    if (error instanceof TransportError) throw error
    if (request.signal?.aborted) throw request.signal.reason
    throw nameFault(error, deadline.aborted, request.timeoutMs)
  }
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value
  return flat
}
