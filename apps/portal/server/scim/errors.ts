import { errorBody, MEDIA_TYPE, ScimError } from '@muster/scim'
import { Refusal } from '@muster/service-kit/refusals.ts'
import { readFault } from '@muster/service-kit/serve-faults.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { acceptedType } from './media-types.ts'

/** How long a client waits before it tries again what met too many others, in seconds. */
const RETRY_AFTER_S = 1

/**
 * The one door for every refusal under `/scim/v2` (RFC 7644 §3.12): the protocol's own, the nouns', and the framework's,
 * each with the SCIM body and media type. A fault is logged whole and shown to nobody.
 */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, detail, scimType } = readScimFault(error)
  // RFC 6750 §3: the challenge carries an error code only when a credential was shown.
  if (status === 401) {
    const shown = request.headers.authorization !== undefined || request.headers.cookie !== undefined
    void reply.header('www-authenticate', `Bearer realm="Muster"${shown ? ', error="invalid_token"' : ''}`)
  }
  if (status === 503 || status === 429) {
    const told = error instanceof Refusal ? error.details?.retryAfter : undefined
    void reply.header('retry-after', String(told ?? RETRY_AFTER_S))
  }
  return answer(reply, status, errorBody(status, detail, scimType))
}

/** Sends a body as SCIM does, in the media type that the client asked for. */
export function answer(reply: FastifyReply, status: number, body: object): FastifyReply {
  const type = acceptedType(reply.request.headers.accept) ?? MEDIA_TYPE
  return reply.code(status).type(type).send(JSON.stringify(body))
}

function readScimFault(error: unknown): { status: number; detail: string; scimType?: string | undefined } {
  if (error instanceof ScimError) return { status: error.status, detail: error.message, scimType: error.scimType }
  const { status, message } = readFault(error)
  if (error instanceof Refusal) {
    const scimType = { invalid: 'invalidValue', conflict: 'uniqueness' }[error.code as string]
    return { status, detail: message, scimType }
  }
  return { status, detail: message, scimType: status === 400 ? 'invalidSyntax' : undefined }
}
