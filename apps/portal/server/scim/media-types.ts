import { MEDIA_TYPE, ScimError } from '@muster/scim'
import type { FastifyRequest } from 'fastify'

/** What answers come as: the first where a client has no preference (RFC 7644 §3.8). */
const OFFERED = [MEDIA_TYPE, 'application/json'] as const

/**
 * The media type that an `Accept` header asks for; undefined when it takes neither. Of several ranges that fit a type the
 * most specific one counts, and of two types the one with the greater weight (RFC 9110 §12.5.1).
 */
export function acceptedType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return MEDIA_TYPE
  const ranges = accept.split(',').map(readRange)
  const weightOf = (type: string): number =>
    [type, 'application/*', '*/*']
      .map((wanted) => ranges.find(({ range }) => range === wanted)?.weight)
      .find((weight) => weight !== undefined) ?? 0
  const [scim, json] = [weightOf(OFFERED[0]), weightOf(OFFERED[1])]
  if (scim <= 0 && json <= 0) return undefined
  return scim >= json ? OFFERED[0] : OFFERED[1]
}

function readRange(text: string): { readonly range: string; readonly weight: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  const weight = given === undefined ? 1 : Number(given.slice('q='.length))
  return { range, weight: Number.isNaN(weight) ? 1 : weight }
}

/** Refuses before anything is done what could not be answered. @throws {ScimError} `notAcceptable`. */
export async function requireAcceptable({ headers }: FastifyRequest): Promise<void> {
  if (acceptedType(headers.accept) !== undefined) return
  throw new ScimError('notAcceptable', `Answers come as ${OFFERED.join(' or ')}; Accept excludes both.`)
}
