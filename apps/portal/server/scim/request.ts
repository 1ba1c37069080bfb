import { checkFilter, type Filter, parseFilter, type ResourceType, ScimError, type ToleranceSink } from '@muster/scim'
import { isUuid } from '@muster/service-kit/ids.ts'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyRequest } from 'fastify'

/** Most resources on one page: `filter.maxResults`. */
export const MAX_RESULTS = 200

/** The query of a request, a blank also when it travels as `+`. */
export function queryOf(request: FastifyRequest): URLSearchParams {
  const at = request.url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : request.url.slice(at + 1))
}

/**
 * The id in a request's path. Ids are opaque and case-exact (RFC 7643 §3.1); what can't be one is nobody's.
 *
 * @throws {Refusal} `notFound`.
 */
export function idOf(request: FastifyRequest): string {
  const { id } = request.params as { id: string }
  if (!isUuid(id) || id !== id.toLowerCase()) throw new Refusal('notFound', `There is no resource ${id.slice(0, 80)}.`)
  return id
}

/** @throws {ScimError} `invalidFilter`. */
export function readFilter(query: URLSearchParams, type: ResourceType, tolerances: ToleranceSink): Filter | undefined {
  const [text, another] = query.getAll('filter')
  if (another !== undefined) throw new ScimError('invalidFilter', 'A request has one filter.')
  return text === undefined ? undefined : checkFilter(parseFilter(text, tolerances), type, tolerances)
}
