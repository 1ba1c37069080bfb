import { isObject, type JsonObject, own } from '../json.ts'
import { MEDIA_TYPE } from '../urns.ts'
import { ScimClientError, type ScimClientFailure } from './errors.ts'
import { readRetryAfter } from './retry-after.ts'
import { type Transport, TransportError, type TransportRequest, type TransportResponse } from './transport.ts'
import { type EndpointName, equalityFilter, readBaseUrl, resourceUrl } from './url.ts'

/** How long a request may take when the caller does not say, in milliseconds. */
const DEFAULT_TIMEOUT_MS = 30_000

/** Most characters of an answer that an error quotes. */
const EXCERPT_LENGTH = 1_000

export interface ScimClientOptions {
  /** The service provider's base URL, as an admin pasted it: see {@link readBaseUrl}. */
  readonly baseUrl: string
  readonly bearer: string
  readonly transport: Transport
  readonly timeoutMs?: number
  /** What a Retry-After that is a date is measured from; without it only numbers of seconds are read. */
  readonly now?: () => Date
  /** Headers to send with every request. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface FindOptions {
  readonly excludedAttributes?: readonly string[]
  readonly attributes?: readonly string[]
  readonly signal?: AbortSignal
}

export interface ReadOptions {
  readonly excludedAttributes?: readonly string[]
  readonly signal?: AbortSignal
}

export interface WriteOptions {
  readonly signal?: AbortSignal
}

/** A SCIM service provider as a client sees it. Every method throws {@link ScimClientError} when it fails. */
export interface ScimClient {
  /** Looks for resources whose attribute equals a text. The path is sent as given: `emails[type eq "work"].value`. */
  find(
    endpoint: EndpointName,
    path: string,
    value: string,
    options?: FindOptions,
  ): Promise<{ resources: JsonObject[]; total: number }>
  /** Reads one resource. A 404 is an error of kind `status`. */
  get(endpoint: EndpointName, id: string, options?: ReadOptions): Promise<JsonObject>
  /** Creates a resource; answers what the provider made of it, always with an `id`. */
  create(endpoint: EndpointName, resource: JsonObject, options?: WriteOptions): Promise<JsonObject & { id: string }>
  /** Sends a PatchOp body; answers the resource when the provider sent it back, undefined on 204. */
  patch(endpoint: EndpointName, id: string, body: JsonObject, options?: WriteOptions): Promise<JsonObject | undefined>
  /** Deletes a resource. */
  delete(endpoint: EndpointName, id: string, options?: WriteOptions): Promise<void>
}

/**
 * A client for one service provider. The bytes are those of Entra: no Content-Type on GET,
 * `application/scim+json; charset=utf-8` on writes, `+` for a blank in a filter.
 *
 * @throws {TypeError} when the base URL is unusable.
 */
export function scimClient(options: ScimClientOptions): ScimClient {
  const base = readBaseUrl(options.baseUrl)
  const { transport, timeoutMs = DEFAULT_TIMEOUT_MS } = options
  const common = { ...options.headers, authorization: `Bearer ${options.bearer.trim()}` }

  async function exchange(
    method: TransportRequest['method'],
    url: string,
    body: JsonObject | undefined,
    signal: AbortSignal | undefined,
  ): Promise<TransportResponse> {
    const request: TransportRequest = {
      method,
      url,
      headers: body === undefined ? common : { ...common, 'content-type': `${MEDIA_TYPE}; charset=utf-8` },
      timeoutMs,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    }
    const response = await transport(request).catch((cause: unknown) => {
      if (!(cause instanceof TransportError)) throw cause
      const message = `${method} ${url}: ${cause.message}`
      throw new ScimClientError(message, { kind: 'transport', request: { method, url } }, { cause })
    })
    if (response.status < 200 || response.status > 299) throw refusal(request, response, options.now?.())
    return response
  }

  return {
    async find(endpoint, path, value, { excludedAttributes = [], attributes = [], signal } = {}) {
      const url = resourceUrl(base, endpoint, undefined, {
        ...names({ excludedAttributes, attributes }),
        filter: equalityFilter(path, value),
      })
      const response = await exchange('GET', url, undefined, signal)
      return readList({ method: 'GET', url }, response)
    },
    async get(endpoint, id, { excludedAttributes = [], signal } = {}) {
      const url = resourceUrl(base, endpoint, id, names({ excludedAttributes }))
      return readObject({ method: 'GET', url }, await exchange('GET', url, undefined, signal))
    },
    async create(endpoint, resource, { signal } = {}) {
      const url = resourceUrl(base, endpoint, undefined)
      const response = await exchange('POST', url, resource, signal)
      const created = readObject({ method: 'POST', url }, response)
      const id = own(created, 'id')
      if (typeof id !== 'string' || id === '') {
        throw notScim({ method: 'POST', url }, response, 'the created resource has no id')
      }
      return { ...created, id }
    },
    async patch(endpoint, id, body, { signal } = {}) {
      const url = resourceUrl(base, endpoint, id)
      const response = await exchange('PATCH', url, body, signal)
      // Nobody reads it to decide anything: a success without a readable resource is still a success.
      return response.status === 204 ? undefined : parse(response.body)
    },
    async delete(endpoint, id, { signal } = {}) {
      await exchange('DELETE', resourceUrl(base, endpoint, id), undefined, signal)
    },
  }
}

/** Lists of attribute names as query parameters; an empty list is not sent. */
function names(lists: Readonly<Record<string, readonly string[]>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(lists)
      .filter(([, list]) => list.length > 0)
      .map(([name, list]) => [name, list.join(',')]),
  )
}

