/** A SCIM service provider on `@muster/scim` and `node:http`, in memory: `node server.ts`, then http://127.0.0.1:8080/scim/v2. */
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { JsonObject, ResourceType } from '@muster/scim'
import * as scim from '@muster/scim'

const MAX_RESULTS = 200
const MAX_BYTES = 1_000_000
const TYPES = [scim.USER, scim.GROUP]

interface Answer {
  readonly status: number
  readonly body?: JsonObject
}

/** The server, not yet listening. `token` is the bearer token that every request must carry. */
export function scimProvider(baseUrl: string, token: string, newId: () => string = randomUUID): Server {
  const stores = new Map(TYPES.map((type) => [type.endpoint, new Map<string, JsonObject>()]))

  const discovery = new Map<string, JsonObject>()
  const features = { patch: true, filter: { maxResults: MAX_RESULTS }, authenticationSchemes: [scim.BEARER_SCHEME] }
  discovery.set('/ServiceProviderConfig', scim.serviceProviderConfig(features, baseUrl))
  const schemas = TYPES.flatMap((type) => [type.schema, ...type.schemaExtensions.map(({ schema }) => schema)])
  discovery.set('/Schemas', listOf(schemas.map((schema) => scim.schemaDocument(schema, baseUrl))))
  discovery.set('/ResourceTypes', listOf(TYPES.map((type) => scim.resourceTypeDocument(type, baseUrl))))

  /** Stores a resource, unless another has a value of it that must be unique. */
  function save(type: ResourceType, id: string, { password: _, ...resource }: JsonObject): JsonObject {
    const store = stores.get(type.endpoint) ?? new Map<string, JsonObject>()
    const wanted = new Set([...scim.uniqueTerms(resource, type)].map(({ path, value }) => `${path} ${value}`))
    for (const [other, stored] of store) {
      const clash = [...scim.uniqueTerms(stored, type)].find(({ path, value }) => wanted.has(`${path} ${value}`))
      if (other !== id && clash) throw new scim.ScimError('uniqueness', `${clash.path} is taken.`)
    }
    const meta = { resourceType: type.name, location: `${baseUrl}${type.endpoint}/${id}` }
    const saved = { ...resource, id, meta }
    store.set(id, saved)
    return saved
  }

  function list(type: ResourceType, store: ReadonlyMap<string, JsonObject>, query: URLSearchParams): JsonObject {
    const text = query.get('filter')
    const filter = text === null ? undefined : scim.checkFilter(scim.parseFilter(text), type)
    const found = [...store.values()].filter((resource) => !filter || scim.matches(filter, resource, type))
    const { startIndex, count } = scim.readPageRequest(query, MAX_RESULTS)
    const page = found.slice(startIndex - 1, startIndex - 1 + count)
    const resources = page.map((resource) => scim.project(resource, scim.readProjection(query), type))
    return scim.listResponse({ resources, totalResults: found.length, startIndex })
  }

  async function answer(request: IncomingMessage): Promise<Answer> {
    if (request.headers.authorization !== `Bearer ${token}`)
      throw new scim.ScimError('unauthorized', 'A token is needed.')
    const url = new URL(request.url ?? '/', baseUrl)
    const [, , , endpoint, id, ...more] = url.pathname.split('/')
    const document = discovery.get(`/${endpoint}`)
    if (document && request.method === 'GET' && id === undefined) return { status: 200, body: document }
    const type = TYPES.find((item) => item.endpoint === `/${endpoint}`)
    const store = type && stores.get(type.endpoint)
    if (!type || !store || more.length > 0) throw new scim.ScimError('notFound', 'No such endpoint.')
    const show = (resource: JsonObject): JsonObject =>
      scim.project(resource, scim.readProjection(url.searchParams), type)

    if (id === undefined) {
      if (request.method === 'GET') return { status: 200, body: list(type, store, url.searchParams) }
      if (request.method !== 'POST') throw new scim.ScimError('methodNotAllowed', 'GET and POST are allowed here.')
      return { status: 201, body: show(save(type, newId(), scim.readResource(await readBody(request), type))) }
    }
    const body = request.method === 'PUT' || request.method === 'PATCH' ? await readBody(request) : undefined
    const before = store.get(id)
    if (!before) throw new scim.ScimError('notFound', `No ${type.name} has this id.`)
    if (request.method === 'DELETE') store.delete(id)
    if (request.method === 'DELETE') return { status: 204 }
    if (request.method === 'GET') return { status: 200, body: show(before) }
    if (body === undefined) throw new scim.ScimError('methodNotAllowed', 'GET, PUT, PATCH and DELETE are allowed here.')
    const after =
      request.method === 'PUT'
        ? scim.replaceResource(before, scim.readResource(body, type), type)
        : scim.applyPatch(before, scim.parsePatch(body, type), type).resource
    return { status: 200, body: show(save(type, id, after)) }
  }

  return createServer(async (request, response) => {
    const { status, body } = await answer(request).catch(refusalOf)
    const location = status === 201 ? (body?.meta as JsonObject | undefined)?.location : undefined
    const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
    response.writeHead(status, {
      'content-type': scim.MEDIA_TYPE,
      ...challenge,
      ...(location ? { location: `${location}` } : {}),
    })
    response.end(body && JSON.stringify(body))
  })
}

const listOf = (resources: JsonObject[]) =>
  scim.listResponse({ resources, totalResults: resources.length, startIndex: 1 })

function refusalOf(error: unknown): Answer {
  if (error instanceof scim.ScimError) return { status: error.status, body: scim.scimErrorBody(error) }
  return { status: 500, body: scim.errorBody(500, 'The server failed.') }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += chunk
    if (text.length > MAX_BYTES)
      throw new scim.ScimError('payloadTooLarge', `A body has ${MAX_BYTES} characters at most.`)
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new scim.ScimError('invalidSyntax', 'The body is not JSON.')
  }
}

if (import.meta.main)
  scimProvider('http://127.0.0.1:8080/scim/v2', process.env.TOKEN ?? randomUUID()).listen(8080, '127.0.0.1')
