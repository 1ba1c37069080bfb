import type { Clock } from '@muster/service-kit/clock.ts'
import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** Graph's words for what a status means (Microsoft Graph error responses). */
const CODES: Readonly<Record<number, string>> = {
  400: 'Request_BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  405: 'Request_BadRequest',
  409: 'Conflict',
  412: 'PreconditionFailed',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  429: 'TooManyRequests',
  503: 'ServiceUnavailable',
}

/** The part of a refusal's details that Graph's bodies have a place for. */
interface GraphDetails {
  /** The property whose value another object has: Graph answers 400, not 409, and names it. */
  readonly sameValueOf?: string
  /** Another word than the status alone gives. */
  readonly code?: string
  readonly innerError?: Readonly<Record<string, unknown>>
}

/** Turns whatever was thrown into an OData error body: the one door of everything under /v1.0 and /beta. */
export function graphErrorHandler(clock: Clock) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const { status, message, details = {} } = readFault(error)
    const { sameValueOf, code, innerError } = details as GraphDetails
    const answered = sameValueOf === undefined ? status : 400
    if (answered === 401)
      void reply.header(
        'www-authenticate',
        'Bearer realm="", authorization_uri="/oauth2/v2.0/authorize", error="invalid_token"',
      )
    if (status === 503) void reply.header('retry-after', '1')
    const clientRequestId = request.headers['client-request-id']
    return reply.code(answered).send({
      error: {
        code:
          code ??
          (sameValueOf === undefined
            ? (CODES[status] ?? (status < 500 ? 'Request_BadRequest' : 'InternalServerError'))
            : 'Request_MultipleObjectsWithSameKeyValue'),
        message,
        ...(sameValueOf === undefined ? {} : { details: [{ code: 'ObjectConflict', message, target: sameValueOf }] }),
        innerError: {
          date: clock.now().toISOString().slice(0, 19),
          'request-id': request.id,
          'client-request-id': typeof clientRequestId === 'string' ? clientRequestId : request.id,
          ...innerError,
        },
      },
    })
  }
}
