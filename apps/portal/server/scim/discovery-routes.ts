import {
  BEARER_SCHEME,
  GROUP,
  type JsonObject,
  listResponse,
  resourceTypeDocument,
  ScimError,
  schemaDocument,
  serviceProviderConfig,
  USER,
} from '@muster/scim'
import { Refusal } from '@muster/service-kit/refusals.ts'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { PortalDeps } from '../portal-deps.ts'
import { answer } from './errors.ts'
import { isKnown, tagged } from './etags.ts'
import { MAX_RESULTS, queryOf } from './request.ts'
import { scimRoot } from './resources.ts'

const tags = ['SCIM']
const TYPES = [USER, GROUP]
const SCHEMAS = TYPES.flatMap(({ schema, schemaExtensions }) => [
  schema,
  ...schemaExtensions.map((extension) => extension.schema),
])

/** What this provider can do, told by the documents that also parse its requests (RFC 7644 §4, RFC 7643 §5–7). */
export const discoveryRoutes =
  ({ publicUrl }: PortalDeps): FastifyPluginAsync =>
  async (app) => {
    const root = scimRoot(publicUrl)
    const config = serviceProviderConfig(
      { patch: true, etag: true, filter: { maxResults: MAX_RESULTS }, authenticationSchemes: [BEARER_SCHEME] },
      root,
    )
    app.get(
      '/ServiceProviderConfig',
      { schema: { tags, summary: 'What this provider supports' } },
      async (request, reply) => {
        refuseFilter(request)
        return tell(request, reply, config)
      },
    )

    const offer = (path: 'Schemas' | 'ResourceTypes', documents: readonly JsonObject[], summary: string) => {
      app.get(`/${path}`, { schema: { tags, summary } }, async (request, reply) => {
        refuseFilter(request)
        const resources = documents.map((document) => tagged(document).document)
        return tell(request, reply, listResponse({ resources, totalResults: resources.length, startIndex: 1 }))
      })
      app.get(`/${path}/:id`, { schema: { tags, summary: `${summary}: one` } }, async (request, reply) => {
        const { id } = request.params as { id: string }
        const document = documents.find((candidate) => String(candidate.id).toLowerCase() === id.toLowerCase())
        if (!document) throw new Refusal('notFound', `${path} has no ${id.slice(0, 200)}.`)
        return tell(request, reply, document)
      })
    }
    offer(
      'Schemas',
      SCHEMAS.map((schema) => schemaDocument(schema, root)),
      'The schemas of Users and Groups',
    )
    offer(
      'ResourceTypes',
      TYPES.map((type) => resourceTypeDocument(type, root)),
      'The resource types',
    )
  }

/** The tag is that of the content: these documents change with the program alone. */
function tell(request: FastifyRequest, reply: FastifyReply, content: JsonObject): FastifyReply {
  const { document, tag } = tagged(content)
  return isKnown(request, reply, tag) ? reply : answer(reply, 200, document)
}

/** A client that filters discovery would take what it gets for the answer to its filter (RFC 7644 §4: refuse with 403). */
function refuseFilter(request: FastifyRequest): void {
  if (queryOf(request).has('filter')) throw new ScimError('forbidden', 'Discovery can not be filtered.')
}
