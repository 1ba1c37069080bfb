import { type Fault, readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorBody } from '../contract/common.ts'
import { routeMethods } from './route-methods.ts'

/** The word for each status in `type`, as the field's API spells them where it does. */
const TYPES: Readonly<Record<number, string>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  409: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'TOO_MANY_REQUESTS',
  500: 'UNHANDLED_EXCEPTION',
  503: 'UNAVAILABLE',
}

/** Headers that go with a refusal in every protocol (RFC 9110 §11.6.1, §10.2.3). */
export function setFaultHeaders(reply: FastifyReply, status: number, details?: Fault['details']): void {
  if (status === 401) void reply.header('www-authenticate', 'Bearer realm="Muster"')
  // A page that is sent for a refusal sets these again, without the details: what was told stays.
  if (status === 429 && !reply.hasHeader('retry-after'))
    void reply.header('retry-after', String(details?.retryAfter ?? 1))
  if (status === 503) void reply.header('retry-after', '1')
}

/** The one door through which everything thrown under `/api` becomes an answer. A 500 tells nothing; the log has it whole. */
export function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const fault = readFault(error)
  setFaultHeaders(reply, fault.status, fault.details)
  if (fault.status === 429) return sendProblem(reply, fault)
  const body: ErrorBody = {
    type: TYPES[fault.status] ?? 'UNCATEGORIZED',
    message: fault.message,
    ...(fault.details ? { details: { ...fault.details } } : {}),
    httpStatus: fault.status,
    requestId: request.id,
  }
  return reply.code(fault.status).type('application/json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/** Too many requests are told as a problem document (RFC 9457), as the field's API does. */
function sendProblem(reply: FastifyReply, { status, message, details }: Fault): FastifyReply {
  const body = { type: 'about:blank', title: 'Too Many Requests', status, detail: message, ...details }
  return reply.code(status).type('application/problem+json; charset=utf-8').serializer(JSON.stringify).send(body)
}

/**
 * REST's shape for every unknown address, and every unknown method of a known one, that no room below answers in a shape
 * of its own. To be called before the routes are put in.
 */
export function answerUnknownAddresses(app: FastifyInstance): void {
  const methodsAt = routeMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(request.url).join(', ')
    if (allowed) void reply.header('allow', allowed)
    const fault = allowed
      ? { statusCode: 405, words: `${request.method} is not allowed here; ${allowed} are.` }
      : { statusCode: 404, words: 'There is nothing at this address.' }
    return answerFault(Object.assign(new Error(fault.words), { statusCode: fault.statusCode }), request, reply)
  })
}