function parse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function readObject(request: ScimClientFailure['request'], response: TransportResponse): JsonObject {
  const object = parse(response.body)
  if (object === undefined) throw notScim(request, response, 'the body is not a JSON object')
  return object
}

/** Reads a ListResponse (RFC 7644 §3.4.2). `Resources` may be missing when nothing was found. */
function readList(
  request: ScimClientFailure['request'],
  response: TransportResponse,
): { resources: JsonObject[]; total: number } {
  const body = readObject(request, response)
  const total = own(body, 'totalResults')
  const resources = own(body, 'Resources') ?? []
  if (typeof total !== 'number' || !Number.isInteger(total) || total < 0) {
    throw notScim(request, response, 'the body is not a ListResponse: totalResults is missing')
  }
  if (!Array.isArray(resources) || !resources.every(isObject)) {
    throw notScim(request, response, 'the body is not a ListResponse: Resources is not a list of objects')
  }
  return { resources, total }
}

function notScim(request: ScimClientFailure['request'], response: TransportResponse, why: string): ScimClientError {
  const { method, url } = request
  return new ScimClientError(`${method} ${url} answered ${response.status}, but ${why}.`, {
    kind: 'notScim',
    request,
    ...quotation(response),
  })
}

/** The error for a status outside 2xx; redirects among them, which are never followed with the bearer. */
function refusal(
  { method, url }: TransportRequest,
  response: TransportResponse,
  now: Date | undefined,
): ScimClientError {
  const body = parse(response.body)
  const detail = body && own(body, 'detail')
  const scimType = body && own(body, 'scimType')
  const retryAfterSeconds = readRetryAfter(header(response, 'retry-after') ?? '', now)
  const said = typeof detail === 'string' && detail !== '' ? `: ${detail.slice(0, EXCERPT_LENGTH)}` : ''
  return new ScimClientError(`${method} ${url} answered ${response.status}${said}`, {
    kind: 'status',
    request: { method, url },
    ...quotation(response),
    ...(typeof detail === 'string' ? { detail } : {}),
    ...(typeof scimType === 'string' ? { scimType } : {}),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  })
}

/** What an error quotes of an answer. */
function quotation(
  response: TransportResponse,
): Pick<ScimClientFailure, 'status' | 'responseBodyExcerpt' | 'contentType'> {
  const contentType = header(response, 'content-type')?.split(';')[0]?.trim().toLowerCase()
  return {
    status: response.status,
    responseBodyExcerpt: response.body.slice(0, EXCERPT_LENGTH).toWellFormed(),
    ...(contentType ? { contentType } : {}),
  }
}

function header(response: TransportResponse, name: string): string | undefined {
  return Object.entries(response.headers).find(([key]) => key.toLowerCase() === name)?.[1]
}
