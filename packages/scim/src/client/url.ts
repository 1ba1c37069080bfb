/** Parameters of a Tenant URL that steer the client and are not sent on (contract: Entra's feature flags). */
const STEERING = new Set(['aadoptscim062020'])

export type EndpointName = 'Users' | 'Groups'

/** A base URL taken apart: what an admin pasted, made usable. */
export interface BaseUrl {
  /** Scheme, host and path, without a trailing slash. */
  readonly root: string
  /** Query parameters that travel with every request, encoded, without `?`. */
  readonly query: string
}

/**
 * Reads a Tenant URL as an admin pastes it: blanks around it, a trailing slash, query parameters. The parameters
 * are kept and sent on, save for those that only steer the client.
 *
 * @throws {TypeError} when it is no absolute http or https URL, or carries a user name or password.
 */
export function readBaseUrl(text: string): BaseUrl {
  const trimmed = text.replace(/\s+/g, '')
  const url = URL.parse(trimmed)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new TypeError(`${JSON.stringify(trimmed.slice(0, 200))} is not an http or https address.`)
  }
  if (url.username !== '' || url.password !== '')
    throw new TypeError('The address must not carry a user name or password.')
  const kept = url.search
    .slice(1)
    .split('&')
    .filter((parameter) => parameter !== '' && !STEERING.has((parameter.split('=')[0] ?? '').toLowerCase()))
  return { root: url.origin + url.pathname.replace(/\/+$/, ''), query: kept.join('&') }
}

/** Encodes a query value as Entra does: a blank as `+`, `"` as `%22`, `@` as `%40`. */
export function encodeQueryValue(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', '+')
}

/** A filter that asks for equality with one text. */
export function equalityFilter(path: string, value: string): string {
  return `${path} eq ${JSON.stringify(value)}`
}

/** The address of an endpoint, or of one resource in it. Parameters keep their order; the base URL's come last. */
export function resourceUrl(
  base: BaseUrl,
  endpoint: EndpointName,
  id: string | undefined,
  parameters: Readonly<Record<string, string>> = {},
): string {
  const path = id === undefined ? `/${endpoint}` : `/${endpoint}/${encodeURIComponent(id.toWellFormed())}`
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeQueryValue(value)}`)
  if (base.query !== '') query.push(base.query)
  return base.root + path + (query.length > 0 ? `?${query.join('&')}` : '')
}
