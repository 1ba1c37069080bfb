import type { FastifyInstance, FastifyRequest } from 'fastify'
import { routeOf } from './metrics.ts'

/** Who sent a request, as the log may name them: no name, no address of a person. */
export interface CallerInLog {
  /** Such as `API_KEY`, `USER`, `application`. */
  readonly kind: string
  readonly id: string
}

/** Asked for every few seconds by what watches over the process; in the log at `debug` only. */
const PROBES: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** Nobody waited for the answer. */
const CLOSED_BY_CLIENT = 499

/**
 * One line for each request, when it has ended: `info`, or `error` with the fault for a 5xx. It holds the path without
 * the query, because queries hold e-mail addresses, filters and codes of sign-ins; no header, no body.
 */
export function logRequests(
  app: FastifyInstance,
  callerOf: ((request: FastifyRequest) => CallerInLog | undefined) | undefined,
): void {
  const faults = new WeakMap<FastifyRequest, unknown>()
  const told = new WeakSet<FastifyRequest>()

  const tell = (request: FastifyRequest, status: number, ms: number) => {
    if (told.has(request)) return
    told.add(request)
    const clientRequestId = clientRequestIdOf(request)
    const caller = callerOf?.(request)
    const line = {
      method: request.method,
      route: routeOf(request),
      path: pathOf(request),
      status,
      ms: Math.round(ms * 10) / 10,
      requestId: request.id,
      ...(clientRequestId === undefined ? {} : { clientRequestId }),
      ...(caller ? { callerKind: caller.kind, callerId: caller.id } : {}),
      remoteAddress: request.ip,
    }
    if (status >= 500) app.log.error({ ...line, err: faults.get(request) }, 'A request failed')
    else if (PROBES.has(line.route)) app.log.debug(line, 'A request was answered')
    else app.log.info(line, status === CLOSED_BY_CLIENT ? 'A request was given up' : 'A request was answered')
  }

  // Before an app's error handler, which makes the body that the caller sees.
  app.addHook('onError', async (request, _reply, error) => void faults.set(request, error))
  app.addHook('onResponse', async (request, reply) => tell(request, reply.statusCode, reply.elapsedTime))
  // An answer that nobody reads any more has no end.
  app.addHook('onRequest', async (request, reply) => {
    reply.raw.once('close', () => {
      if (!reply.raw.writableFinished) tell(request, CLOSED_BY_CLIENT, reply.elapsedTime)
    })
  })
}

/** `originalUrl`, because a room may hand the request on under another path. */
const pathOf = (request: FastifyRequest): string => request.originalUrl.split('?', 1)[0] ?? ''

/** What a client calls its request, when that is fit for a log: both ends' logs can then be laid side by side. */
export function clientRequestIdOf({ headers }: FastifyRequest): string | undefined {
  for (const name of ['client-request-id', 'x-request-id']) {
    const value = headers[name]
    if (typeof value === 'string' && /^[\w.-]{1,64}$/.test(value)) return value
  }
  return undefined
}
