import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { isDatabaseAway } from './database.ts'
import { Refusal } from './refusals.ts'

/** What went wrong with a request, in no protocol's shape yet. Each protocol's error handler makes its body from this. */
export interface Fault {
  readonly status: number
  readonly message: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Reads any thrown thing: refusals and the framework's own 4xx speak; everything else is a 500 that tells nothing. */
export function readFault(error: unknown): Fault {
  if (error instanceof Refusal)
    return { status: error.status, message: error.message, ...(error.details ? { details: error.details } : {}) }
  if (hasZodFastifySchemaValidationErrors(error))
    return {
      status: 400,
      message: error.validation
        .map(
          (issue) =>
            `${issue.instancePath.slice(1).replaceAll('/', '.') || (error.validationContext ?? 'body')}: ${issue.message}`,
        )
        .join('; ')
        // It repeats the names of fields that nobody knows, however many and long.
        .slice(0, 1_000),
    }
  if (isDatabaseAway(error)) return { status: 503, message: 'The database is out of reach. Try again in a moment.' }
  const status = (error as Partial<FastifyError> | undefined)?.statusCode
  if (error instanceof Error && status !== undefined && status >= 400 && status < 500)
    return { status, message: error.message }
  return { status: 500, message: 'Something went wrong on our side. The log has it under this request id.' }
}

/** A fault as JSON of no protocol, for the addresses that belong to none. */
export function answerPlainly(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, message } = readFault(error)
  return reply.code(status).send({ status, message, requestId: request.id })
}
